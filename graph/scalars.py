"""The platform's own scalars; those that a PostgreSQL type has too are one with the table API's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NewType

from strawberry.types.scalar import ScalarDefinition

from domain.tables.catalog import DataType, TypeKind
from graph.tables.scalars import make_scalar

if TYPE_CHECKING:
    from graphql import GraphQLScalarType

BigInt = NewType("BigInt", int)
"""A whole number of 64 bits."""
Json = NewType("Json", object)
"""Any JSON value; as an input its text, as an output the value."""

INT8: Final = DataType("pg_catalog", "int8", TypeKind.BASE)
JSONB: Final = DataType("pg_catalog", "jsonb", TypeKind.BASE)


def _definition(scalar: GraphQLScalarType) -> ScalarDefinition:
    return ScalarDefinition(
        name=scalar.name,
        description=scalar.description,
        specified_by_url=scalar.specified_by_url,
        serialize=None,
        parse_value=None,
        parse_literal=None,
        implementation=scalar,
    )


SCALARS: Final[dict[object, ScalarDefinition]] = {
    BigInt: _definition(make_scalar(INT8, "bigint")),
    Json: _definition(make_scalar(JSONB, "jsonb")),
}
"""For Strawberry's `scalar_map`."""
SHARED: Final = {(type_.schema, type_.name): name for type_, name in ((INT8, "bigint"), (JSONB, "jsonb"))}
"""The platform's scalars by the PostgreSQL type that they are."""
