"""The fields that call functions: root fields, and fields of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLArgument, GraphQLField, GraphQLInputField, GraphQLInputObjectType, GraphQLNonNull

from domain.tables.metadata import ExposedAs
from graph.tables.bindings import (
    BoundArgument,
    BoundArguments,
    BoundComputed,
    BoundComputedAggregate,
    BoundRoot,
    RootKind,
    bind,
)
from graph.tables.wrapping import list_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from graphql import GraphQLObjectType

    from domain.tables.catalog import Table, TableName
    from domain.tables.functions import ComputedField, RootFunction, ServedFunctions
    from graph.tables.aggregate_types import AggregateTypes
    from graph.tables.columns import ColumnTypes
    from graph.tables.function_names import CallNames, FunctionNames
    from graph.tables.visible import Visible, VisibleTable
    from graph.tables.wrapping import OutputType

    ListArgumentsOf = Callable[[TableName], dict[str, GraphQLArgument]]

_ARGUMENTS = "args"


class FunctionTypes:
    """Makes the fields that call functions."""

    def __init__(
        self,
        functions: ServedFunctions,
        names: FunctionNames,
        *,
        visible: Visible,
        columns: ColumnTypes,
        rows: Callable[[TableName], GraphQLObjectType],
        aggregates: AggregateTypes,
        list_arguments: ListArgumentsOf,
        stringify_numeric_types: bool,
    ) -> None:
        """`rows` gives the tables' own types, `list_arguments` those of their list fields."""
        self._functions = functions
        self._names = names
        self._visible = visible
        self._columns = columns
        self._rows = rows
        self._aggregates = aggregates
        self._list_arguments = list_arguments
        self._stringify = stringify_numeric_types

    def query_fields(self) -> dict[str, GraphQLField]:
        """The root fields of functions that are queries."""
        fields: dict[str, GraphQLField] = {}
        for function in self._of(ExposedAs.QUERY):
            names = self._names.roots[function.function.name]
            arguments = self._arguments(function, names)
            fields[names.field] = self._root_field(function, arguments)
            if function.function.returns_set and self._visible.of(function.table.name).aggregated:
                fields[names.aggregate] = self._aggregate_field(function, arguments)
        return fields

    def mutation_fields(self) -> dict[str, GraphQLField]:
        """The root fields of functions that may change something."""
        fields: dict[str, GraphQLField] = {}
        for function in self._of(ExposedAs.MUTATION):
            names = self._names.roots[function.function.name]
            fields[names.field] = self._root_field(function, self._arguments(function, names))
        return fields

    def row_fields(self, seen: VisibleTable) -> dict[str, GraphQLField]:
        """The computed fields of a table's rows."""
        fields: dict[str, GraphQLField] = {}
        for name, field in seen.computed.items():
            names = self._names.computed[seen.table.name][field.name]
            arguments = self._arguments(field, names)
            fields[name] = self._computed_field(field, arguments)
            if names.aggregate and field.returns and self._visible.of(field.returns.name).aggregated:
                fields[names.aggregate] = self._computed_aggregate(field, field.returns, arguments)
        return fields

    def _computed_field(self, field: ComputedField, arguments: dict[str, GraphQLArgument]) -> GraphQLField:
        description = field.comment or field.function.comment or f"`{field.function.name}` of the row."
        bound = bind(BoundComputed(field))
        if field.returns is None:
            type_ = self._columns.answered(field.function.returns, stringify_numeric_types=self._stringify)
            return GraphQLField(type_, arguments, description=description, extensions=bound)
        if not field.function.returns_set:
            return GraphQLField(self._rows(field.returns.name), arguments, description=description, extensions=bound)
        return GraphQLField(
            self._list(field.returns),
            arguments | self._list_arguments(field.returns.name),
            description=description,
            extensions=bound,
        )

    def _computed_aggregate(
        self, field: ComputedField, returns: Table, arguments: dict[str, GraphQLArgument]
    ) -> GraphQLField:
        return GraphQLField(
            GraphQLNonNull(self._aggregates.of(returns)),
            arguments | self._list_arguments(returns.name),
            description=f"What is computed of the rows that `{field.function.name}` returns of the row.",
            extensions=bind(BoundComputedAggregate(field)),
        )

    def _of(self, where: ExposedAs) -> Iterable[RootFunction]:
        return (each for each in self._functions.roots if each.exposed_as is where and self._is_seen(each))

    def _is_seen(self, function: RootFunction) -> bool:
        return self._visible.of(function.table.name).readable and self._visible.rights.may_call(function.function)

    def _root_field(self, function: RootFunction, arguments: dict[str, GraphQLArgument]) -> GraphQLField:
        table = function.table
        description = function.comment or function.function.comment
        if not function.function.returns_set:
            return GraphQLField(
                self._rows(table.name),
                arguments,
                description=description or f"The row of `{table.name}` that `{function.function.name}` returns.",
                extensions=bind(BoundRoot(RootKind.CALLED_ROW, table, function=function)),
            )
        return GraphQLField(
            self._list(table),
            arguments | self._list_arguments(table.name),
            description=description or f"Rows of `{table.name}` that `{function.function.name}` returns.",
            extensions=bind(BoundRoot(RootKind.CALLED_LIST, table, function=function)),
        )

    def _aggregate_field(self, function: RootFunction, arguments: dict[str, GraphQLArgument]) -> GraphQLField:
        table = function.table
        return GraphQLField(
            GraphQLNonNull(self._aggregates.of(table)),
            arguments | self._list_arguments(table.name),
            description=f"What is computed of the rows that `{function.function.name}` returns, and the rows.",
            extensions=bind(BoundRoot(RootKind.CALLED_AGGREGATE, table, function=function)),
        )

    def _list(self, table: Table) -> OutputType:
        return GraphQLNonNull(list_of(self._rows(table.name)))

    def _arguments(self, of: RootFunction | ComputedField, names: CallNames) -> dict[str, GraphQLArgument]:
        """The argument for those of the function; none where it takes none."""
        if not of.given:
            return {}
        fields = {
            names.arguments[place]: GraphQLInputField(
                self._columns.of(argument.type),
                description="Has a default." if argument.has_default else "Must be given; may be null.",
                extensions=bind(BoundArgument(place)),
            )
            for place, _, argument in of.given
        }
        type_ = GraphQLInputObjectType(names.type, fields, description=f"The arguments of `{of.function.name}`.")
        required = not all(argument.has_default for _, _, argument in of.given)
        argument = GraphQLArgument(
            GraphQLNonNull(type_) if required else type_,
            description="The function's own arguments.",
            extensions=bind(BoundArguments()),
        )
        return {_ARGUMENTS: argument}
