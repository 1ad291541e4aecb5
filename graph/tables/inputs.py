"""The inputs of the dialect: comparisons of each type, filters and orderings of each table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLString,
)

from domain.tables.aggregates import can_be_told_apart
from domain.tables.operators import Direction, OperandKind, Operator, operand_of, operators_of
from graph.tables.aggregate_inputs import AggregateInputs
from graph.tables.bindings import BoundAggregate, BoundColumn, BoundRelationship, Logic, Test, bind
from graph.tables.names import direction_type
from graph.tables.wrapping import list_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.tables.catalog import Catalog, Column, DataType, Table, TableName
    from graph.tables.columns import ColumnTypes
    from graph.tables.names import TableNames
    from graph.tables.naming import Naming
    from graph.tables.wrapping import InputType

_OPERATORS: Final = {
    Operator.EQ: "Equal.",
    Operator.NEQ: "Not equal.",
    Operator.GT: "Greater.",
    Operator.GTE: "Greater or equal.",
    Operator.LT: "Less.",
    Operator.LTE: "Less or equal.",
    Operator.IN: "Equal to one of the list; an empty list matches nothing.",
    Operator.NIN: "Equal to none of the list.",
    Operator.LIKE: "Matches a pattern with % for any text and _ for one character.",
    Operator.NLIKE: "Does not match a pattern with % and _.",
    Operator.ILIKE: "Matches a pattern with % and _, whatever the case.",
    Operator.NILIKE: "Does not match a pattern with % and _, whatever the case.",
    Operator.SIMILAR: "Matches an SQL regular expression (SIMILAR TO).",
    Operator.NSIMILAR: "Does not match an SQL regular expression (SIMILAR TO).",
    Operator.REGEX: "Matches a POSIX regular expression.",
    Operator.NREGEX: "Does not match a POSIX regular expression.",
    Operator.IREGEX: "Matches a POSIX regular expression, whatever the case.",
    Operator.NIREGEX: "Does not match a POSIX regular expression, whatever the case.",
    Operator.CONTAINS: "Contains the value.",
    Operator.CONTAINED_IN: "Is contained in the value.",
    Operator.OVERLAPS: "Has an element in common with the value.",
    Operator.HAS_KEY: "Has the key, or the text as an element.",
    Operator.HAS_KEYS_ANY: "Has one of the keys.",
    Operator.HAS_KEYS_ALL: "Has all of the keys.",
}
_DIRECTIONS: Final = {
    Direction.ASC: "Ascending, NULLs last.",
    Direction.ASC_NULLS_FIRST: "Ascending, NULLs first.",
    Direction.ASC_NULLS_LAST: "Ascending, NULLs last.",
    Direction.DESC: "Descending, NULLs first.",
    Direction.DESC_NULLS_FIRST: "Descending, NULLs first.",
    Direction.DESC_NULLS_LAST: "Descending, NULLs last.",
}


class TableInputs:
    """Makes the inputs of a catalog's tables, each once, on first use."""

    def __init__(
        self,
        catalog: Catalog,
        names: Mapping[TableName, TableNames],
        naming: Naming,
        columns: ColumnTypes,
    ) -> None:
        self._catalog = catalog
        self._names = names
        self._naming = naming
        self._columns = columns
        self._comparisons: dict[str, GraphQLInputObjectType] = {}
        self._filters: dict[TableName, GraphQLInputObjectType] = {}
        self._orderings: dict[TableName, GraphQLInputObjectType] = {}
        self._columns_of: dict[TableName, GraphQLEnumType] = {}
        self.direction = self._direction()
        self.aggregates = AggregateInputs(self, names, naming)

    def filter(self, name: TableName) -> GraphQLInputObjectType:
        """The table's `where`."""
        if name not in self._filters:
            names = self._names[name]
            self._filters[name] = GraphQLInputObjectType(
                names.type("bool_exp"),
                lambda: self._filter_fields(self._catalog.by_name[name], names),
                description=f"Which rows of `{name}`; fields beside each other must all hold.",
            )
        return self._filters[name]

    def ordering(self, name: TableName) -> GraphQLInputObjectType:
        """The table's `orderBy`."""
        if name not in self._orderings:
            names = self._names[name]
            self._orderings[name] = GraphQLInputObjectType(
                names.type("order_by"),
                lambda: self._ordering_fields(self._catalog.by_name[name], names),
                description=f"How rows of `{name}` are ordered; fields of one object count in their order.",
            )
        return self._orderings[name]

    def column_enum(self, name: TableName) -> GraphQLEnumType:
        """The table's columns as values; each stands for the column's own name."""
        if name not in self._columns_of:
            names = self._names[name]
            self._columns_of[name] = GraphQLEnumType(
                names.type("select_column"),
                {value: GraphQLEnumValue(column) for column, value in names.values.items()},
                description=f"Columns of `{name}`.",
            )
        return self._columns_of[name]

    def direction_field(self, column: Column) -> GraphQLInputField:
        """A column in an ordering."""
        return GraphQLInputField(self.direction, extensions=bind(BoundColumn(column)))

    def _filter_fields(self, table: Table, names: TableNames) -> dict[str, GraphQLInputField]:
        own = self.filter(table.name)
        many = list_of(own)
        operator = self._naming.operator
        fields = {
            operator("and"): GraphQLInputField(many, description="All of these.", extensions=bind(Logic.AND)),
            operator("or"): GraphQLInputField(many, description="One of these at least.", extensions=bind(Logic.OR)),
            operator("not"): GraphQLInputField(own, description="Not this.", extensions=bind(Logic.NOT)),
        }
        for column in table.columns:
            comparison = self.comparison(column.type)
            fields[names.columns[column.name]] = GraphQLInputField(comparison, extensions=bind(BoundColumn(column)))
        for field, way in names.relationships.items():
            target = self._catalog.by_name[way.target]
            fields[field] = GraphQLInputField(
                self.filter(way.target),
                description="A related row fulfils this.",
                extensions=bind(BoundRelationship(way, target)),
            )
        for field, way in names.aggregates.items():
            target = self._catalog.by_name[way.target]
            fields[field] = GraphQLInputField(
                self.aggregates.filter(target),
                description="The related rows together fulfil this.",
                extensions=bind(BoundAggregate(way, target)),
            )
        return fields

    def _ordering_fields(self, table: Table, names: TableNames) -> dict[str, GraphQLInputField]:
        fields = {
            names.columns[column.name]: self.direction_field(column)
            for column in table.columns
            if can_be_told_apart(column)
        }
        for field, way in names.relationships.items():
            if not way.many:
                bound = BoundRelationship(way, self._catalog.by_name[way.target])
                fields[field] = GraphQLInputField(self.ordering(way.target), extensions=bind(bound))
        for field, way in names.aggregates.items():
            target = self._catalog.by_name[way.target]
            fields[field] = GraphQLInputField(
                self.aggregates.ordering(target), extensions=bind(BoundAggregate(way, target))
            )
        return fields or {"_": GraphQLInputField(GraphQLBoolean, description="Nothing here can be ordered by.")}

    def comparison(self, type_: DataType) -> GraphQLInputObjectType:
        """The tests of a value of this type."""
        value = self._columns.of(type_)
        key = str(value)
        if key not in self._comparisons:
            words = [value.of_type.name, "array"] if isinstance(value, GraphQLList) else [value.name]
            self._comparisons[key] = GraphQLInputObjectType(
                self._columns.claim(self._naming.type(*words, "comparison_exp")),
                lambda: self._comparison_fields(type_, value),
                description=f"A test of a column of type {value}; tests beside each other must all hold.",
            )
        return self._comparisons[key]

    def _comparison_fields(self, type_: DataType, value: InputType) -> dict[str, GraphQLInputField]:
        fields = {
            self._naming.operator(operator.value): GraphQLInputField(
                _operand(operator, value), description=_OPERATORS[operator], extensions=bind(operator)
            )
            for operator in operators_of(type_)
        }
        fields[self._naming.operator("is_null")] = GraphQLInputField(
            GraphQLBoolean, description="Is NULL, or is not.", extensions=bind(Test.IS_NULL)
        )
        return fields

    def _direction(self) -> GraphQLEnumType:
        return GraphQLEnumType(
            direction_type(self._naming),
            {
                self._naming.enum_value(direction.value): GraphQLEnumValue(
                    direction, description=_DIRECTIONS[direction]
                )
                for direction in Direction
            },
            description="A direction, and where NULLs stand.",
        )


def _operand(operator: Operator, value: InputType) -> InputType:
    match operand_of(operator):
        case OperandKind.SAME:
            return value
        case OperandKind.SAME_LIST:
            return list_of(value)
        case OperandKind.TEXT:
            return GraphQLString
        case OperandKind.TEXT_LIST:
            return list_of(GraphQLString)
