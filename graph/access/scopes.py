"""What an API key can be restricted to: the scopes that root fields name, and those of the generated ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from graph.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

    from strawberry.types.base import StrawberryObjectDefinition

TABLE_SCOPES: Final = frozenset(("tables:read", "tables:write"))
"""Those of the fields that are generated from the database."""


def scopes_of(roots: Iterable[type]) -> frozenset[str]:
    """The scopes of every field of these roots, and those of tables."""
    definitions = (cast("StrawberryObjectDefinition", root.__dict__["__strawberry_definition__"]) for root in roots)
    return TABLE_SCOPES | {
        permission.scope
        for definition in definitions
        for field in definition.fields
        for permission in field.permission_classes
        if issubclass(permission, Permission)
    }
