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
from domain.tables.operators import (
    TEXT,
    Direction,
    OperandKind,
    Operator,
    operand_of,
    operand_type,
    operators_of,
    takes_list,
)
from domain.tables.vectors import is_vector
from graph.tables.aggregate_inputs import AggregateInputs
from graph.tables.bindings import BoundAggregate, BoundCast, BoundColumn, BoundRelationship, Logic, Test, bind
from graph.tables.computed_inputs import computed_filters, computed_orderings
from graph.tables.names import direction_type
from graph.tables.vectors import VectorInputs
from graph.tables.wrapping import list_of

if TYPE_CHECKING:
    from domain.tables.catalog import Catalog, Column, DataType, TableName
    from graph.tables.columns import ColumnType, ColumnTypes, Leaf
    from graph.tables.naming import Naming
    from graph.tables.visible import Visible, VisibleTable
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
    Operator.JSONB_PATH_EXISTS: "Has something at the JSON path (SQL/JSON path language).",
    Operator.JSONB_PATH_MATCH: "Fulfils the predicate (SQL/JSON path language), such as `$.a > 1`.",
    Operator.CONTAINS_ELEMENT: "Contains the single value.",
    Operator.STRICTLY_LEFT: "Ends before the value begins.",
    Operator.STRICTLY_RIGHT: "Begins after the value ends.",
    Operator.ADJACENT: "Meets the value with nothing between.",
    Operator.SEARCH: 'Holds the words of a web search, such as `apples "red pears" or -plums`.',
    Operator.ANCESTOR: "Is the value or stands above it.",
    Operator.ANCESTOR_ANY: "Is one of the list or stands above one.",
    Operator.DESCENDANT: "Is the value or stands below it.",
    Operator.DESCENDANT_ANY: "Is one of the list or stands below one.",
    Operator.MATCHES: "Matches the pattern of labels.",
    Operator.MATCHES_ANY: "Matches one of the patterns of labels.",
    Operator.MATCHES_FULLTEXT: "Has labels that the search asks for, in any order.",
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
        visible: Visible,
        naming: Naming,
        columns: ColumnTypes,
    ) -> None:
        self._catalog = catalog
        self._visible = visible
        self._naming = naming
        self._columns = columns
        self._comparisons: dict[str, GraphQLInputObjectType] = {}
        self._filters: dict[TableName, GraphQLInputObjectType] = {}
        self._orderings: dict[TableName, GraphQLInputObjectType] = {}
        self._columns_of: dict[TableName, GraphQLEnumType] = {}
        self.direction = self._direction()
        self.aggregates = AggregateInputs(self, visible, naming)
        self.vectors = VectorInputs(columns, naming, self.direction)

    def filter(self, name: TableName) -> GraphQLInputObjectType:
        """The table's `where`."""
        if name not in self._filters:
            seen = self._visible.of(name)
            self._filters[name] = GraphQLInputObjectType(
                seen.names.type("bool_exp"),
                lambda: self._filter_fields(seen),
                description=f"Which rows of `{name}`; fields beside each other must all hold.",
            )
        return self._filters[name]

    def ordering(self, name: TableName) -> GraphQLInputObjectType:
        """The table's `orderBy`."""
        if name not in self._orderings:
            seen = self._visible.of(name)
            self._orderings[name] = GraphQLInputObjectType(
                seen.names.type("order_by"),
                lambda: self._ordering_fields(seen),
                description=f"How rows of `{name}` are ordered; fields of one object count in their order.",
            )
        return self._orderings[name]

    def column_enum(self, name: TableName) -> GraphQLEnumType:
        """The table's columns as values, each for the column's own name; only for a table of which columns are seen."""
        if name not in self._columns_of:
            seen = self._visible.of(name)
            values = {seen.names.values[column.name]: GraphQLEnumValue(column.name) for column in seen.columns}
            self._columns_of[name] = GraphQLEnumType(
                seen.names.type("select_column"), values, description=f"Columns of `{name}`."
            )
        return self._columns_of[name]

    def direction_field(self, column: Column) -> GraphQLInputField:
        """A column in an ordering."""
        return GraphQLInputField(self.direction, extensions=bind(BoundColumn(column)))

    def _ordering_field(self, column: Column) -> GraphQLInputField:
        return self.vectors.ordering_field(column) if is_vector(column.type) else self.direction_field(column)

    def _filter_fields(self, seen: VisibleTable) -> dict[str, GraphQLInputField]:
        own, names = self.filter(seen.table.name), seen.names
        many = list_of(own)
        operator = self._naming.operator
        fields = {
            operator("and"): GraphQLInputField(many, description="All of these.", extensions=bind(Logic.AND)),
            operator("or"): GraphQLInputField(many, description="One of these at least.", extensions=bind(Logic.OR)),
            operator("not"): GraphQLInputField(own, description="Not this.", extensions=bind(Logic.NOT)),
        }
        for column in seen.columns:
            comparison = self.comparison(column.type)
            fields[names.columns[column.name]] = GraphQLInputField(comparison, extensions=bind(BoundColumn(column)))
        for field, way in seen.relationships.items():
            target = self._catalog.by_name[way.target]
            fields[field] = GraphQLInputField(
                self.filter(way.target),
                description="A related row fulfils this.",
                extensions=bind(BoundRelationship(way, target)),
            )
        for field, way in seen.aggregates.items():
            target = self._catalog.by_name[way.target]
            fields[field] = GraphQLInputField(
                self.aggregates.filter(target),
                description="The related rows together fulfil this.",
                extensions=bind(BoundAggregate(way, target)),
            )
        return fields | computed_filters(seen, self)

    def _ordering_fields(self, seen: VisibleTable) -> dict[str, GraphQLInputField]:
        fields = {
            seen.names.columns[column.name]: self._ordering_field(column)
            for column in seen.columns
            if can_be_told_apart(column)
        }
        for field, way in seen.relationships.items():
            if not way.many:
                bound = BoundRelationship(way, self._catalog.by_name[way.target])
                fields[field] = GraphQLInputField(self.ordering(way.target), extensions=bind(bound))
        for field, way in seen.aggregates.items():
            target = self._catalog.by_name[way.target]
            fields[field] = GraphQLInputField(
                self.aggregates.ordering(target), extensions=bind(BoundAggregate(way, target))
            )
        fields |= computed_orderings(seen, self)
        return fields or {"_": GraphQLInputField(GraphQLBoolean, description="Nothing here can be ordered by.")}

    def comparison(self, type_: DataType) -> GraphQLInputObjectType:
        """The tests of a value of this type."""
        value = self._columns.of(type_)
        key = str(value)
        if key not in self._comparisons:
            self._comparisons[key] = GraphQLInputObjectType(
                self._columns.comparison_name(value, self._naming),
                lambda: self._comparison_fields(type_, value),
                description=f"A test of a column of type {value}; tests beside each other must all hold.",
            )
        return self._comparisons[key]

    def _comparison_fields(self, type_: DataType, value: ColumnType) -> dict[str, GraphQLInputField]:
        fields = {
            self._naming.operator(operator.value): GraphQLInputField(
                self._operand(operator, type_, value), description=_OPERATORS[operator], extensions=bind(operator)
            )
            for operator in operators_of(type_)
        }
        fields[self._naming.operator("is_null")] = GraphQLInputField(
            GraphQLBoolean, description="Is NULL, or is not.", extensions=bind(Test.IS_NULL)
        )
        if not isinstance(value, GraphQLList):
            fields[self._naming.operator("cast")] = GraphQLInputField(
                self._cast(value), description="As a value of another type.", extensions=bind(Test.CAST)
            )
        return fields

    def _cast(self, value: Leaf) -> GraphQLInputObjectType:
        """The tests of a value of the type as a text."""
        return GraphQLInputObjectType(
            self._columns.cast_name(value, self._naming),
            lambda: {
                GraphQLString.name: GraphQLInputField(
                    self.comparison(TEXT), description="As PostgreSQL writes it.", extensions=bind(BoundCast(TEXT))
                )
            },
            description=f"A test of a column of type {value} as a value of another type.",
        )

    def _operand(self, operator: Operator, type_: DataType, value: InputType) -> InputType:
        match operand_of(operator):
            case OperandKind.SAME | OperandKind.SAME_LIST:
                operand = value
            case OperandKind.TEXT | OperandKind.TEXT_LIST | OperandKind.JSON_PATH:
                operand = GraphQLString
            case _:
                operand = self._columns.of(operand_type(operator, type_))
        return list_of(operand) if takes_list(operator) else operand

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
