"""Names of tables and functions in documents: `public.article`, or in two parts where that would be ambiguous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.tables.catalog import TableName

if TYPE_CHECKING:
    from domain.document import Json, Node


def write_name(name: TableName) -> Json:
    """The schema and the name with a dot between; as a mapping where the schema has a dot itself."""
    if "." in name.schema:
        return {"schema": name.schema, "name": name.name}
    return f"{name.schema}.{name.name}"


def read_name(node: Node) -> TableName:
    """The name that `write_name` writes; a table's own name may hold dots."""
    if isinstance(node.value, dict):
        members = node.members(("schema", "name"))
        if missing := {"schema", "name"} - members.keys():
            node.refuse(f"{min(missing)} is missing.")
        return TableName(members["schema"].text(), members["name"].text())
    schema, dot, name = node.text().partition(".")
    if not (schema and dot and name):
        node.refuse("A name with its schema is expected, as public.article.")
    return TableName(schema, name)
