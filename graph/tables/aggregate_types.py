"""The object types of what is computed of many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLFloat,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
)

from domain.tables.aggregates import EXTREMES, OF_COLUMNS, Function, takes
from graph.tables.bindings import BoundColumn, BoundFunction, Part, bind
from graph.tables.wrapping import list_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.tables.catalog import Column, Table, TableName
    from graph.tables.columns import ColumnTypes
    from graph.tables.inputs import TableInputs
    from graph.tables.naming import Naming
    from graph.tables.visible import Visible, VisibleTable

FUNCTIONS: Final = {
    Function.SUM: "The sum of the values; null of none.",
    Function.AVG: "The mean of the values; null of none.",
    Function.MIN: "The smallest value; null of none.",
    Function.MAX: "The greatest value; null of none.",
    Function.STDDEV: "The standard deviation of the values as a sample; null of fewer than two.",
    Function.STDDEV_POP: "The standard deviation of the values as all there are; null of none.",
    Function.STDDEV_SAMP: "The standard deviation of the values as a sample; null of fewer than two.",
    Function.VAR_POP: "The variance of the values as all there are; null of none.",
    Function.VAR_SAMP: "The variance of the values as a sample; null of fewer than two.",
    Function.VARIANCE: "The variance of the values as a sample; null of fewer than two.",
}
_FIELDS: Final = {function: bind(BoundFunction(function)) for function in Function}


class AggregateTypes:
    """Makes the aggregate types of each table once, on first use."""

    def __init__(
        self,
        visible: Visible,
        naming: Naming,
        columns: ColumnTypes,
        inputs: TableInputs,
        rows: Callable[[TableName], GraphQLObjectType],
        *,
        stringify_numeric_types: bool,
    ) -> None:
        """`rows` gives the tables' own types."""
        self._visible = visible
        self._naming = naming
        self._columns = columns
        self._inputs = inputs
        self._rows = rows
        self._stringify = stringify_numeric_types
        self._types: dict[TableName, GraphQLObjectType] = {}
        self._fields: dict[TableName, GraphQLObjectType] = {}
        self._distinct = GraphQLArgument(GraphQLBoolean, description="Count equal values once.")

    def of(self, table: Table) -> GraphQLObjectType:
        """What an aggregate field of the table answers."""
        if table.name not in self._types:
            self._types[table.name] = GraphQLObjectType(
                self._visible.of(table.name).names.type("aggregate"),
                lambda: {
                    "aggregate": GraphQLField(
                        self.fields(table), description="What is computed of the rows.", extensions=bind(Part.AGGREGATE)
                    ),
                    "nodes": GraphQLField(
                        GraphQLNonNull(list_of(self._rows(table.name))),
                        description="The rows.",
                        extensions=bind(Part.NODES),
                    ),
                },
                description=f"Rows of `{table.name}` together.",
            )
        return self._types[table.name]

    def fields(self, table: Table) -> GraphQLObjectType:
        """The functions over rows of the table."""
        if table.name not in self._fields:
            self._fields[table.name] = GraphQLObjectType(
                self._visible.of(table.name).names.type("aggregate_fields"),
                lambda: self._function_fields(self._visible.of(table.name)),
                description=f"What is computed of rows of `{table.name}`.",
            )
        return self._fields[table.name]

    def _function_fields(self, seen: VisibleTable) -> dict[str, GraphQLField]:
        columns = GraphQLArgument(
            list_of(self._inputs.column_enum(seen.table.name)),
            description="Count rows in which none of these is NULL.",
        )
        count = GraphQLField(
            GraphQLNonNull(GraphQLInt),
            ({"columns": columns} if seen.columns else {}) | {"distinct": self._distinct},
            description="The number of rows, or of values.",
            extensions=_FIELDS[Function.COUNT],
        )
        fields = {"count": count}
        # A column's field is one object in all types that answer it alike: a table has eleven of them.
        shared: dict[tuple[Column, str], GraphQLField] = {}
        for function in OF_COLUMNS:
            type_ = self._columns_type(seen, function, shared)
            if type_ is not None:
                fields[self._naming.field(function.value)] = GraphQLField(
                    type_, description=FUNCTIONS[function], extensions=_FIELDS[function]
                )
        return fields

    def _columns_type(
        self, seen: VisibleTable, function: Function, shared: dict[tuple[Column, str], GraphQLField]
    ) -> GraphQLObjectType | None:
        names = seen.names
        fields: dict[str, GraphQLField] = {}
        for column in seen.columns:
            if takes(function, column.type):
                fields[names.columns[column.name]] = self._column_field(column, function, shared)
        return GraphQLObjectType(names.type(f"{function.value}_fields"), fields) if fields else None

    def _column_field(
        self, column: Column, function: Function, shared: dict[tuple[Column, str], GraphQLField]
    ) -> GraphQLField:
        own = function is Function.SUM or function in EXTREMES
        key = (column, "own" if own else "float")
        if key not in shared:
            answered = self._columns.answered(column.type, stringify_numeric_types=self._stringify)
            shared[key] = GraphQLField(answered if own else GraphQLFloat, extensions=bind(BoundColumn(column)))
        return shared[key]
