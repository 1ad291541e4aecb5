"""Names of tables and JSON that clients give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, TypeAlias, cast

import strawberry

from domain.errors import InvalidInputError
from domain.tables.catalog import TableName

if TYPE_CHECKING:
    from domain.metadata.changing import Changed, Edit
    from domain.tables.metadata import Json as JsonValue
    from graph.scalars import Json
    from graph.use_cases import Info

Table: TypeAlias = Annotated[str, strawberry.argument(description="The table's name in the database.")]
Schema: TypeAlias = Annotated[
    str | None, strawberry.argument(description="The schema it is in; the first exposed one if absent.")
]
Cascade: TypeAlias = Annotated[
    bool,
    strawberry.argument(
        description="Whether permissions, relationships and the like that would not fit any more go too; else CONFLICT."
    ),
]


def name_of(info: Info, name: str, schema: str | None) -> TableName:
    """The whole name of a table or function."""
    return TableName(schema or info.root_value.schemas.default_schema, name)


def read_object(given: Json | None, *path: str) -> dict[str, JsonValue] | None:
    """The JSON object that a client gives.

    Raises:
        InvalidInputError: it is JSON of another kind.
    """
    if given is None:
        return None
    value: object = json.loads(cast("str", given))
    if not isinstance(value, dict):
        raise InvalidInputError("An object is expected.", path)
    return cast("dict[str, JsonValue]", value)


async def change(info: Info, edit: Edit) -> Changed:
    """Make a change as the caller."""
    context = info.context
    return await info.root_value.metadata.change(context.actor, context.client, edit)
