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

INT8: Final = DataType("pg_catalog", "int8", TypeKind.BASE)


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


SCALARS: Final[dict[object, ScalarDefinition]] = {BigInt: _definition(make_scalar(INT8, "bigint"))}
"""For Strawberry's `scalar_map`."""
SHARED: Final = {(INT8.schema, INT8.name): "bigint"}
"""The platform's scalars by the PostgreSQL type that they are."""
