"""The inputs about many rows at once: orderings by what is computed of them, and tests of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNonNull,
)

from domain.tables.aggregates import OF_COLUMNS, Function, takes
from domain.tables.catalog import DataType, TypeKind
from graph.tables.bindings import BoundFunction, bind
from graph.tables.wrapping import list_of

if TYPE_CHECKING:
    from domain.tables.catalog import Table, TableName
    from graph.tables.inputs import TableInputs
    from graph.tables.naming import Naming
    from graph.tables.visible import Visible, VisibleTable

# What a count and a test of truths are given as.
_INT: Final = DataType("pg_catalog", "int4", TypeKind.BASE)
_BOOL: Final = DataType("pg_catalog", "bool", TypeKind.BASE)
_TRUTHS: Final = {Function.BOOL_AND: "Whether all are true.", Function.BOOL_OR: "Whether one is true."}
_FUNCTIONS: Final = {function: bind(BoundFunction(function)) for function in Function}


class AggregateInputs:
    """Makes the inputs about rows of a table together, each once, on first use."""

    def __init__(self, inputs: TableInputs, visible: Visible, naming: Naming) -> None:
        self._inputs = inputs
        self._visible = visible
        self._naming = naming
        self._orderings: dict[TableName, GraphQLInputObjectType] = {}
        self._filters: dict[TableName, GraphQLInputObjectType] = {}

    def ordering(self, table: Table) -> GraphQLInputObjectType:
        """How those are ordered that rows of the table belong to."""
        if table.name not in self._orderings:
            self._orderings[table.name] = GraphQLInputObjectType(
                self._visible.of(table.name).names.type("aggregate_order_by"),
                lambda: self._ordering_fields(self._visible.of(table.name)),
                description=f"An ordering by what is computed of related rows of `{table.name}`.",
            )
        return self._orderings[table.name]

    def filter(self, table: Table) -> GraphQLInputObjectType:
        """What is asked of rows of the table together."""
        if table.name not in self._filters:
            self._filters[table.name] = GraphQLInputObjectType(
                self._visible.of(table.name).names.type("aggregate_bool_exp"),
                lambda: self._filter_fields(self._visible.of(table.name)),
                description=f"A test of related rows of `{table.name}` together; all must hold.",
            )
        return self._filters[table.name]

    def _ordering_fields(self, seen: VisibleTable) -> dict[str, GraphQLInputField]:
        names = seen.names
        columns = {column.name: self._inputs.direction_field(column) for column in seen.columns}
        fields = {
            "count": GraphQLInputField(
                self._inputs.direction, description="By their number.", extensions=_FUNCTIONS[Function.COUNT]
            )
        }
        for function in OF_COLUMNS:
            taken = {
                names.columns[column.name]: columns[column.name]
                for column in seen.columns
                if takes(function, column.type)
            }
            if taken:
                type_ = GraphQLInputObjectType(names.type(f"{function.value}_order_by"), taken)
                field = GraphQLInputField(type_, extensions=_FUNCTIONS[function])
                fields[self._naming.field(function.value)] = field
        return fields

    def _filter_fields(self, seen: VisibleTable) -> dict[str, GraphQLInputField]:
        table, names = seen.table, seen.names
        counted = GraphQLInputField(
            list_of(self._inputs.column_enum(table.name)), description="Count rows in which none of these is NULL."
        )
        count = self._test(
            table, names.type("aggregate_bool_exp_count"), {"arguments": counted} if seen.columns else {}, _INT
        )
        fields = {"count": GraphQLInputField(count, description="Their number.", extensions=_FUNCTIONS[Function.COUNT])}
        truths = self._boolean_columns(seen)
        if truths is not None:
            arguments = {"arguments": GraphQLInputField(GraphQLNonNull(truths), description="Of this column.")}
            for function, description in _TRUTHS.items():
                type_ = self._test(table, names.type(f"aggregate_bool_exp_{function.value}"), arguments, _BOOL)
                fields[self._naming.field(function.value)] = GraphQLInputField(
                    type_, description=description, extensions=_FUNCTIONS[function]
                )
        return fields

    def _test(
        self, table: Table, name: str, arguments: dict[str, GraphQLInputField], value: DataType
    ) -> GraphQLInputObjectType:
        predicate = GraphQLNonNull(self._inputs.comparison(value))
        return GraphQLInputObjectType(
            name,
            arguments
            | {
                "distinct": GraphQLInputField(GraphQLBoolean, description="Take equal values once."),
                "filter": GraphQLInputField(
                    self._inputs.filter(table.name), description="Which of the rows; all if absent."
                ),
                "predicate": GraphQLInputField(predicate, description="What the value must be."),
            },
        )

    def _boolean_columns(self, seen: VisibleTable) -> GraphQLEnumType | None:
        names = seen.names
        values = {
            names.values[column.name]: GraphQLEnumValue(column.name)
            for column in seen.columns
            if takes(Function.BOOL_AND, column.type)
        }
        return GraphQLEnumType(names.type("boolean_column"), values) if values else None
