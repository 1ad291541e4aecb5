"""The GraphQL type of a column: a scalar, an enum, or a list of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLEnumType, GraphQLEnumValue, GraphQLList, GraphQLScalarType, GraphQLString

from domain.tables.catalog import TypeKind
from graph.tables.naming import AnyOf, is_legal, legal, unused
from graph.tables.scalars import BUILT_IN, NAMES, NUMERIC, make_scalar

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from domain.tables.catalog import DataType, EnumValues, TableName
    from graph.tables.names import TableNames
    from graph.tables.naming import Naming

    Leaf = GraphQLScalarType | GraphQLEnumType
    ColumnType = Leaf | GraphQLList[Leaf]


class ColumnTypes:
    """Makes the GraphQL type of each PostgreSQL type once; names that the schema has already get a number."""

    def __init__(
        self, taken: Container[str], leaves: Mapping[tuple[str, str], Leaf], tables: Mapping[TableName, TableNames]
    ) -> None:
        """`leaves` are types that the schema has, `tables` name those whose values are a table's rows."""
        self._own = set[str]()
        self._taken = AnyOf(taken, self._own)
        self._leaves = dict(leaves)
        self._tables = tables
        self._claimed: dict[str, str] = {}

    def claim(self, name: str, holder: str) -> str:
        """The name or, where it is taken, the name with a number; the same one whenever the holder asks."""
        if holder not in self._claimed:
            free = self._claimed[holder] = unused(name, self._taken)
            self._own.add(free)
        return self._claimed[holder]

    def comparison_name(self, value: ColumnType, naming: Naming) -> str:
        """The name of the tests of a value of this type."""
        words = [value.of_type.name, "array"] if isinstance(value, GraphQLList) else [value.name]
        return self.claim(naming.type(*words, "comparison_exp"), f"{value} comparison")

    def cast_name(self, value: Leaf, naming: Naming) -> str:
        """The name of the tests of a value of this type as one of another."""
        return self.claim(naming.type(value.name, "cast_exp"), f"{value} cast")

    def of(self, type_: DataType) -> ColumnType:
        """The type that a column's values are given as and, but for numbers as strings, answered as."""
        bare = type_.bare
        if bare.kind is TypeKind.ARRAY and bare.element is not None:
            return GraphQLList(self._leaf(bare.element.bare))
        return self._leaf(bare)

    def answered(self, type_: DataType, *, stringify_numeric_types: bool) -> ColumnType:
        """The type that a column's values are answered as."""
        bare = type_.bare
        if stringify_numeric_types and _is_numeric(bare):
            return GraphQLString
        if stringify_numeric_types and bare.element is not None and _is_numeric(bare.element.bare):
            return GraphQLList(GraphQLString)
        return self.of(type_)

    def _leaf(self, type_: DataType) -> Leaf:
        if type_.enum:
            return self._of_rows(type_.enum)
        if type_.schema == "pg_catalog" and type_.name in BUILT_IN:
            return BUILT_IN[type_.name]
        key = (type_.schema, type_.name)
        if key not in self._leaves:
            name = self.claim(legal(NAMES.get(type_.name, type_.name)), f"{type_.schema}.{type_.name}")
            self._leaves[key] = _enum(type_, name) if _is_enum(type_) else make_scalar(type_, name)
        return self._leaves[key]

    def _of_rows(self, enum: EnumValues) -> Leaf:
        key = ("", str(enum.table))
        if key not in self._leaves:
            values = {value: GraphQLEnumValue(value, description=description) for value, description in enum.values}
            self._leaves[key] = GraphQLEnumType(
                self._tables[enum.table].type("enum"), values, description=f"The rows of `{enum.table}`."
            )
        return self._leaves[key]


def _is_numeric(type_: DataType) -> bool:
    return type_.kind is TypeKind.BASE and type_.name in NUMERIC


def _is_enum(type_: DataType) -> bool:
    """Whether GraphQL can hold every label as it stands; else the type is a scalar of texts."""
    reserved = {"true", "false", "null"}
    return (
        type_.kind is TypeKind.ENUM
        and bool(type_.labels)
        and all(is_legal(label) and label not in reserved for label in type_.labels)
    )


def _enum(type_: DataType, name: str) -> GraphQLEnumType:
    values = {label: GraphQLEnumValue(label) for label in type_.labels}
    return GraphQLEnumType(name, values, description=f"The PostgreSQL enum `{type_.schema}.{type_.name}`.")
