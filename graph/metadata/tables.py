"""Which tables are served, and under which names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

import strawberry

from domain.errors import InvalidInputError
from domain.metadata.editing_tables import NameChanges, SetEnumTable, SetTableNames, TrackTable, settings_of
from domain.tables import metadata as entities
from graph.metadata.arguments import Cascade, Schema, Table, change, name_of
from graph.metadata.types import TableSettings
from graph.permissions import administrators
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.tables.catalog import TableName

Named = TypeVar("Named")


@strawberry.input(description="Another name for a column.")
class ColumnNameInput:
    """Another name for a column."""

    column: str = strawberry.field(description="Its name in the database.")
    name: str | None = strawberry.field(description="Its name in GraphQL; null: made from its name in the database.")


@strawberry.input(description="Another name for a root field of a table.")
class RootFieldNameInput:
    """Another name for a root field of a table."""

    field: entities.RootField = strawberry.field(description="Which root field.")
    name: str | None = strawberry.field(description="Its name; null: made from the table's.")


@strawberry.input(description="Names that become others; those that nothing is said about stay.")
class SetTableNamesInput:
    """Names that become others."""

    table: str = strawberry.field(description="The table's name in the database.")
    schema: str | None = strawberry.field(
        default=None, description="The schema it is in; the first exposed one if absent."
    )
    custom_name: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="What its types and root fields are named after; null: its name in the database.",
    )
    column_names: list[ColumnNameInput] = strawberry.field(
        default_factory=list[ColumnNameInput], description="Names of columns, spelled as they are to be."
    )
    root_fields: list[RootFieldNameInput] = strawberry.field(
        default_factory=list[RootFieldNameInput], description="Names of root fields, spelled as they are to be."
    )


@strawberry.type
class TableSettingsQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("metadata:read")],
        description="How every table of the database is served, and what is said about tables that are gone.",
    )
    async def table_settings(
        self,
        info: Info,
        *,
        tracked: Annotated[
            bool | None, strawberry.argument(description="Only those that are served, or only those that are not.")
        ] = None,
    ) -> list[TableSettings]:
        situation = await info.root_value.metadata.situation()
        names = dict.fromkeys((*(table.name for table in situation.catalog.tables), *situation.metadata.tables))
        found = [settings_of(situation, name) for name in names]
        return [TableSettings.of(each) for each in found if tracked in (None, each.tracked)]


@strawberry.type
class TableSettingsMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description="Serve a table or view again that was untracked. NOT_FOUND. For example `trackTable(table: "
        '"orders") { tracked }`.',
    )
    async def track_table(self, info: Info, table: Table, schema: Schema = None) -> TableSettings:
        name = name_of(info, table, schema)
        return await _changed(info, name, TrackTable(name))

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Have a table or view not served, for nobody; a new table is served until then. NOT_FOUND; CONFLICT, with "
            "`inconsistencies`, where permissions or relationships by hand stand on it and do not go too. For example "
            '`untrackTable(table: "legacy", cascade: true) { tracked }`.'
        ),
    )
    async def untrack_table(
        self, info: Info, table: Table, schema: Schema = None, *, cascade: Cascade = False
    ) -> TableSettings:
        name = name_of(info, table, schema)
        return await _changed(info, name, TrackTable(name, tracked=False, cascade=cascade))

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Give a table, its columns or its root fields other names in GraphQL. NOT_FOUND; VALIDATION for a name "
            "that GraphQL cannot hold or something else has, and for a column that is not there. For example "
            '`setTableNames(input: {table: "inv_line", customName: "InvoiceLine", columnNames: [{column: "qty", name: '
            '"quantity"}], rootFields: [{field: SELECT, name: "invoiceLines"}]}) { customName }`.'
        ),
    )
    async def set_table_names(
        self,
        info: Info,
        input: Annotated[SetTableNamesInput, strawberry.argument(description="The names.")],  # noqa: A002 - its name in GraphQL
    ) -> TableSettings:
        names = input.custom_name is not strawberry.UNSET
        changes = NameChanges(
            custom_name=input.custom_name if names else None,
            names=names,
            column_names=_once([(each.column, each.name) for each in input.column_names], "columnNames"),
            root_fields=_once([(each.field, each.name) for each in input.root_fields], "rootFields"),
        )
        name = name_of(info, input.table, input.schema)
        return await _changed(info, name, SetTableNames(name, changes))

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Make an enum of the rows of a table, or a table of it again. Its primary key is one text column with "
            "the names of the values; a second text column may hold their descriptions. NOT_FOUND; VALIDATION for a "
            'table that is no such one. For example `setEnumTable(table: "order_state", isEnum: true) { isEnum }`.'
        ),
    )
    async def set_enum_table(
        self,
        info: Info,
        table: Table,
        is_enum: Annotated[bool, strawberry.argument(description="Whether it is an enum.")],
        schema: Schema = None,
    ) -> TableSettings:
        name = name_of(info, table, schema)
        return await _changed(info, name, SetEnumTable(name, is_enum))


def _once(pairs: list[tuple[Named, str | None]], member: str) -> dict[Named, str | None]:
    """The names by what they are of.

    Raises:
        InvalidInputError: something gets two.
    """
    found: dict[Named, str | None] = {}
    for index, (named, name) in enumerate(pairs):
        if named in found:
            raise InvalidInputError("It has been named before.", ("input", member, index))
        found[named] = name
    return found


async def _changed(info: Info, name: TableName, edit: TrackTable | SetTableNames | SetEnumTable) -> TableSettings:
    changed = await change(info, edit)
    return TableSettings.of(settings_of(changed.after, name))
