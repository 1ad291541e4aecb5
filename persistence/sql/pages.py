"""The rows of one page, and what is told of its place in the list."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Final, LiteralString, assert_never

from domain.tables.aggregates import Function, MeasureTerm, NodesOutput
from domain.tables.connections import (
    DEFAULT_PAGE,
    MAX_PAGE,
    EdgesOutput,
    NodeOutput,
    PageField,
    PageFieldOutput,
    PageInfoOutput,
)
from domain.tables.operators import Direction
from domain.tables.plan import ColumnOutput, ConstantOutput, ObjectOutput, VersionOutput
from persistence.sql.estimates import estimate
from persistence.sql.fragments import Sql, column, identifier, joined, literal, number, sql
from persistence.sql.free_names import free_name
from persistence.sql.json_text import array_text, listed
from persistence.sql.keyset import Key, beyond, reversed_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.tables.connections import Connection, Place
    from domain.tables.plan import OrderTerm, Output
    from persistence.sql.render import Renderer, Scope

_DESCENDING: Final = frozenset({Direction.DESC, Direction.DESC_NULLS_FIRST, Direction.DESC_NULLS_LAST})
_NULLS_FIRST: Final = frozenset({Direction.DESC, Direction.DESC_NULLS_FIRST, Direction.ASC_NULLS_FIRST})
_TERMS: Final[dict[tuple[bool, bool], LiteralString]] = {
    (False, False): "{}",
    (False, True): "{} NULLS FIRST",
    (True, True): "{} DESC",
    (True, False): "{} DESC NULLS LAST",
}


class Page(ABC):
    """The rows of one page; they are chosen once, and one more than it has where it is asked whether there are more."""

    def __init__(self, renderer: Renderer, connection: Connection) -> None:
        self._renderer = renderer
        self._connection = connection
        self._rows = connection.rows
        self.table = connection.rows.table
        self._keys = [free_name(self._rows.table, f"key{index}") for index in range(len(self._rows.order_by))]
        self._size = self._bounded(number(DEFAULT_PAGE) if connection.size is None else renderer.count(connection.size))
        self._looks_further = _looks_further(connection)

    def _bounded(self, size: Sql) -> Sql:
        """The size, or what the caller's role gets of a list."""
        return size if self._rows.most is None else sql("least({}, {})", size, number(self._rows.most))

    @abstractmethod
    def whole(self, members: Sql) -> Sql:
        """The connection's JSON text, when that of its members is made."""

    @abstractmethod
    def listed(self, objects: Callable[[Scope], Sql]) -> Sql:
        """The JSON array of an object for each row of the page, in the order of the list."""

    @abstractmethod
    def _is_exceeded(self) -> Sql:
        """Whether there is the row beyond the page."""

    @abstractmethod
    def _end_cursor(self, *, last: bool) -> Sql:
        """The JSON text of the cursor of the first row or the last."""

    def _chosen(self) -> Sql:
        """The query for the rows: what they are answered with, what they are ordered by, and one row more."""
        connection, rows = self._connection, self._rows
        scope = self._renderer.scope()
        values = [self._renderer.order_value(term, scope) for term in rows.order_by]
        bounds: list[Sql] = []
        if connection.after is not None:
            bounds.append(beyond(self._bounds(values, connection.after)))
        if connection.before is not None:
            bounds.append(beyond(_reversed(self._bounds(values, connection.before))))
        named = (sql("{} AS {}", value, identifier(name)) for value, name in zip(values, self._keys, strict=True))
        needed = self._renderer.needed_columns(rows.table, _outputs(connection), scope.alias)
        head = sql("SELECT {}", joined(", ", [*needed, *named]))
        size = sql("{} + 1", self._size) if self._looks_further else self._size
        limit = sql("ORDER BY {} LIMIT {}", self._ordering(values, backward=connection.backward), size)
        return joined(" ", [head, self._renderer.source(rows, scope, bounds), limit])

    def _order_of(self, alias: Sql, *, backward: bool) -> Sql:
        """The order of rows that are kept."""
        return self._ordering([column(alias, name) for name in self._keys], backward=backward)

    def _ordering(self, values: Sequence[Sql], *, backward: bool) -> Sql:
        """The order of the list, or that of the list from its end."""
        terms: list[Sql] = []
        for term, value in zip(self._rows.order_by, values, strict=True):
            descending, nulls_first = term.direction in _DESCENDING, term.direction in _NULLS_FIRST
            terms.append(sql(_TERMS[descending is not backward, nulls_first is not backward], value))
        return joined(", ", terms)

    def _bounds(self, values: Sequence[Sql], place: Place) -> list[Key]:
        return [
            Key(
                value,
                None if bound is None else self._renderer.bound(bound),
                descending=term.direction in _DESCENDING,
                nulls_first=term.direction in _NULLS_FIRST,
                nullable=self._is_nullable(term),
            )
            for term, value, bound in zip(self._rows.order_by, values, place.values, strict=True)
        ]

    def _is_nullable(self, term: OrderTerm | MeasureTerm) -> bool:
        if isinstance(term, MeasureTerm):
            return bool(term.through) or term.measure.function is not Function.COUNT
        sources = self._renderer.sources
        if any(way.optional or way.inverse or sources.restricts(table) for way, table in term.through):
            return True
        return sources.nullable(term.through[-1][1] if term.through else self.table, term.column)

    def cursor(self, alias: Sql) -> Sql:
        """The JSON text of a row's cursor."""
        return _quoted(_cursor_text(self._connection.signature, [column(alias, name) for name in self._keys]))

    def told(self, field: PageField) -> Sql:
        """The JSON text of a field about the page's place."""
        backward = self._connection.backward
        match field:
            case PageField.START:
                return self._end_cursor(last=False)
            case PageField.END:
                return self._end_cursor(last=True)
            case PageField.HAS_NEXT:
                return self._more(within=not backward, place=self._connection.before, forward=True)
            case PageField.HAS_PREVIOUS:
                return self._more(within=backward, place=self._connection.after, forward=False)
            case _:
                assert_never(field)

    def _more(self, *, within: bool, place: Place | None, forward: bool) -> Sql:
        """Whether there are rows beyond the page on one side: more than it holds, or at the place that bounds it."""
        found: list[Sql] = []
        if within:
            found.append(self._is_exceeded())
        if place is not None:
            scope = self._renderer.scope()
            values = [self._renderer.order_value(term, scope) for term in self._rows.order_by]
            keys = self._bounds(values, place)
            bound = beyond(keys if forward else _reversed(keys), inclusive=True)
            found.append(sql("EXISTS (SELECT 1 {})", self._renderer.source(self._rows, scope, [bound])))
        return sql("({})::text", joined(" OR ", found)) if found else literal("false")

    def total(self, *, estimated: bool) -> Sql:
        """The number of all rows."""
        estimation = estimate(self._renderer, self._rows) if estimated else None
        if estimation is not None:
            return sql("{}::text", estimation)
        rows = replace(self._rows, order_by=())
        return sql("(SELECT count(*)::text {})", self._renderer.source(rows, self._renderer.scope(), []))


class _KeptPage(Page):
    """A page whose rows are kept with what they are ordered by, and put into their order wherever they are read.

    To number them instead takes longer than it saves: rows that were found in their order are sorted by as many
    comparisons as there are rows.
    """

    def __init__(self, renderer: Renderer, connection: Connection) -> None:
        super().__init__(renderer, connection)
        self._name = renderer.alias()

    def whole(self, members: Sql) -> Sql:
        return sql("(WITH {} AS ({}) SELECT {})", self._name, self._chosen(), members)

    def listed(self, objects: Callable[[Scope], Sql]) -> Sql:
        scope = self._renderer.scope()
        made = objects(scope)
        head = sql("SELECT {} AS o FROM {}", made, self._shown(scope.alias))
        ordering = sql("ORDER BY {}", self._order_of(scope.alias, backward=False))
        return listed(joined(" ", [head, *scope.joins, ordering]), self._rows.cap)

    def _is_exceeded(self) -> Sql:
        return sql("(SELECT count(*) > {} FROM {})", self._size, self._name)

    def _end_cursor(self, *, last: bool) -> Sql:
        alias = self._renderer.alias()
        return sql(
            "coalesce((SELECT {} FROM {} ORDER BY {} LIMIT 1), 'null')",
            self.cursor(alias),
            self._shown(alias),
            self._order_of(alias, backward=last),
        )

    def _shown(self, alias: Sql) -> Sql:
        """The rows of the page under an alias, without the one beyond."""
        if not self._looks_further:
            return sql("{} AS {}", self._name, alias)
        counted = self._order_of(self._name, backward=self._connection.backward)
        return sql("(SELECT * FROM {} ORDER BY {} LIMIT {}) AS {}", self._name, counted, self._size, alias)


class _ReadPage(Page):
    """A page whose rows are read once: what is made of each is put into a list, the row beyond among them.

    With 50 rows of two tables that takes a seventh less of PostgreSQL's time than to keep them.
    """

    def __init__(self, renderer: Renderer, connection: Connection) -> None:
        super().__init__(renderer, connection)
        self._scope = renderer.scope()
        self._made: list[Sql] = []

    def whole(self, members: Sql) -> Sql:
        columns = [sql("{} AS {}", made, _nth(index)) for index, made in enumerate(self._made)]
        rows = joined(" ", [sql("({}) AS {}", self._chosen(), self._scope.alias), *self._scope.joins])
        order = self._order_of(self._scope.alias, backward=False)
        every = sql("SELECT {} FROM {} ORDER BY {}", joined(", ", columns), rows, order)
        return sql("(SELECT {} FROM ({}) AS r)", members, every)

    def listed(self, objects: Callable[[Scope], Sql]) -> Sql:
        made = self._column(objects(self._scope))
        if not self._looks_further:
            return array_text(made)
        return sql("'[' || coalesce(array_to_string({}, ','), '') || ']'", self._shown(made))

    def _is_exceeded(self) -> Sql:
        return sql("count(*) > {}", self._size)

    def _end_cursor(self, *, last: bool) -> Sql:
        shown = self._shown(self._column(self.cursor(self._scope.alias)))
        return sql("coalesce(({})[{}], 'null')", shown, sql("cardinality({})", shown) if last else number(1))

    def _column(self, made: Sql) -> Sql:
        """What is made of each row, as a column."""
        if made not in self._made:
            self._made.append(made)
        return sql("r.{}", _nth(self._made.index(made)))

    def _shown(self, column_: Sql) -> Sql:
        """The values of a column in the rows of the page, NULL if there are none."""
        every = sql("array_agg({})", column_)
        if not self._looks_further:
            return every
        if self._connection.backward:
            return sql("({})[count(*) - {} + 1:]", every, self._size)
        return sql("({})[:{}]", every, self._size)


def page_of(renderer: Renderer, connection: Connection) -> Page:
    """The page of a connection, read in the way that takes least."""
    return (_ReadPage if _is_read_once(connection) else _KeptPage)(renderer, connection)


def _is_read_once(connection: Connection) -> bool:
    """Whether rows are shown, and told of beside, that are made of nothing that could fail for the row beyond."""
    lists = any(isinstance(member, EdgesOutput | NodesOutput) for member in connection.output)
    told = any(isinstance(member, PageInfoOutput) for member in connection.output)
    cap = connection.rows.cap
    return lists and told and (cap is None or cap >= MAX_PAGE) and all(map(_never_fails, _outputs(connection)))


def _never_fails(output: Output) -> bool:
    if isinstance(output, ObjectOutput):
        return all(map(_never_fails, output.output))
    return isinstance(output, ColumnOutput | VersionOutput | ConstantOutput)


def _nth(index: int) -> Sql:
    return Sql(f"o{index}")


def _reversed(keys: Sequence[Key]) -> list[Key]:
    return [reversed_key(key) for key in keys]


def _looks_further(connection: Connection) -> bool:
    """Whether it is asked if there are rows behind those of the page, on the side to which it is counted."""
    field = PageField.HAS_PREVIOUS if connection.backward else PageField.HAS_NEXT
    asked = (each for member in connection.output if isinstance(member, PageInfoOutput) for each in member.output)
    return any(isinstance(each, PageFieldOutput) and each.field is field for each in asked)


def _outputs(connection: Connection) -> tuple[Output, ...]:
    """All that is answered of a row, wherever it is."""
    found: list[Output] = []
    for member in connection.output:
        if isinstance(member, NodesOutput):
            found += member.output
        elif isinstance(member, EdgesOutput):
            found += (output for node in member.output if isinstance(node, NodeOutput) for output in node.output)
    return tuple(found)


def _cursor_text(signature: str, keys: Sequence[Sql]) -> Sql:
    """The cursor of a row: what it is ordered by, as JSON in base64url (RFC 4648, section 5)."""
    values = (sql("',' || coalesce(to_json({}::text)::text, 'null')", key) for key in keys)
    text = joined(" || ", [literal(f'["{signature}"'), *values, literal("]")])
    return sql("translate(encode(convert_to({}, 'UTF8'), 'base64'), E'+/=\\n', '-_')", text)


def _quoted(text: Sql) -> Sql:
    return sql("""'"' || {} || '"'""", text)
