"""Names of tables and functions in Hasura's metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.tables.catalog import TableName

if TYPE_CHECKING:
    from domain.document import Node

DEFAULT_SCHEMA: Final = "public"


def qualified(node: Node) -> TableName:
    """`{schema: ..., name: ...}`, either without the schema, or a bare name; the schema is `public` then."""
    if isinstance(node.value, str):
        return TableName(DEFAULT_SCHEMA, node.text())
    members = node.members(("schema", "name"))
    if "name" not in members:
        node.refuse("name is missing.")
    return TableName(members["schema"].text() if "schema" in members else DEFAULT_SCHEMA, members["name"].text())
