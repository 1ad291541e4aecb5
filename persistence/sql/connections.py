"""Connections: one page of rows, chosen by its place in the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from domain.tables.aggregates import NodesOutput
from domain.tables.connections import (
    CursorOutput,
    EdgesOutput,
    NodeOutput,
    PageInfoOutput,
    TotalOutput,
)
from domain.tables.plan import ConstantOutput
from persistence.sql.json_text import constant_text, object_text
from persistence.sql.pages import page_of

if TYPE_CHECKING:
    from domain.tables.connections import Connection, ConnectionMember
    from persistence.sql.fragments import Sql
    from persistence.sql.pages import Page
    from persistence.sql.render import Renderer, Scope


class ConnectionRenderer:
    """Renders the connections of one statement."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def render(self, connection: Connection) -> Sql:
        """The JSON text of a connection."""
        page = page_of(self._renderer, connection)
        return page.whole(object_text([(output.key, self._member(output, page)) for output in connection.output]))

    def _member(self, output: ConnectionMember, page: Page) -> Sql:
        match output:
            case EdgesOutput():
                return page.listed(lambda scope: self._edge(output, scope, page))
            case NodesOutput():
                return page.listed(lambda scope: self._renderer.row_object(output.output, page.table, scope))
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
                return page.total(estimated=output.estimated)
            case ConstantOutput():
                return constant_text(output.value)
            case _:
                assert_never(output)

    def _edge(self, edges: EdgesOutput, scope: Scope, page: Page) -> Sql:
        def text(output: CursorOutput | NodeOutput | ConstantOutput) -> Sql:
            match output:
                case CursorOutput():
                    return page.cursor(scope.alias)
                case NodeOutput():
                    return self._renderer.row_object(output.output, page.table, scope)
                case ConstantOutput():
                    return constant_text(output.value)
                case _:
                    assert_never(output)

        return object_text([(output.key, text(output)) for output in edges.output])
