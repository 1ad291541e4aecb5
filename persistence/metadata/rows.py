"""Metadata as the rows that they are kept as, and what is written where they become others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, assert_never, cast

from domain.tables.metadata import ByColumns, ByForeignKey
from persistence.models import (
    Base,
    FunctionRole,
    FunctionSettings,
    RoleInheritance,
    TableComputedField,
    TablePermission,
    TableRelationship,
    TableSettings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Table

    from domain.tables.catalog import TableName
    from domain.tables.metadata import Metadata, RelationshipDefinition

Row: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True)
class Change:
    """One statement that takes rows of one table away by their keys, or writes rows; `rows` is their JSON, for `:rows`.

    One statement however many rows there are: the triggers of the table run once.
    """

    statement: str
    rows: str


def changes(before: Metadata, after: Metadata) -> list[Change]:
    """What has to be done to turn some metadata into others; the version apart, which the database makes.

    In an order in which nothing refers to what is not there.
    """
    found: list[Change] = []
    for model, rows_of in _KINDS:
        table = cast("Table", model.__table__)
        keys = [column.name for column in table.primary_key]
        old, new = _by_key(rows_of(before), keys), _by_key(rows_of(after), keys)
        removed = [{name: row[name] for name in keys} for key, row in old.items() if key not in new]
        written = [row for key, row in new.items() if old.get(key) != row]
        if removed:
            found.append(Change(_removal(table, keys), json.dumps(removed)))
        if written:
            found.append(Change(_writing(table, keys), json.dumps(written)))
    return found


def _removal(table: Table, keys: list[str]) -> str:
    equal = " AND ".join(f"kept.{name} = gone.{name}" for name in keys)
    return f"DELETE FROM {table.fullname} AS kept USING {_rows(table)} AS gone WHERE {equal}"  # noqa: S608 - names of ours


def _writing(table: Table, keys: list[str]) -> str:
    names = [column.name for column in table.columns]
    others = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    return (
        f"INSERT INTO {table.fullname} ({', '.join(names)}) SELECT {', '.join(names)} FROM {_rows(table)} AS new"  # noqa: S608 - same
        f" ON CONFLICT ({', '.join(keys)}) DO {f'UPDATE SET {others}' if others else 'NOTHING'}"
    )


def _rows(table: Table) -> str:
    return f"jsonb_populate_recordset(CAST(NULL AS {table.fullname}), CAST(CAST(:rows AS text) AS jsonb))"


def _by_key(rows: Iterable[Row], keys: list[str]) -> dict[tuple[object, ...], Row]:
    return {tuple(row[name] for name in keys): row for row in rows}


def _of_table(name: TableName) -> Row:
    return {"table_schema": name.schema, "table_name": name.name}


def _of_function(name: TableName) -> Row:
    return {"function_schema": name.schema, "function_name": name.name}


def _tables(metadata: Metadata) -> list[Row]:
    return [
        {
            **_of_table(name),
            "tracked": settings.tracked,
            "is_enum": settings.is_enum,
            "custom_name": settings.custom_name,
            "column_names": dict(settings.column_names),
            "root_fields": {field.value: text for field, text in settings.root_fields.items()},
            "hidden_relationships": list(settings.hidden_relationships),
        }
        for name, settings in metadata.tables.items()
    ]


def _relationships(metadata: Metadata) -> list[Row]:
    return [
        {
            **_of_table(definition.table),
            "name": definition.name,
            "kind": definition.kind.value,
            **_using(definition),
            "comment": definition.comment,
        }
        for definition in metadata.relationships
    ]


def _using(definition: RelationshipDefinition) -> Row:
    match definition.using:
        case ByForeignKey(columns, referencing):
            return _other(referencing) | {"columns": list(columns), "other_columns": None, "inserted_after": False}
        case ByColumns(target, pairs, inserted_after):
            return _other(target) | {
                "columns": [own for own, _ in pairs],
                "other_columns": [theirs for _, theirs in pairs],
                "inserted_after": inserted_after,
            }
        case _:
            assert_never(definition.using)


def _other(name: TableName | None) -> Row:
    return {"other_schema": name.schema if name else None, "other_table": name.name if name else None}


def _computed_fields(metadata: Metadata) -> list[Row]:
    return [
        {
            **_of_table(definition.table),
            "name": definition.name,
            **_of_function(definition.function),
            "table_argument": definition.table_argument,
            "session_argument": definition.session_argument,
            "comment": definition.comment,
        }
        for definition in metadata.computed_fields
    ]


def _functions(metadata: Metadata) -> list[Row]:
    return [
        {
            **_of_function(name),
            "tracked": settings.tracked,
            "exposed_as": settings.exposed_as.value if settings.exposed_as else None,
            "session_argument": settings.session_argument,
            "custom_name": settings.custom_name,
            "comment": settings.comment,
        }
        for name, settings in metadata.functions.items()
    ]


def _function_roles(metadata: Metadata) -> list[Row]:
    return [
        {**_of_function(name), "role": role}
        for name, settings in metadata.functions.items()
        for role in sorted(settings.roles)
    ]


def _permissions(metadata: Metadata) -> list[Row]:
    return [
        {
            **_of_table(permission.table),
            "role": permission.role,
            "action": permission.action.value,
            "columns": None if permission.columns is None else list(permission.columns),
            "computed_fields": list(permission.computed_fields),
            "row_filter": None if permission.filter is None else dict(permission.filter),
            "row_check": None if permission.check is None else dict(permission.check),
            "presets": dict(permission.presets),
            "row_limit": permission.limit,
            "allow_aggregations": permission.allow_aggregations,
            "backend_only": permission.backend_only,
            "comment": permission.comment,
            "ways": None if permission.ways is None else list(permission.ways),
        }
        for permission in metadata.permissions
    ]


def _inheritance(metadata: Metadata) -> list[Row]:
    return [
        {"role": role, "inherits": name} for role, names in sorted(metadata.inherits.items()) for name in sorted(names)
    ]


_KINDS: Final[tuple[tuple[type[Base], Callable[[Metadata], list[Row]]], ...]] = (
    (TableSettings, _tables),
    (TableRelationship, _relationships),
    (TableComputedField, _computed_fields),
    (FunctionSettings, _functions),
    (FunctionRole, _function_roles),
    (TablePermission, _permissions),
    (RoleInheritance, _inheritance),
)
