"""Connections: one page of rows, chosen by its place in the order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, LiteralString, assert_never

from domain.tables.aggregates import Function, MeasureTerm, NodesOutput
from domain.tables.connections import (
    DEFAULT_PAGE,
    CursorOutput,
    EdgesOutput,
    NodeOutput,
    PageField,
    PageInfoOutput,
    TotalOutput,
)
from domain.tables.operators import Direction
from domain.tables.plan import ConstantOutput
from persistence.sql.fragments import column, identifier, joined, literal, number, sql
from persistence.sql.json_text import constant_text, listed, object_text
from persistence.sql.keyset import Key, beyond, reversed_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.tables.catalog import Table
    from domain.tables.connections import Connection, ConnectionMember, Place
    from domain.tables.plan import OrderTerm, Output
    from persistence.sql.fragments import Sql
    from persistence.sql.render import Renderer, Scope

_DESCENDING: Final = frozenset({Direction.DESC, Direction.DESC_NULLS_FIRST, Direction.DESC_NULLS_LAST})
_NULLS_FIRST: Final = frozenset({Direction.DESC, Direction.DESC_NULLS_FIRST, Direction.ASC_NULLS_FIRST})


class ConnectionRenderer:
    """Renders the connections of one statement."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def render(self, connection: Connection) -> Sql:
        """The JSON text of a connection.

        Its rows are chosen once, one more than the page has, and numbered from where the page is counted from.
        """
        page = _Page(self._renderer, connection)
        members = object_text([(output.key, self._member(output, page)) for output in connection.output])
        return sql("(WITH {} AS ({}) SELECT {})", page.name, page.numbered(), members)

    def _member(self, output: ConnectionMember, page: _Page) -> Sql:
        match output:
            case EdgesOutput():
                return page.listed(lambda scope: self._edge(output, scope, page))
            case NodesOutput():
                return page.listed(lambda scope: self._renderer.row_object(output.output, scope))
            case PageInfoOutput():
                return object_text(
                    [
                        (
                            each.key,
                            constant_text(each.value) if isinstance(each, ConstantOutput) else page.told(each.field),
                        )
                        for each in output.output
                    ]
                )
            case TotalOutput():
                return page.total()
            case ConstantOutput():
                return constant_text(output.value)
            case _:
                assert_never(output)

    def _edge(self, edges: EdgesOutput, scope: Scope, page: _Page) -> Sql:
        def text(output: CursorOutput | NodeOutput | ConstantOutput) -> Sql:
            match output:
                case CursorOutput():
                    return _quoted(column(scope.alias, page.cursor))
                case NodeOutput():
                    return self._renderer.row_object(output.output, scope)
                case ConstantOutput():
                    return constant_text(output.value)
                case _:
                    assert_never(output)

        return object_text([(output.key, text(output)) for output in edges.output])


class _Page:
    """The rows of one page, kept under a name while the statement runs."""

    def __init__(self, renderer: Renderer, connection: Connection) -> None:
        self._renderer = renderer
        self._connection = connection
        self._rows = connection.rows
        self.name = renderer.alias()
        self._place = _free("place", self._rows.table)
        self.cursor = _free("cursor", self._rows.table)
        self._keys = [_free(f"key{index}", self._rows.table) for index in range(len(self._rows.order_by))]
        self._size = number(DEFAULT_PAGE) if connection.size is None else renderer.bound(connection.size)

    def numbered(self) -> Sql:
        """The query for the rows: all columns, their number from where the page is counted from, their cursor."""
        chosen = self._renderer.alias()
        keys = [column(chosen, name) for name in self._keys]
        ordering = self._ordering(keys)
        return sql(
            "SELECT {}.*, row_number() OVER (ORDER BY {}) AS {}, {} AS {} FROM ({}) AS {}",
            chosen,
            ordering,
            identifier(self._place),
            _cursor_text(self._connection.signature, keys),
            identifier(self.cursor),
            self._chosen(),
            chosen,
        )

    def _chosen(self) -> Sql:
        connection, rows = self._connection, self._rows
        scope = self._renderer.scope()
        values = [self._renderer.order_value(term, scope) for term in rows.order_by]
        bounds: list[Sql] = []
        if connection.after is not None:
            bounds.append(beyond(self._bounds(values, connection.after)))
        if connection.before is not None:
            bounds.append(beyond(_reversed(self._bounds(values, connection.before))))
        named = (sql("{} AS {}", value, identifier(name)) for value, name in zip(values, self._keys, strict=True))
        every = self._renderer.every_column(rows.table, _outputs(connection), scope.alias)
        head = sql("SELECT {}", joined(", ", [every, *named]))
        limit = sql("ORDER BY {} LIMIT {} + 1", self._ordering(values), self._size)
        return joined(" ", [head, self._renderer.source(rows, scope, bounds), limit])

    def _ordering(self, values: Sequence[Sql]) -> Sql:
        """The order in which the page is counted."""
        terms: list[Sql] = []
        for term, value in zip(self._rows.order_by, values, strict=True):
            descending, nulls_first = term.direction in _DESCENDING, term.direction in _NULLS_FIRST
            if self._connection.backward:
                descending, nulls_first = not descending, not nulls_first
            terms.append(sql(_TERMS[descending, nulls_first], value))
        return joined(", ", terms)

    def _bounds(self, values: Sequence[Sql], place: Place) -> list[Key]:
        return [
            Key(
                value,
                None if bound is None else self._renderer.bound(bound),
                descending=term.direction in _DESCENDING,
                nulls_first=term.direction in _NULLS_FIRST,
                nullable=_is_nullable(term),
            )
            for term, value, bound in zip(self._rows.order_by, values, place.values, strict=True)
        ]

    def listed(self, objects: Callable[[Scope], Sql]) -> Sql:
        """The JSON array of an object for each row of the page, in the order of the list."""
        scope = self._renderer.scope()
        made = objects(scope)
        place = column(scope.alias, self._place)
        ordering = sql("{} DESC", place) if self._connection.backward else place
        head = sql("SELECT {} AS o FROM {} AS {}", made, self.name, scope.alias)
        further = sql("WHERE {} <= {} ORDER BY {}", place, self._size, ordering)
        return listed(joined(" ", [head, *scope.joins, further]), self._rows.cap)

    def told(self, field: PageField) -> Sql:
        """The JSON text of a field about the page's place."""
        backward = self._connection.backward
        match field:
            case PageField.START:
                return self._end_cursor(first=not backward)
            case PageField.END:
                return self._end_cursor(first=backward)
            case PageField.HAS_NEXT:
                return self._more(within=not backward, place=self._connection.before, forward=True)
            case PageField.HAS_PREVIOUS:
                return self._more(within=backward, place=self._connection.after, forward=False)
            case _:
                assert_never(field)

    def _end_cursor(self, *, first: bool) -> Sql:
        ordering = sql("{}", identifier(self._place)) if first else sql("{} DESC", identifier(self._place))
        return sql(
            "coalesce((SELECT {} FROM {} WHERE {} <= {} ORDER BY {} LIMIT 1), 'null')",
            _quoted(identifier(self.cursor)),
            self.name,
            identifier(self._place),
            self._size,
            ordering,
        )

    def _more(self, *, within: bool, place: Place | None, forward: bool) -> Sql:
        """Whether there are rows beyond the page on one side: more than it holds, or at the place that bounds it."""
        found: list[Sql] = []
        if within:
            found.append(sql("EXISTS (SELECT 1 FROM {} WHERE {} > {})", self.name, identifier(self._place), self._size))
        if place is not None:
            scope = self._renderer.scope()
            values = [self._renderer.order_value(term, scope) for term in self._rows.order_by]
            keys = self._bounds(values, place)
            bound = beyond(keys if forward else _reversed(keys), inclusive=True)
            found.append(sql("EXISTS (SELECT 1 {})", self._renderer.source(self._rows, scope, [bound])))
        return sql("({})::text", joined(" OR ", found)) if found else literal("false")

    def total(self) -> Sql:
        """The number of all rows."""
        rows = replace(self._rows, order_by=())
        return sql("(SELECT count(*)::text {})", self._renderer.source(rows, self._renderer.scope(), []))


_TERMS: Final[dict[tuple[bool, bool], LiteralString]] = {
    (False, False): "{}",
    (False, True): "{} NULLS FIRST",
    (True, True): "{} DESC",
    (True, False): "{} DESC NULLS LAST",
}


def _reversed(keys: Sequence[Key]) -> list[Key]:
    return [reversed_key(key) for key in keys]


def _is_nullable(term: OrderTerm | MeasureTerm) -> bool:
    if isinstance(term, MeasureTerm):
        return bool(term.through) or term.measure.function is not Function.COUNT
    return term.column.nullable or any(way.optional or way.inverse for way, _ in term.through)


def _outputs(connection: Connection) -> tuple[Output, ...]:
    """All that is answered of a row, wherever it is."""
    found: list[Output] = []
    for member in connection.output:
        if isinstance(member, NodesOutput):
            found += member.output
        elif isinstance(member, EdgesOutput):
            found += (output for node in member.output if isinstance(node, NodeOutput) for output in node.output)
    return tuple(found)


def _free(name: str, table: Table) -> str:
    """The name, or a longer one that no column of the table has."""
    while name in table.by_name:
        name += "_"
    return name


def _cursor_text(signature: str, keys: Sequence[Sql]) -> Sql:
    """The cursor of a row: what it is ordered by, as JSON in base64url (RFC 4648, section 5)."""
    values = (sql("',' || coalesce(to_json({}::text)::text, 'null')", key) for key in keys)
    text = joined(" || ", [literal(f'["{signature}"'), *values, literal("]")])
    return sql("translate(encode(convert_to({}, 'UTF8'), 'base64'), E'+/=\\n', '-_')", text)


def _quoted(text: Sql) -> Sql:
    return sql("""'"' || {} || '"'""", text)
