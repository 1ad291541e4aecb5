"""The platform's own scalars; those that a PostgreSQL type has too are one with the table API's."""

from __future__ import annotations

from typing import Final, NewType, NoReturn

from graphql import GraphQLError, GraphQLScalarType
from starlette.datastructures import UploadFile
from strawberry.types.scalar import ScalarDefinition

from domain.tables.catalog import DataType, TypeKind
from graph.tables.scalars import make_scalar

BigInt = NewType("BigInt", int)
"""A whole number of 64 bits."""
Json = NewType("Json", object)
"""Any JSON value; as an input its text, as an output the value."""
Upload = NewType("Upload", UploadFile)
"""A file of a multipart request; for inputs only."""

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


def _read_upload(value: object) -> UploadFile:
    if not isinstance(value, UploadFile):
        raise GraphQLError("A file is sent as a part of a multipart request, and null in its place.")
    return value


def _refuse_upload(*_: object) -> NoReturn:
    raise GraphQLError("A file is sent as a part of a multipart request, by a variable.")


_UPLOAD: Final = GraphQLScalarType(
    "Upload",
    parse_value=_read_upload,
    parse_literal=_refuse_upload,
    serialize=_refuse_upload,
    description="A file: a part of a multipart request, which the value of a variable stands for.",
    specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
)


SCALARS: Final[dict[object, ScalarDefinition]] = {
    BigInt: _definition(make_scalar(INT8, "bigint")),
    Json: _definition(make_scalar(JSONB, "jsonb")),
    Upload: _definition(_UPLOAD),
}
"""For Strawberry's `scalar_map`."""
SHARED: Final = {(type_.schema, type_.name): name for type_, name in ((INT8, "bigint"), (JSONB, "jsonb"))}
"""The platform's scalars by the PostgreSQL type that they are."""
