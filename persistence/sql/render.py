"""The render stage: a secured plan as one SQL statement; equal plans give equal text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Final, LiteralString, assert_never

from domain.tables.aggregates import AggregationOutput, AggregationRoot, MeasureTerm
from domain.tables.calls import CalledOutput, ComputedColumn, ComputedOutput
from domain.tables.connections import ConnectionRoot
from domain.tables.groups import GroupsRoot
from domain.tables.mentions import columns_of_outputs
from domain.tables.operators import Direction
from domain.tables.plan import (
    ByKeyRoot,
    ColumnOutput,
    ConstantOutput,
    ListOutput,
    ListRoot,
    ObjectOutput,
    VersionOutput,
)
from domain.tables.statement import Statement
from domain.tables.vectors import DistanceOutput
from persistence.sql.aggregates import AggregationRenderer
from persistence.sql.binder import Binder
from persistence.sql.connections import ConnectionRenderer
from persistence.sql.fragments import Sql, column, identifier, joined, number, sql
from persistence.sql.free_names import free_name
from persistence.sql.groups import GroupRenderer
from persistence.sql.json_text import (
    Related,
    column_value,
    constant_text,
    listed,
    object_text,
    part_value,
    value_text,
)
from persistence.sql.measures import measure_value
from persistence.sql.options import DEFAULT
from persistence.sql.predicates import Predicates
from persistence.sql.sources import VisibleRows
from persistence.sql.trials import tried_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.tables.calls import Call
    from domain.tables.catalog import Table
    from domain.tables.plan import Operand, OrderTerm, Output, Parameter, Plan, Root, Rows
    from domain.tables.relationships import Relationship
    from domain.tables.rights import Rights
    from persistence.sql.options import RenderOptions

_DIRECTIONS: Final[dict[Direction, LiteralString]] = {
    Direction.ASC: "{}",
    Direction.ASC_NULLS_FIRST: "{} NULLS FIRST",
    Direction.ASC_NULLS_LAST: "{} NULLS LAST",
    Direction.DESC: "{} DESC",
    Direction.DESC_NULLS_FIRST: "{} DESC NULLS FIRST",
    Direction.DESC_NULLS_LAST: "{} DESC NULLS LAST",
}


def render(plan: Plan, *, options: RenderOptions = DEFAULT) -> Statement:
    """Render a plan that `secure` has passed."""
    if plan.rights is None:
        raise ValueError("a plan is secured before it is rendered")
    return Renderer(plan.rights, options=options).statement(plan)


@dataclass(slots=True)
class Scope:
    """The rows that one SELECT is over: the table's alias and what was joined to it."""

    alias: Sql
    joins: list[Sql] = field(default_factory=list[Sql])
    joined: dict[tuple[Sql, Relationship], Sql] = field(default_factory=dict[tuple[Sql, "Relationship"], Sql])


class Renderer:
    """Renders the rows of one statement; what is more than rows has a renderer of its own that shares this one."""

    def __init__(self, rights: Rights, *, options: RenderOptions, binder: Binder | None = None) -> None:
        self.options = options
        self.stringify = options.stringify_numeric_types
        self._rights = rights
        self._binder = binder or Binder()
        self._numbers = count()
        self._counts: set[Parameter] = set()
        self.sources = VisibleRows(rights, self._binder, self.alias)
        self._predicates = Predicates(self._binder, self.alias, self.sources)
        self._aggregations = AggregationRenderer(self)
        self._connections = ConnectionRenderer(self)
        self._groups = GroupRenderer(self)

    def statement(self, plan: Plan) -> Statement:
        """The whole plan as one statement."""
        # PostgreSQL encodes the answer, so that it passes through Python as it is.
        columns = [self.encoded(self._root(root)) for root in plan.roots]
        text = sql("SELECT {}{}", joined(", ", columns), self.tried())
        return Statement(text, self._binder.parameters, tuple(root.key for root in plan.roots))

    def tried(self, *, hidden: bool = False) -> Sql:
        """The clause that tries the values, for a statement without another; only if rows are, or were, hidden."""
        return tried_first(self._binder, self._counts) if hidden or self.sources.hidden else sql("")

    def encoded(self, answer: Sql) -> Sql:
        """A finished JSON text as bytes; more of them than an answer may have are refused."""
        most = self.options.max_answer_bytes
        if most is None:
            return sql("convert_to({}, 'UTF8')", answer)
        return sql("selfgraph.encoded({}, {})", answer, number(most))

    def alias(self) -> Sql:
        """A new alias."""
        return Sql(f"t{next(self._numbers)}")

    def _root(self, root: Root) -> Sql:
        match root:
            case ListRoot():
                return self._list(root.rows)
            case ByKeyRoot():
                return sql("coalesce(({}), 'null')", self._select(root.rows, self.alias(), []))
            case AggregationRoot():
                return self._aggregations.render(root.aggregation)
            case ConnectionRoot():
                return self._connections.render(root.connection)
            case GroupsRoot():
                return self._groups.render(root.groups)
            case _:
                assert_never(root)

    def _list(self, rows: Rows, relationship: Relationship | None = None, source: Sql | None = None) -> Sql:
        alias = self.alias()
        terms = [self.sources.related(relationship, source, alias)] if relationship and source else []
        return listed(self._select(rows, alias, terms, source), rows.cap)

    def _select(self, rows: Rows, alias: Sql, terms: list[Sql], source: Sql | None = None) -> Sql:
        """The objects `o` of the rows; `source` is the row that they belong to.

        A page whose rows are joined with others is cut first: PostgreSQL joins before it sorts, and would look up the
        related row of every row of the table for the few that are shown. So is one that skips rows, for which
        PostgreSQL would make the objects as well.
        """
        scope = Scope(alias)
        output = sql("{} AS o", self.row_object(rows.output, rows.table, scope))
        cut = rows.limit is not None or rows.most is not None or _keeps_order(rows)
        if not (rows.distinct_on or rows.offset is not None or (cut and scope.joins)):
            where = self._predicates.conjunction(terms, rows.where, alias)
            head = sql("SELECT {} FROM {}", output, self.mention(rows, alias, source))
            return self._query(head, scope, rows, where, list(self._page(rows)))
        return self._made(output, sql("({})", self.chosen(rows, alias, terms, source)), scope, rows, [])

    def chosen(self, rows: Rows, alias: Sql, terms: list[Sql], source: Sql | None = None) -> Sql:
        """The rows themselves, with all of their columns, in their order; `source` is the row that they belong to."""
        distinct = joined(", ", (column(alias, each.name) for each in rows.distinct_on))
        # What a call is mentioned as has the version among its columns.
        every = sql("{}.*", alias) if rows.call else self.every_column(rows.table, rows.output, alias)
        if _keeps_order(rows):
            every = sql("{}, row_number() OVER () AS {}", every, identifier(free_name(rows.table)))
        what = sql("DISTINCT ON ({}) {}", distinct, every) if rows.distinct_on else every
        head = sql("SELECT {} FROM {}", what, self.mention(rows, alias, source))
        where = self._predicates.conjunction(terms, rows.where, alias)
        return self._query(head, Scope(alias), rows, where, list(self._page(rows)))

    def every_column(self, table: Table, outputs: Sequence[Output], alias: Sql) -> Sql:
        """All columns of the table, and what else the outputs need."""
        version = any(isinstance(output, VersionOutput) for output in outputs)
        apart = version and not self.sources.has_version(table)
        return sql("{}.*, {}.xmin", alias, alias) if apart else sql("{}.*", alias)

    def needed_columns(self, table: Table, outputs: Sequence[Output], alias: Sql) -> list[Sql]:
        """The columns that the outputs are made of; all of them where some are shown of some rows only."""
        needed = columns_of_outputs(outputs, table)
        if needed.issuperset(table.by_name) or self._rights.partly_shown(table.name):
            return [self.every_column(table, outputs, alias)]
        version = ["xmin"] if any(isinstance(output, VersionOutput) for output in outputs) else []
        return [column(alias, name) for name in [*(name for name in table.by_name if name in needed), *version]]

    def page_of(self, every: Sql, page: Rows) -> Sql:
        """Of a query's rows, which have columns of their own and their object as `o`, the objects of a page."""
        scope = self.scope()
        head = sql("SELECT {}.o FROM ({}) AS {}", scope.alias, every, scope.alias)
        where = self._predicates.conjunction([], page.where, scope.alias)
        return self._query(head, scope, page, where, list(self._page(page)))

    def bound(self, parameter: Parameter) -> Sql:
        """A parameter as an expression."""
        return self._binder.bind(parameter)

    def bound_as_text(self, operand: Operand) -> Sql:
        """A value as a text."""
        return self._binder.bind_as_text(operand)

    def apart(self, binder: Binder) -> Renderer:
        """A renderer for a statement within the statement, which has values of its own."""
        return Renderer(self._rights, options=self.options, binder=binder)

    def count(self, parameter: Parameter) -> Sql:
        """A number of rows as an expression; no row is compared with it."""
        self._counts.add(parameter)
        return self._binder.bind(parameter)

    def scope(self) -> Scope:
        """The scope of a query that begins."""
        return Scope(self.alias())

    def source(self, rows: Rows, scope: Scope, terms: list[Sql]) -> Sql:
        """From where the rows come, what is joined to them so far, and which they are."""
        head = sql("FROM {}", self.mention(rows, scope.alias))
        where = self._predicates.conjunction(terms, rows.where, scope.alias)
        return joined(" ", [head, *scope.joins, *([sql("WHERE {}", where)] if where else [])])

    def row_object(self, outputs: Sequence[Output], table: Table, scope: Scope) -> Sql:
        """The JSON object of the row of the table that the scope is over."""
        return self._object(outputs, table, scope.alias, scope)

    def objects(self, rows: Rows, source: Sql) -> Sql:
        """The objects `o` of rows that have been chosen already and are kept under the name `source`."""
        alias = self.alias()
        scope = Scope(alias)
        output = sql("{} AS o", self.row_object(rows.output, rows.table, scope))
        page = [] if rows.most is None else list(self._page(replace(rows, limit=None, offset=None)))
        return self._made(output, source, scope, rows, page)

    def _made(self, output: Sql, source: Sql, scope: Scope, rows: Rows, page: list[Sql]) -> Sql:
        head = sql("SELECT {} FROM {} AS {}", output, source, scope.alias)
        place = column(scope.alias, free_name(rows.table))
        kept = [sql("ORDER BY {}", place)] if _keeps_order(rows) else []
        return self._query(head, scope, rows, None, [*kept, *page])

    def mention(self, rows: Rows, alias: Sql, source: Sql | None = None) -> Sql:
        """Where the rows come from, under the alias."""
        if rows.call is None:
            return sql("{} AS {}", self.sources.of(rows.table), alias)
        versioned = any(isinstance(output, VersionOutput) for output in rows.output)
        return sql("{} AS {}", self.returned(rows.call, rows.table, source, versioned=versioned), alias)

    def texts(self, call: Call) -> Statement:
        """The statement that answers the rows that a call returns as one list of texts."""
        return Statement(self._predicates.calls.texts(call), self._binder.parameters, ())

    def returned(self, call: Call, table: Table, source: Sql | None, *, versioned: bool) -> Sql:
        """The rows that a call returns; `source` is the row that it is about."""
        return self._predicates.calls.rows(call, table, source, versioned=versioned)

    def _query(self, head: Sql, scope: Scope, rows: Rows, where: Sql | None, page: list[Sql]) -> Sql:
        order_by = [self._order_term(term, scope) for term in rows.order_by]
        condition = [sql("WHERE {}", where)] if where else []
        ordering = [sql("ORDER BY {}", joined(", ", order_by))] if order_by else []
        return joined(" ", [head, *scope.joins, *condition, *ordering, *page])

    def _page(self, rows: Rows) -> Iterator[Sql]:
        # One row over the cap is enough to know that the answer is refused.
        bounds = [] if rows.limit is None else [self.count(rows.limit)]
        fixed = [*([] if rows.cap is None else [rows.cap + 1]), *([] if rows.most is None else [rows.most])]
        if fixed:
            bounds.append(number(min(fixed)))
        match bounds:
            case [bound]:
                yield sql("LIMIT {}", bound)
            case [limit, most]:
                yield sql("LIMIT least({}, {})", limit, most)
            case _:
                pass
        if rows.offset is not None:
            yield sql("OFFSET {}", self.count(rows.offset))

    def _object(self, outputs: Sequence[Output], table: Table, alias: Sql, scope: Scope) -> Sql:
        return object_text(self._members(outputs, table, alias, scope))

    def _members(
        self, outputs: Sequence[Output], table: Table, alias: Sql, scope: Scope
    ) -> list[tuple[str, Sql | Related]]:
        return [(output.key, self._value(output, table, alias, scope)) for output in outputs]

    def _value(self, output: Output, table: Table, alias: Sql, scope: Scope) -> Sql | Related:
        match output:
            case ColumnOutput() | DistanceOutput() | ComputedOutput():
                return self._own_value(output, table, alias)
            case VersionOutput():
                return sql("""'"' || {}.xmin::text || '"'""", alias)
            case ConstantOutput():
                return constant_text(output.value)
            case ListOutput() | CalledOutput():
                return self._rows_of(output, alias)
            case ObjectOutput():
                return self._related_object(output, alias, scope)
            case AggregationOutput():
                return self._aggregations.render(output.aggregation, output.relationship, alias)
            case _:
                assert_never(output)

    def _rows_of(self, output: ListOutput | CalledOutput, source: Sql) -> Sql:
        """The rows that belong to the row `source`, or the only one that a function returns of it."""
        if isinstance(output, ListOutput):
            return self._list(output.rows, output.relationship, source)
        if output.many:
            return self._list(output.rows, source=source)
        return sql("coalesce(({}), 'null')", self._select(output.rows, self.alias(), [], source))

    def _own_value(self, output: ColumnOutput | DistanceOutput | ComputedOutput, table: Table, alias: Sql) -> Sql:
        if isinstance(output, ComputedOutput):
            value = self._predicates.calls.computed(output.column, alias)
            text = value_text(output.column.type, value, stringify_numeric_types=self.stringify)
            return sql("coalesce({}, 'null')", text)
        if isinstance(output, DistanceOutput):
            return sql("coalesce(to_json({})::text, 'null')", self._predicates.value_of(output.distance, alias))
        of = output.column
        if output.at is not None:
            return part_value(column(alias, of.name), self._binder.bind(output.at))
        nullable = self.sources.nullable(table, of)
        return column_value(of, alias, nullable=nullable, stringify_numeric_types=self.stringify)

    def _related_object(self, output: ObjectOutput, alias: Sql, scope: Scope) -> Related:
        target = self._join(output.relationship, output.table, alias, scope)
        # Of a row that is seen, what joins it is there whether or not it is shown.
        present = self.sources.key(output.table.name, target, output.relationship.columns[0][1])
        return Related(sql("{} IS NULL", present), self._members(output.output, output.table, target, scope))

    def _join(self, relationship: Relationship, table: Table, source: Sql, scope: Scope) -> Sql:
        """Join the row an object relationship leads to, once for each place it starts from.

        A join lets the planner hash a small table once where a subquery would look up every row. A foreign key, or a
        unique one on the other side, sees to it that the join never multiplies rows; where nothing does, because the
        relationship was made by hand, the first row by its key is looked up.
        """
        key = (source, relationship)
        if key not in scope.joined:
            target = scope.joined[key] = self.alias()
            if relationship.keyed:
                condition = self.sources.related(relationship, source, target)
                joining = sql("LEFT JOIN {} AS {} ON {}", self.sources.of(table), target, condition)
            else:
                joining = sql("LEFT JOIN LATERAL ({}) AS {} ON TRUE", self._first(relationship, table, source), target)
            scope.joins.append(joining)
        return scope.joined[key]

    def _first(self, relationship: Relationship, table: Table, source: Sql) -> Sql:
        """The first of the rows that belong to a row, by their key; without one it is any of them."""
        alias = self.alias()
        version = table.versioned and not self.sources.has_version(table)
        every = sql("{}.*, {}.xmin", alias, alias) if version else sql("{}.*", alias)
        key = joined(", ", (column(alias, name) for name in table.row_key))
        return sql(
            "SELECT {} FROM {} AS {} WHERE {}{} LIMIT 1",
            every,
            self.sources.of(table),
            alias,
            self.sources.related(relationship, source, alias),
            sql(" ORDER BY {}", key) if key else key,
        )

    def _order_term(self, term: OrderTerm | MeasureTerm, scope: Scope) -> Sql:
        return sql(_DIRECTIONS[term.direction], self.order_value(term, scope))

    def order_value(self, term: OrderTerm | MeasureTerm, scope: Scope) -> Sql:
        """What the rows of a scope are ordered by."""
        alias = scope.alias
        for relationship, table in term.through:
            alias = self._join(relationship, table, alias, scope)
        if not isinstance(term, MeasureTerm):
            if term.key_of is not None and term.own is not None:
                return self.sources.key(term.key_of, alias, term.own)
            value = self._predicates.value_of(term.column, alias)
            if not (term.through and isinstance(term.column, ComputedColumn)):
                return value
            # Of a row that is not there nothing is computed.
            way, table = term.through[-1]
            return sql(
                "CASE WHEN {} IS NOT NULL THEN {} END", self.sources.key(table.name, alias, way.columns[0][1]), value
            )
        target = self.alias()
        value, condition = measure_value(term.measure, target), self.sources.related(term.relationship, alias, target)
        measured = sql("(SELECT {} FROM {} AS {} WHERE {})", value, self.sources.of(term.table), target, condition)
        if not term.through:
            return measured
        # Of a row that is not there nothing is counted, not even to zero.
        present = self.sources.key(term.relationship.source, alias, term.relationship.columns[0][0])
        return sql("CASE WHEN {} IS NOT NULL THEN {} END", present, measured)


def _keeps_order(rows: Rows) -> bool:
    """Whether the rows stay in the order in which a function returns them; joins and CTEs keep none by themselves."""
    return rows.call is not None and rows.call.function.returns_set and not rows.order_by
