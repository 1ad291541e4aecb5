"""The types of connections (GraphQL Cursor Connections Specification); their names are Relay's in either naming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from domain.tables.connections import DEFAULT_PAGE, MAX_PAGE, PageField
from graph.tables.bindings import ConnectionPart, bind
from graph.tables.wrapping import list_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from domain.tables.catalog import Table, TableName
    from graph.tables.names import TableNames
    from graph.tables.wrapping import OutputType

_TOLD = {
    PageField.HAS_NEXT: "Whether there are rows behind the page.",
    PageField.HAS_PREVIOUS: "Whether there are rows before the page.",
    PageField.START: "The cursor of its first row; null for an empty page.",
    PageField.END: "The cursor of its last row; null for an empty page.",
}
_ESTIMATE = "Answer what the planner expects, which costs next to nothing whatever the number is."
_CURSORS = (PageField.START, PageField.END)


class ConnectionTypes:
    """Makes the connection types of each table once, on first use."""

    def __init__(
        self,
        names: Mapping[TableName, TableNames],
        rows: Callable[[TableName], GraphQLObjectType],
        page_info: GraphQLObjectType,
    ) -> None:
        """`rows` gives the tables' own types."""
        self._names = names
        self._rows = rows
        self._types: dict[TableName, GraphQLObjectType] = {}
        self._page_info = page_info

    def of(self, table: Table) -> GraphQLObjectType:
        """A page of the table."""
        if table.name not in self._types:
            self._types[table.name] = GraphQLObjectType(
                self._names[table.name].type("connection"),
                lambda: self._fields(table),
                description=f"A page of rows of `{table.name}`.",
            )
        return self._types[table.name]

    def arguments(self) -> dict[str, GraphQLArgument]:
        """The arguments that choose a page."""
        first = (
            f"How many rows from the front, or behind `after`; at most {MAX_PAGE}, {DEFAULT_PAGE} if nothing is told."
        )
        return {
            "first": GraphQLArgument(GraphQLInt, description=first),
            "after": GraphQLArgument(GraphQLString, description="Rows behind this cursor of the same order."),
            "last": GraphQLArgument(
                GraphQLInt, description=f"How many rows from the end, or before `before`; at most {MAX_PAGE}."
            ),
            "before": GraphQLArgument(GraphQLString, description="Rows before this cursor of the same order."),
        }

    def _fields(self, table: Table) -> dict[str, GraphQLField]:
        row: OutputType = GraphQLNonNull(self._rows(table.name))
        edge = GraphQLObjectType(
            self._names[table.name].type("edge"),
            {
                "cursor": GraphQLField(
                    GraphQLNonNull(GraphQLString),
                    description="The row's place in the order.",
                    extensions=bind(ConnectionPart.CURSOR),
                ),
                "node": GraphQLField(row, description="The row.", extensions=bind(ConnectionPart.NODE)),
            },
            description=f"A row of `{table.name}` and its place.",
        )
        return {
            "edges": GraphQLField(
                GraphQLNonNull(list_of(edge)),
                description="The rows with their cursors.",
                extensions=bind(ConnectionPart.EDGES),
            ),
            "nodes": GraphQLField(
                GraphQLNonNull(list_of(self._rows(table.name))),
                description="The rows.",
                extensions=bind(ConnectionPart.NODES),
            ),
            "pageInfo": GraphQLField(
                GraphQLNonNull(self._page_info),
                description="Where the page stands.",
                extensions=bind(ConnectionPart.PAGE_INFO),
            ),
            "totalCount": GraphQLField(
                GraphQLNonNull(GraphQLInt),
                {"estimate": GraphQLArgument(GraphQLBoolean, description=_ESTIMATE, default_value=False)},
                description="How many rows there are on all pages; counted where it is asked for.",
                extensions=bind(ConnectionPart.TOTAL),
            ),
        }


def page_info_type() -> GraphQLObjectType:
    """The type that says where a page stands, for a schema whose platform has none."""
    fields = {
        field.value: GraphQLField(
            GraphQLString if field in _CURSORS else GraphQLNonNull(GraphQLBoolean), description=description
        )
        for field, description in _TOLD.items()
    }
    return GraphQLObjectType("PageInfo", fields, description="Where a page stands.")
