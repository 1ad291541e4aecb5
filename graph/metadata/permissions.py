"""What roles may do with tables."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.metadata.editing_permissions import DropPermission, SetPermission, find_permission
from domain.tables import metadata as entities
from graph.metadata.arguments import Schema, Table, change, name_of, read_object
from graph.metadata.types import EVERY_COLUMN, MetadataInconsistency, TablePermission
from graph.permissions import administrators
from graph.scalars import Json
from graph.use_cases import Info

_RULE = (
    "a boolean expression over the columns and relationships of the database, such as "
    '`{owner_id: {_eq: "X-User-Id"}}`; `{}`: all rows'
)


@strawberry.input(description="A permission, whole: it takes the place of the one for the same table, role and action.")
class SetTablePermissionInput:
    """A permission, whole."""

    table: str = strawberry.field(description="The table's name in the database.")
    schema: str | None = strawberry.field(
        default=None, description="The schema it is in; the first exposed one if absent."
    )
    role: str = strawberry.field(description="Who may; no admin's role, which may everything.")
    action: entities.Action = strawberry.field(description="What may be done.")
    columns: list[str] = strawberry.field(
        default_factory=list[str],
        description='Which columns are read (SELECT) or given (INSERT, UPDATE); `"*"`: all, those to come too.',
    )
    computed_fields: list[str] = strawberry.field(
        default_factory=list[str], description="Which computed fields are read (SELECT)."
    )
    filter: Json | None = strawberry.field(
        default=None, description=f"Which rows are read, changed or deleted (SELECT, UPDATE, DELETE): {_RULE}."
    )
    check: Json | None = strawberry.field(
        default=None,
        description=f"What a row must fulfil after it is written (INSERT; UPDATE if it should be more): {_RULE}.",
    )
    presets: Json | None = strawberry.field(
        default=None,
        description="Values that written rows get whatever the caller gives (INSERT, UPDATE), by column, such as "
        '`{owner_id: "X-User-Id"}`.',
    )
    limit: int | None = strawberry.field(default=None, description="The most rows of one list (SELECT).")
    allow_aggregations: bool = strawberry.field(
        default=False, description="Whether what is computed of many rows may be read (SELECT)."
    )
    backend_only: bool = strawberry.field(
        default=False, description="Whether only service keys that ask for it may (INSERT, UPDATE, DELETE)."
    )
    comment: str | None = strawberry.field(default=None, description="A note for people, at most 500 characters.")


Role = Annotated[str, strawberry.argument(description="The role.")]
ActionArgument = Annotated[entities.Action, strawberry.argument(description="What it may not do any more.")]


@strawberry.type
class PermissionsQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("metadata:read")],
        description="The permissions on tables, by table, role and action: all, or those of one table or one role.",
    )
    async def permissions(
        self,
        info: Info,
        table: Annotated[str | None, strawberry.argument(description="The table's name; null: every table.")] = None,
        schema: Schema = None,
        role: Annotated[str | None, strawberry.argument(description="The role; null: every role.")] = None,
    ) -> list[TablePermission]:
        name = None if table is None else name_of(info, table, schema)
        return [
            TablePermission.of(each)
            for each in (await info.root_value.metadata.read()).permissions
            if name in (None, each.table)
            and role in (None, each.role)
            and (table is not None or schema in (None, each.table.schema))
        ]

    @strawberry.field(
        permission_classes=[administrators("metadata:read")],
        description=(
            "What is said about tables and functions and does not fit the database as it is now, after a column was "
            "renamed for example. It is left out; a permission that does not fit allows nothing."
        ),
    )
    async def metadata_inconsistencies(self, info: Info) -> list[MetadataInconsistency]:
        return [MetadataInconsistency.from_domain(each) for each in await info.root_value.metadata.misfits()]


@strawberry.type
class PermissionsMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Let a role read, insert, change or delete rows of a table, in place of what it might before. It acts at "
            "once. VALIDATION with the path of what does not fit: a table, column, relationship or role that is not "
            "there, a rule that is none. For example, users read their own orders: `setTablePermission(input: {table: "
            '"orders", role: "user", action: SELECT, columns: ["id", "total"], filter: {user_id: {_eq: "X-User-Id"}}})'
            " { role }`."
        ),
    )
    async def set_table_permission(
        self,
        info: Info,
        input: Annotated[SetTablePermissionInput, strawberry.argument(description="The permission.")],  # noqa: A002 - its name in GraphQL
    ) -> TablePermission:
        new = _permission(info, input)
        changed = await change(info, SetPermission(new))
        return TablePermission.of(find_permission(changed.after, new.table, new.role, new.action))

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Take a permission from a role, at once; gives what it was. NOT_FOUND. For example `dropTablePermission("
            'table: "orders", role: "user", action: DELETE) { filter }`.'
        ),
    )
    async def drop_table_permission(
        self, info: Info, table: Table, role: Role, action: ActionArgument, schema: Schema = None
    ) -> TablePermission:
        name = name_of(info, table, schema)
        changed = await change(info, DropPermission(name, role, action))
        return TablePermission.of(find_permission(changed.before, name, role, action))


def _permission(info: Info, given: SetTablePermissionInput) -> entities.Permission:
    return entities.Permission(
        table=name_of(info, given.table, given.schema),
        role=given.role,
        action=given.action,
        columns=None if given.columns == [EVERY_COLUMN] else tuple(given.columns),
        computed_fields=tuple(given.computed_fields),
        filter=read_object(given.filter, "input", "filter"),
        check=read_object(given.check, "input", "check"),
        presets=read_object(given.presets, "input", "presets") or {},
        limit=given.limit,
        allow_aggregations=given.allow_aggregations,
        backend_only=given.backend_only,
        comment=given.comment,
    )
