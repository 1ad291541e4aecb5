"""What is wrong with names, settings, relationships and functions by themselves; whether they fit is for the model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from domain.metadata.permissions import comment_problems
from domain.metadata.problems import Problem
from domain.roles import ADMINISTRATORS
from domain.tables.metadata import ByColumns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from domain.tables.metadata import (
        ComputedFieldDefinition,
        FunctionSettings,
        RelationshipDefinition,
        TableSettings,
    )

MAX_NAME: Final = 200
"""Characters of a name; the database's own have 63 bytes at most."""
MAX_COLUMNS: Final = 32
"""Pairs of columns of a relationship: as many as an index of PostgreSQL has columns."""

_GRAPHQL_NAME: Final = re.compile(r"(?!__)[_A-Za-z][_0-9A-Za-z]*")
"""GraphQL specification, section 2.1.9."""


def name_problems(name: str) -> Iterator[Problem]:
    """What is wrong with a GraphQL name."""
    if len(name) > MAX_NAME or not _GRAPHQL_NAME.fullmatch(name):
        yield Problem((), "A name in GraphQL is of A-Z, a-z, 0-9 and _, and begins with no digit and not with __.")


def part_name_problems(name: str) -> Iterator[Problem]:
    """What is wrong with the name of a relationship or computed field, from which the GraphQL name is made."""
    if not name.strip() or len(name) > MAX_NAME or "\0" in name:
        yield Problem(("name",), f"A name has 1 to {MAX_NAME} characters.")


def settings_problems(settings: TableSettings) -> Iterator[Problem]:
    """What is wrong with how a table is to be served."""
    if settings.custom_name is not None:
        yield from (each.below("custom_name") for each in name_problems(settings.custom_name))
    for column, name in settings.column_names.items():
        yield from (each.below("column_names", column) for each in name_problems(name))
    for field, name in settings.root_fields.items():
        yield from (each.below("root_fields", field.value) for each in name_problems(name))


def relationship_problems(definition: RelationshipDefinition) -> Iterator[Problem]:
    """What is wrong with a relationship."""
    yield from part_name_problems(definition.name)
    yield from comment_problems(definition.comment)
    columns = definition.using.columns
    if not 1 <= len(columns) <= MAX_COLUMNS:
        yield Problem(("columns",), f"A relationship needs 1 to {MAX_COLUMNS} columns.")
    elif len(set(columns)) < len(columns):
        yield Problem(("columns",), "The same column stands there twice.")
    if isinstance(definition.using, ByColumns) and definition.using.inserted_after and definition.kind == "array":
        yield Problem(("inserted_after",), "The rows of an array relationship are always inserted after the row.")


def computed_field_problems(definition: ComputedFieldDefinition) -> Iterator[Problem]:
    """What is wrong with a computed field."""
    yield from part_name_problems(definition.name)
    yield from comment_problems(definition.comment)


def function_problems(settings: FunctionSettings, roles: AbstractSet[str]) -> Iterator[Problem]:
    """What is wrong with how a function is to be served."""
    yield from comment_problems(settings.comment)
    if settings.custom_name is not None:
        yield from (each.below("custom_name") for each in name_problems(settings.custom_name))
    for role in sorted(settings.roles):
        if role in ADMINISTRATORS:
            yield Problem(("roles",), f"The role {role} may do everything; it needs no permission.")
        elif role not in roles:
            yield Problem(("roles",), f"There is no role {role}.")
