"""The render stage: a secured plan as one SQL statement; equal plans give equal text."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Final, LiteralString, assert_never

from domain.tables.aggregates import AggregationOutput, AggregationRoot, MeasureTerm
from domain.tables.connections import ConnectionRoot
from domain.tables.groups import GroupsRoot
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
from persistence.sql.aggregates import AggregationRenderer
from persistence.sql.binder import Binder
from persistence.sql.connections import ConnectionRenderer
from persistence.sql.fragments import Sql, column, joined, number, qualified, sql
from persistence.sql.groups import GroupRenderer
from persistence.sql.json_text import column_value, constant_text, listed, object_text
from persistence.sql.measures import measure_value
from persistence.sql.predicates import Predicates, related

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.tables.catalog import Table
    from domain.tables.plan import OrderTerm, Output, Parameter, Plan, Root, Rows
    from domain.tables.relationships import Relationship

_DIRECTIONS: Final[dict[Direction, LiteralString]] = {
    Direction.ASC: "{}",
    Direction.ASC_NULLS_FIRST: "{} NULLS FIRST",
    Direction.ASC_NULLS_LAST: "{} NULLS LAST",
    Direction.DESC: "{} DESC",
    Direction.DESC_NULLS_FIRST: "{} DESC NULLS FIRST",
    Direction.DESC_NULLS_LAST: "{} DESC NULLS LAST",
}


def render(plan: Plan, *, stringify_numeric_types: bool = False) -> Statement:
    """Render a plan whose lists have been capped by `secure`."""
    return Renderer(stringify_numeric_types=stringify_numeric_types).statement(plan)


@dataclass(slots=True)
class Scope:
    """The rows that one SELECT is over: the table's alias and what was joined to it."""

    alias: Sql
    joins: list[Sql] = field(default_factory=list[Sql])
    joined: dict[tuple[Sql, Relationship], Sql] = field(default_factory=dict[tuple[Sql, "Relationship"], Sql])


class Renderer:
    """Renders the rows of one statement; what is more than rows has a renderer of its own that shares this one."""

    def __init__(self, *, stringify_numeric_types: bool, binder: Binder | None = None) -> None:
        self.stringify = stringify_numeric_types
        self._binder = binder or Binder()
        self._numbers = count()
        self._predicates = Predicates(self._binder, self.alias)
        self._aggregations = AggregationRenderer(self)
        self._connections = ConnectionRenderer(self)
        self._groups = GroupRenderer(self)

    def statement(self, plan: Plan) -> Statement:
        """The whole plan as one statement."""
        # PostgreSQL encodes the answer, so that it passes through Python as bytes.
        columns = [sql("convert_to({}, 'UTF8')", self._root(root)) for root in plan.roots]
        text = sql("SELECT {}", joined(", ", columns))
        return Statement(text, self._binder.parameters, tuple(root.key for root in plan.roots))

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
        terms = [related(relationship, source, alias)] if relationship and source else []
        return listed(self._select(rows, alias, terms), rows.cap)

    def _select(self, rows: Rows, alias: Sql, terms: list[Sql]) -> Sql:
        """The objects `o` of the rows.

        A page whose rows are joined with others is cut first: PostgreSQL joins before it sorts, and would look up the
        related row of every row of the table for the few that are shown. So is one that skips rows, for which
        PostgreSQL would make the objects as well.
        """
        scope = Scope(alias)
        output = sql("{} AS o", self._object(rows.output, alias, scope))
        whole = not rows.distinct_on and rows.offset is None and (rows.limit is None or not scope.joins)
        if whole:
            table = sql("{} AS {}", qualified(rows.table.name), alias)
            where = self._predicates.conjunction(terms, rows.where, alias)
            return self._query(sql("SELECT {} FROM {}", output, table), scope, rows, where, list(self._page(rows)))
        return self._made(output, sql("({})", self.chosen(rows, alias, terms)), scope, rows)

    def chosen(self, rows: Rows, alias: Sql, terms: list[Sql]) -> Sql:
        """The rows themselves, with all of their columns, in their order."""
        distinct = joined(", ", (column(alias, each.name) for each in rows.distinct_on))
        every = self.every_column(rows.table, rows.output, alias)
        what = sql("DISTINCT ON ({}) {}", distinct, every) if rows.distinct_on else every
        head = sql("SELECT {} FROM {} AS {}", what, qualified(rows.table.name), alias)
        where = self._predicates.conjunction(terms, rows.where, alias)
        return self._query(head, Scope(alias), rows, where, list(self._page(rows)))

    def every_column(self, table: Table, outputs: Sequence[Output], alias: Sql) -> Sql:
        """All columns of the table, and what else the outputs need."""
        version = any(isinstance(output, VersionOutput) for output in outputs) and "xmin" not in table.by_name
        return sql("{}.*, {}.xmin", alias, alias) if version else sql("{}.*", alias)

    def page_of(self, every: Sql, page: Rows) -> Sql:
        """Of a query's rows, which have columns of their own and their object as `o`, the objects of a page."""
        scope = self.scope()
        head = sql("SELECT {}.o FROM ({}) AS {}", scope.alias, every, scope.alias)
        where = self._predicates.conjunction([], page.where, scope.alias)
        return self._query(head, scope, page, where, list(self._page(page)))

    def bound(self, parameter: Parameter) -> Sql:
        """A parameter as an expression."""
        return self._binder.bind(parameter)

    def scope(self) -> Scope:
        """The scope of a query that begins."""
        return Scope(self.alias())

    def source(self, rows: Rows, scope: Scope, terms: list[Sql]) -> Sql:
        """From where the rows come, what is joined to them so far, and which they are."""
        head = sql("FROM {} AS {}", qualified(rows.table.name), scope.alias)
        where = self._predicates.conjunction(terms, rows.where, scope.alias)
        return joined(" ", [head, *scope.joins, *([sql("WHERE {}", where)] if where else [])])

    def row_object(self, outputs: Sequence[Output], scope: Scope) -> Sql:
        """The JSON object of the row that the scope is over."""
        return self._object(outputs, scope.alias, scope)

    def objects(self, rows: Rows, source: Sql) -> Sql:
        """The objects `o` of rows that have been chosen already and are kept under the name `source`."""
        alias = self.alias()
        scope = Scope(alias)
        output = sql("{} AS o", self._object(rows.output, alias, scope))
        return self._made(output, source, scope, rows)

    def _made(self, output: Sql, source: Sql, scope: Scope, rows: Rows) -> Sql:
        head = sql("SELECT {} FROM {} AS {}", output, source, scope.alias)
        return self._query(head, scope, rows, None, [])

    def _query(self, head: Sql, scope: Scope, rows: Rows, where: Sql | None, page: list[Sql]) -> Sql:
        order_by = [self._order_term(term, scope) for term in rows.order_by]
        condition = [sql("WHERE {}", where)] if where else []
        ordering = [sql("ORDER BY {}", joined(", ", order_by))] if order_by else []
        return joined(" ", [head, *scope.joins, *condition, *ordering, *page])

    def _page(self, rows: Rows) -> Iterator[Sql]:
        # One row over the cap is enough to know that the answer is refused.
        bounds = [] if rows.limit is None else [self._binder.bind(rows.limit)]
        if rows.cap is not None:
            bounds.append(number(rows.cap + 1))
        match bounds:
            case [bound]:
                yield sql("LIMIT {}", bound)
            case [limit, most]:
                yield sql("LIMIT least({}, {})", limit, most)
            case _:
                pass
        if rows.offset is not None:
            yield sql("OFFSET {}", self._binder.bind(rows.offset))

    def _object(self, outputs: Sequence[Output], alias: Sql, scope: Scope) -> Sql:
        return object_text([(output.key, self._value(output, alias, scope)) for output in outputs])

    def _value(self, output: Output, alias: Sql, scope: Scope) -> Sql:
        match output:
            case ColumnOutput():
                return column_value(output.column, alias, stringify_numeric_types=self.stringify)
            case VersionOutput():
                return sql("""'"' || {}.xmin::text || '"'""", alias)
            case ConstantOutput():
                return constant_text(output.value)
            case ListOutput():
                return self._list(output.rows, output.relationship, alias)
            case ObjectOutput():
                return self._related_object(output, alias, scope)
            case AggregationOutput():
                return self._aggregations.render(output.aggregation, output.relationship, alias)
            case _:
                assert_never(output)

    def _related_object(self, output: ObjectOutput, alias: Sql, scope: Scope) -> Sql:
        target = self._join(output.relationship, output.table, alias, scope)
        present = column(target, output.relationship.columns[0][1])
        inner = self._object(output.output, target, scope)
        return sql("CASE WHEN {} IS NULL THEN 'null' ELSE {} END", present, inner)

    def _join(self, relationship: Relationship, table: Table, source: Sql, scope: Scope) -> Sql:
        """Join the row an object relationship leads to, once for each place it starts from.

        A join lets the planner hash a small table once where a subquery would look up every row. A foreign key, or a
        unique one on the other side, sees to it that the join never multiplies rows.
        """
        key = (source, relationship)
        if key not in scope.joined:
            target = scope.joined[key] = self.alias()
            condition = related(relationship, source, target)
            scope.joins.append(sql("LEFT JOIN {} AS {} ON {}", qualified(table.name), target, condition))
        return scope.joined[key]

    def _order_term(self, term: OrderTerm | MeasureTerm, scope: Scope) -> Sql:
        return sql(_DIRECTIONS[term.direction], self.order_value(term, scope))

    def order_value(self, term: OrderTerm | MeasureTerm, scope: Scope) -> Sql:
        """What the rows of a scope are ordered by."""
        alias = scope.alias
        for relationship, table in term.through:
            alias = self._join(relationship, table, alias, scope)
        if not isinstance(term, MeasureTerm):
            return column(alias, term.column.name)
        target = self.alias()
        value, condition = measure_value(term.measure, target), related(term.relationship, alias, target)
        measured = sql("(SELECT {} FROM {} AS {} WHERE {})", value, qualified(term.table.name), target, condition)
        if not term.through:
            return measured
        # Of a row that is not there nothing is counted, not even to zero.
        return sql("CASE WHEN {} IS NOT NULL THEN {} END", column(alias, term.relationship.columns[0][0]), measured)
