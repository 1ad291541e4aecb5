"""Reads all metadata in one statement, as one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, LiteralString

import orjson

from domain.tables.catalog import TableName
from domain.tables.metadata import (
    Action,
    ByColumns,
    ByForeignKey,
    ComputedFieldDefinition,
    ExposedAs,
    FunctionSettings,
    Metadata,
    Permission,
    RelationshipDefinition,
    RelationshipKind,
    RootField,
    TableSettings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# Everything is ordered by its key, so that equal metadata are equal values.
METADATA_QUERY: Final[LiteralString] = """
SELECT json_build_object(
    'version', (SELECT version FROM selfgraph.metadata_version),
    'tables', (SELECT json_agg(t ORDER BY table_schema COLLATE "C", table_name COLLATE "C")
        FROM selfgraph.table_settings t),
    'relationships', (SELECT json_agg(r ORDER BY table_schema COLLATE "C", table_name COLLATE "C", name COLLATE "C")
        FROM selfgraph.table_relationships r),
    'computed_fields', (SELECT json_agg(c ORDER BY table_schema COLLATE "C", table_name COLLATE "C", name COLLATE "C")
        FROM selfgraph.table_computed_fields c),
    'functions', (SELECT json_agg(f ORDER BY function_schema COLLATE "C", function_name COLLATE "C")
        FROM selfgraph.function_settings f),
    'function_roles', (SELECT json_agg(json_build_array(function_schema, function_name, role))
        FROM selfgraph.function_roles),
    'permissions', (SELECT json_agg(p ORDER BY table_schema COLLATE "C", table_name COLLATE "C", role COLLATE "C",
            array_position(ARRAY['select', 'insert', 'update', 'delete'], action))
        FROM selfgraph.table_permissions p),
    'inherits', (SELECT json_object_agg(role, roles ORDER BY role COLLATE "C") FROM (
        SELECT role, json_agg(inherits) AS roles FROM selfgraph.role_inheritance GROUP BY role) AS inherited)
)::text
"""
VERSION_QUERY: Final[LiteralString] = "SELECT version::text FROM selfgraph.metadata_version"


def parse_metadata(document: str) -> Metadata:
    """Turn the answer of `METADATA_QUERY` into metadata."""
    content: dict[str, Any] = orjson.loads(document)
    roles: dict[TableName, set[str]] = {}
    for schema, name, role in content["function_roles"] or ():
        roles.setdefault(TableName(schema, name), set()).add(role)
    inherits: dict[str, list[str]] = content["inherits"] or {}
    tables = [_table(row) for row in content["tables"] or ()]
    functions = [_function(row, roles) for row in content["functions"] or ()]
    return Metadata(
        tables={settings.table: settings for settings in tables},
        relationships=tuple(_relationship(row) for row in content["relationships"] or ()),
        computed_fields=tuple(_computed_field(row) for row in content["computed_fields"] or ()),
        functions={settings.function: settings for settings in functions},
        permissions=tuple(_permission(row) for row in content["permissions"] or ()),
        inherits={role: frozenset(names) for role, names in inherits.items()},
        version=content["version"],
    )


def _of_table(row: Mapping[str, Any]) -> TableName:
    return TableName(row["table_schema"], row["table_name"])


def _of_function(row: Mapping[str, Any]) -> TableName:
    return TableName(row["function_schema"], row["function_name"])


def _table(row: Mapping[str, Any]) -> TableSettings:
    return TableSettings(
        table=_of_table(row),
        tracked=row["tracked"],
        is_enum=row["is_enum"],
        custom_name=row["custom_name"],
        column_names=row["column_names"],
        root_fields={RootField(field): name for field, name in row["root_fields"].items()},
        hidden_relationships=tuple(row["hidden_relationships"]),
    )


def _relationship(row: Mapping[str, Any]) -> RelationshipDefinition:
    other = TableName(row["other_schema"], row["other_table"]) if row["other_table"] is not None else None
    columns, others = tuple(row["columns"]), row["other_columns"]
    using: ByForeignKey | ByColumns
    if others is None or other is None:
        using = ByForeignKey(columns, other)
    else:
        using = ByColumns(other, tuple(zip(columns, others, strict=True)), row["inserted_after"])
    return RelationshipDefinition(
        _of_table(row), row["name"], RelationshipKind(row["kind"]), using, comment=row["comment"]
    )


def _computed_field(row: Mapping[str, Any]) -> ComputedFieldDefinition:
    return ComputedFieldDefinition(
        table=_of_table(row),
        name=row["name"],
        function=_of_function(row),
        table_argument=row["table_argument"],
        session_argument=row["session_argument"],
        comment=row["comment"],
    )


def _function(row: Mapping[str, Any], roles: Mapping[TableName, set[str]]) -> FunctionSettings:
    name = _of_function(row)
    return FunctionSettings(
        function=name,
        tracked=row["tracked"],
        exposed_as=None if row["exposed_as"] is None else ExposedAs(row["exposed_as"]),
        session_argument=row["session_argument"],
        custom_name=row["custom_name"],
        roles=frozenset(roles.get(name, ())),
        comment=row["comment"],
    )


def _permission(row: Mapping[str, Any]) -> Permission:
    return Permission(
        table=_of_table(row),
        role=row["role"],
        action=Action(row["action"]),
        columns=None if row["columns"] is None else tuple(row["columns"]),
        computed_fields=tuple(row["computed_fields"]),
        filter=row["row_filter"],
        check=row["row_check"],
        presets=row["presets"],
        limit=row["row_limit"],
        allow_aggregations=row["allow_aggregations"],
        backend_only=row["backend_only"],
        comment=row["comment"],
        ways=None if row["ways"] is None else tuple(row["ways"]),
    )
