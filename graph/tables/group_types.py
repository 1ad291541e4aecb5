"""The types and inputs of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
)

from domain.tables.aggregates import (
    EXTREMES,
    FLOAT8,
    OF_COLUMNS,
    Function,
    can_be_told_apart,
    result_type,
    takes,
)
from domain.tables.catalog import DataType, TypeKind
from graph.tables.bindings import BoundColumn, BoundFunction, GroupPart, Logic, bind
from graph.tables.wrapping import list_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.tables.catalog import Column, Table, TableName
    from graph.tables.aggregate_types import AggregateTypes
    from graph.tables.bindings import ListArguments
    from graph.tables.columns import ColumnTypes
    from graph.tables.inputs import TableInputs
    from graph.tables.naming import Naming
    from graph.tables.visible import Visible

_INT: Final = DataType("pg_catalog", "int4", TypeKind.BASE)
_FUNCTIONS: Final = {function: bind(BoundFunction(function)) for function in Function}


class GroupTypes:
    """Makes the types of each table's groups once, on first use."""

    def __init__(
        self,
        visible: Visible,
        naming: Naming,
        columns: ColumnTypes,
        inputs: TableInputs,
        aggregates: AggregateTypes,
        *,
        stringify_numeric_types: bool,
    ) -> None:
        self._visible = visible
        self._naming = naming
        self._columns = columns
        self._inputs = inputs
        self._aggregates = aggregates
        self._stringify = stringify_numeric_types
        self._types: dict[TableName, GraphQLObjectType] = {}

    def of(self, table: Table) -> GraphQLObjectType:
        """A group of rows of the table."""
        if table.name not in self._types:
            self._types[table.name] = GraphQLObjectType(
                self._visible.of(table.name).names.type("group"),
                lambda: {
                    "key": GraphQLField(
                        GraphQLNonNull(self._key(table)),
                        description="What the rows of the group have in common.",
                        extensions=bind(GroupPart.KEY),
                    ),
                    "aggregate": GraphQLField(
                        GraphQLNonNull(self._aggregates.fields(table)),
                        description="What is computed of the rows of the group.",
                        extensions=bind(GroupPart.AGGREGATE),
                    ),
                },
                description=f"Rows of `{table.name}` that are equal in some columns.",
            )
        return self._types[table.name]

    def arguments(self, table: Table, spelled: ListArguments) -> dict[str, GraphQLArgument]:
        """The arguments of the field that answers groups; only for a table of which columns are seen."""
        columns = self._inputs.column_enum(table.name)
        return {
            "by": GraphQLArgument(
                GraphQLNonNull(list_of(columns)), description="The columns whose values make a group."
            ),
            spelled.where: GraphQLArgument(
                self._inputs.filter(table.name), description="Which rows are put together; all if absent."
            ),
            "having": GraphQLArgument(self._having(table), description="Which groups; all if absent."),
            spelled.order_by: GraphQLArgument(
                list_of(self._ordering(table)), description="In which order; by the columns of `by` at last."
            ),
            spelled.limit: GraphQLArgument(GraphQLInt, description="How many groups at most; 0 or more."),
            spelled.offset: GraphQLArgument(GraphQLInt, description="How many groups to skip first; 0 or more."),
        }

    def _key(self, table: Table) -> GraphQLObjectType:
        seen = self._visible.of(table.name)
        names = seen.names
        fields = {
            names.columns[column.name]: GraphQLField(
                self._columns.answered(column.type, stringify_numeric_types=self._stringify),
                extensions=bind(BoundColumn(column)),
            )
            for column in seen.columns
        }
        return GraphQLObjectType(
            names.type("group_key"), fields, description="The values of a group; only columns named in `by` have one."
        )

    def _ordering(self, table: Table) -> GraphQLInputObjectType:
        seen = self._visible.of(table.name)
        names = seen.names
        columns = {
            names.columns[column.name]: self._inputs.direction_field(column)
            for column in seen.columns
            if can_be_told_apart(column)
        }
        key = GraphQLInputObjectType(names.type("group_key_order_by"), columns) if columns else None
        return GraphQLInputObjectType(
            names.type("group_order_by"),
            ({"key": GraphQLInputField(key, extensions=bind(GroupPart.KEY))} if key else {})
            | {
                "aggregate": GraphQLInputField(
                    self._inputs.aggregates.ordering(table), extensions=bind(GroupPart.AGGREGATE)
                )
            },
            description=f"How groups of rows of `{table.name}` are ordered.",
        )

    def _having(self, table: Table) -> GraphQLInputObjectType:
        names = self._visible.of(table.name).names
        having: GraphQLInputObjectType = GraphQLInputObjectType(
            names.type("having"),
            lambda: self._having_fields(table, having),
            description=f"Which groups of rows of `{table.name}`; fields beside each other must all hold.",
        )
        return having

    def _having_fields(self, table: Table, own: GraphQLInputObjectType) -> dict[str, GraphQLInputField]:
        operator = self._naming.operator
        fields = {
            operator("and"): GraphQLInputField(list_of(own), description="All of these.", extensions=bind(Logic.AND)),
            operator("or"): GraphQLInputField(list_of(own), description="One of these.", extensions=bind(Logic.OR)),
            operator("not"): GraphQLInputField(own, description="Not this.", extensions=bind(Logic.NOT)),
            "count": GraphQLInputField(self._count(table), extensions=_FUNCTIONS[Function.COUNT]),
        }
        types = {
            Function.SUM: self._tests(
                table, "sum_having", Function.SUM, lambda type_: result_type(Function.SUM, type_)
            ),
            Function.MAX: self._tests(table, "extreme_having", Function.MAX, lambda type_: type_),
            Function.AVG: self._tests(table, "number_having", Function.AVG, lambda _: FLOAT8),
            Function.BOOL_AND: self._tests(table, "boolean_having", Function.BOOL_AND, lambda type_: type_),
        }
        for function in (*OF_COLUMNS, Function.BOOL_AND, Function.BOOL_OR):
            type_ = types[_like(function)]
            if type_ is not None:
                field = GraphQLInputField(type_, extensions=_FUNCTIONS[function])
                fields[self._naming.field(function.value)] = field
        return fields

    def _tests(
        self, table: Table, word: str, function: Function, value: Callable[[DataType], DataType]
    ) -> GraphQLInputObjectType | None:
        seen = self._visible.of(table.name)
        names = seen.names
        fields = {
            names.columns[column.name]: self._test(column, value)
            for column in seen.columns
            if takes(function, column.type)
        }
        return GraphQLInputObjectType(names.type(word), fields) if fields else None

    def _test(self, column: Column, value: Callable[[DataType], DataType]) -> GraphQLInputField:
        return GraphQLInputField(self._inputs.comparison(value(column.type)), extensions=bind(BoundColumn(column)))

    def _count(self, table: Table) -> GraphQLInputObjectType:
        return GraphQLInputObjectType(
            self._visible.of(table.name).names.type("having_count"),
            {
                "columns": GraphQLInputField(list_of(self._inputs.column_enum(table.name))),
                "distinct": GraphQLInputField(GraphQLBoolean, description="Count equal values once."),
                "predicate": GraphQLInputField(GraphQLNonNull(self._inputs.comparison(_INT))),
            },
            description="A test of the number of rows, or of values.",
        )


def _like(function: Function) -> Function:
    """A function whose tests are of the same types."""
    if function in EXTREMES:
        return Function.MAX
    if function in {Function.BOOL_AND, Function.BOOL_OR}:
        return Function.BOOL_AND
    return function if function is Function.SUM else Function.AVG
