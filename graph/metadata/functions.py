"""Functions as fields of rows and as root fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.metadata.editing_functions import (
    AddComputedField,
    DropComputedField,
    SetFunctionPermission,
    TrackFunction,
    UntrackFunction,
    find_computed_field,
    settings_of_function,
)
from domain.tables import metadata as entities
from graph.metadata.arguments import Cascade, Schema, Table, change, name_of
from graph.metadata.types import FunctionSettings, TableComputedField
from graph.permissions import administrators
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.tables.catalog import TableName


@strawberry.input(description="A function that becomes a field of each row of a table.")
class AddComputedFieldInput:
    """A function that becomes a field of each row of a table."""

    table: str = strawberry.field(description="The table's name in the database.")
    schema: str | None = strawberry.field(
        default=None, description="The schema it is in; the first exposed one if absent."
    )
    name: str = strawberry.field(
        description="The field's name in the spelling of the database; GraphQL's is made from it."
    )
    function: str = strawberry.field(description="The function's name in the database; it takes a row of the table.")
    function_schema: str | None = strawberry.field(
        default=None, description="The schema it is in; the first exposed one if absent."
    )
    table_argument: str | None = strawberry.field(
        default=None, description="The argument that gets the row; null: the first one."
    )
    session_argument: str | None = strawberry.field(
        default=None, description="The argument of type json or jsonb that gets the session variables; null: none."
    )
    comment: str | None = strawberry.field(
        default=None, description="The field's description, at most 500 characters; null: the function's comment."
    )


@strawberry.input(description="How a function is a root field.")
class TrackFunctionInput:
    """How a function is a root field."""

    function: str = strawberry.field(description="Its name in the database.")
    schema: str | None = strawberry.field(
        default=None, description="The schema it is in; the first exposed one if absent."
    )
    exposed_as: entities.ExposedAs | None = strawberry.field(
        default=None, description="Where; null: a query if it changes nothing, else a mutation."
    )
    session_argument: str | None = strawberry.field(
        default=None, description="The argument of type json or jsonb that gets the session variables; null: none."
    )
    custom_name: str | None = strawberry.field(
        default=None, description="What the root field is named after; null: its name in the database."
    )
    comment: str | None = strawberry.field(
        default=None, description="The root field's description, at most 500 characters; null: the function's comment."
    )


FieldName = Annotated[str, strawberry.argument(description="The field's name in the spelling of the database.")]
Function = Annotated[str, strawberry.argument(description="The function's name in the database.")]
Role = Annotated[str, strawberry.argument(description="The role; no admin's, which may call everything.")]


@strawberry.type
class FunctionsQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("metadata:read")],
        description="The functions that something is said about, and how they are served.",
    )
    async def function_settings(self, info: Info) -> list[FunctionSettings]:
        return [FunctionSettings.of(each) for each in (await info.root_value.metadata.read()).functions.values()]

    @strawberry.field(
        permission_classes=[administrators("metadata:read")],
        description="The computed fields that were added to tables: all, or those of one table.",
    )
    async def table_computed_fields(
        self,
        info: Info,
        table: Annotated[str | None, strawberry.argument(description="The table's name; null: every table.")] = None,
        schema: Schema = None,
    ) -> list[TableComputedField]:
        name = None if table is None else name_of(info, table, schema)
        found = (await info.root_value.metadata.read()).computed_fields
        return [TableComputedField.of(each) for each in found if name in (None, each.table)]


@strawberry.type
class FunctionsMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Make a function that takes a row of a table a field of the table's rows. VALIDATION for a function that "
            "is not there or takes no such row, and for a name that is taken; CONFLICT for a field that was added "
            'before. For example `addComputedField(input: {table: "person", name: "full_name", function: '
            '"person_full_name"}) { name }`.'
        ),
    )
    async def add_computed_field(
        self,
        info: Info,
        input: Annotated[AddComputedFieldInput, strawberry.argument(description="The field.")],  # noqa: A002 - its name in GraphQL
    ) -> TableComputedField:
        new = entities.ComputedFieldDefinition(
            table=name_of(info, input.table, input.schema),
            name=input.name,
            function=name_of(info, input.function, input.function_schema),
            table_argument=input.table_argument,
            session_argument=input.session_argument,
            comment=input.comment,
        )
        after = (await change(info, AddComputedField(new))).after
        return TableComputedField.of(find_computed_field(after, new.table, new.name))

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Take a computed field away that was added; gives what it was. NOT_FOUND; CONFLICT, with "
            "`inconsistencies`, where permissions name it and do not go too. For example `dropComputedField(table: "
            '"person", name: "full_name") { function }`.'
        ),
    )
    async def drop_computed_field(
        self, info: Info, table: Table, name: FieldName, schema: Schema = None, *, cascade: Cascade = False
    ) -> TableComputedField:
        of = name_of(info, table, schema)
        before = (await change(info, DropComputedField(of, name, cascade=cascade))).before
        return TableComputedField.of(find_computed_field(before, of, name))

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Make a function a root field, or another one than it is by itself. NOT_FOUND; VALIDATION for a function "
            'that cannot be one. For example `trackFunction(input: {function: "place_order", exposedAs: MUTATION, '
            'sessionArgument: "session"}) { tracked }`.'
        ),
    )
    async def track_function(
        self,
        info: Info,
        input: Annotated[TrackFunctionInput, strawberry.argument(description="The function.")],  # noqa: A002 - its name in GraphQL
    ) -> FunctionSettings:
        name = name_of(info, input.function, input.schema)
        settings = entities.FunctionSettings(
            function=name,
            exposed_as=input.exposed_as,
            session_argument=input.session_argument,
            custom_name=input.custom_name,
            comment=input.comment,
        )
        return await _changed(info, name, TrackFunction(settings))

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description='Have a function be no root field. NOT_FOUND. For example `untrackFunction(function: "f") '
        "{ tracked }`.",
    )
    async def untrack_function(self, info: Info, function: Function, schema: Schema = None) -> FunctionSettings:
        name = name_of(info, function, schema)
        return await _changed(info, name, UntrackFunction(name))

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Let a role call a function. A query is for everybody who reads the table that it returns until the first "
            "role is named. NOT_FOUND; VALIDATION for a role that is not there. For example `setFunctionPermission("
            'function: "place_order", role: "user") { roles }`.'
        ),
    )
    async def set_function_permission(
        self, info: Info, function: Function, role: Role, schema: Schema = None
    ) -> FunctionSettings:
        name = name_of(info, function, schema)
        return await _changed(info, name, SetFunctionPermission(name, role))

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Let a role not call a function any more. NOT_FOUND. For example `dropFunctionPermission(function: "
            '"place_order", role: "user") { roles }`.'
        ),
    )
    async def drop_function_permission(
        self, info: Info, function: Function, role: Role, schema: Schema = None
    ) -> FunctionSettings:
        name = name_of(info, function, schema)
        return await _changed(info, name, SetFunctionPermission(name, role, allowed=False))


async def _changed(
    info: Info, name: TableName, edit: TrackFunction | UntrackFunction | SetFunctionPermission
) -> FunctionSettings:
    return FunctionSettings.of(settings_of_function((await change(info, edit)).after, name))
