"""Relationships by hand, renamed and dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.errors import InvalidInputError
from domain.metadata.editing_relationships import (
    CreateRelationship,
    DropRelationship,
    RenameRelationship,
    RestoreRelationship,
)
from domain.metadata.editing_tables import settings_of
from domain.tables import metadata as entities
from graph.metadata.arguments import Cascade, Schema, Table, change, name_of
from graph.metadata.types import TableRelationship
from graph.permissions import administrators
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.metadata.situation import Situation
    from domain.tables.catalog import TableName


@strawberry.input(description="Two columns that are equal along a relationship.")
class ColumnPairInput:
    """Two columns that are equal along a relationship."""

    column: str = strawberry.field(description="The table's own column.")
    target_column: str = strawberry.field(description="The column of the target that it equals.")


@strawberry.input(
    description=(
        "A relationship, between any columns (`target` and `columns`), or of a foreign key under a name of its own "
        "(`foreignKey`, and `target` where the foreign key is the other table's)."
    )
)
class CreateRelationshipInput:
    """A relationship."""

    table: str = strawberry.field(description="The name of the table it starts at.")
    schema: str | None = strawberry.field(
        default=None, description="The schema of that table; the first exposed one if absent."
    )
    name: str = strawberry.field(
        description="Its name, such as `billing_address`; in rules and, spelled as it is given, in GraphQL."
    )
    kind: entities.RelationshipKind = strawberry.field(description="How many rows it leads to.")
    target: str | None = strawberry.field(default=None, description="The table it leads to.")
    target_schema: str | None = strawberry.field(
        default=None, description="The schema of that table; the first exposed one if absent."
    )
    columns: list[ColumnPairInput] | None = strawberry.field(default=None, description="The columns that are equal.")
    foreign_key: list[str] | None = strawberry.field(
        default=None, description="The referencing columns of the foreign key that it goes along."
    )
    inserted_after: bool = strawberry.field(
        default=False,
        description="Whether the row of an object relationship is inserted after the row itself.",
    )
    comment: str | None = strawberry.field(default=None, description="A note for people, at most 500 characters.")


Name = Annotated[str, strawberry.argument(description="The relationship's name in the spelling of the database.")]


@strawberry.type
class RelationshipsQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("metadata:read")],
        description="The relationships of a table that are served, under the names that rules use. NOT_FOUND.",
    )
    async def table_relationships(self, info: Info, table: Table, schema: Schema = None) -> list[TableRelationship]:
        situation = await info.root_value.metadata.situation()
        name = name_of(info, table, schema)
        settings_of(situation, name)
        return [_shown(situation, name, each) for each in situation.model.relationships.get(name, {})]


@strawberry.type
class RelationshipsMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Make a relationship between any columns of tables and views, or give that of a foreign key a name. "
            "VALIDATION for tables or columns that are not there, cannot be compared or have the name; CONFLICT for a "
            'relationship by hand of the name. For example `createRelationship(input: {table: "orders", name: '
            '"customer", kind: OBJECT, target: "customer_view", columns: [{column: "customer_id", targetColumn: "id"}]'
            "}) { name }`."
        ),
    )
    async def create_relationship(
        self,
        info: Info,
        input: Annotated[CreateRelationshipInput, strawberry.argument(description="The relationship.")],  # noqa: A002 - its name in GraphQL
    ) -> TableRelationship:
        new = _definition(info, input)
        return _shown((await change(info, CreateRelationship(new))).after, new.table, new.name)

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Give a relationship, by hand or of a foreign key, another name. NOT_FOUND; VALIDATION for a name that is "
            "taken; CONFLICT, with `inconsistencies`, where rules use the old name. For example `renameRelationship("
            'table: "orders", name: "user", newName: "buyer") { name }`.'
        ),
    )
    async def rename_relationship(
        self,
        info: Info,
        table: Table,
        name: Name,
        new_name: Annotated[str, strawberry.argument(description="What it is called from now on.")],
        schema: Schema = None,
        *,
        cascade: Cascade = False,
    ) -> TableRelationship:
        of = name_of(info, table, schema)
        changed = await change(info, RenameRelationship(of, name, new_name, cascade=cascade))
        return _shown(changed.after, of, new_name)

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Take a relationship by hand away, or have one of a foreign key not served; gives what it was. NOT_FOUND; "
            "CONFLICT, with `inconsistencies`, where rules use it and do not go too. For example `dropRelationship("
            'table: "orders", name: "customer") { name }`.'
        ),
    )
    async def drop_relationship(
        self, info: Info, table: Table, name: Name, schema: Schema = None, *, cascade: Cascade = False
    ) -> TableRelationship:
        of = name_of(info, table, schema)
        return _shown((await change(info, DropRelationship(of, name, cascade=cascade))).before, of, name)

    @strawberry.mutation(
        permission_classes=[administrators("metadata:write")],
        description=(
            "Serve a relationship of a foreign key again that was dropped. NOT_FOUND. For example `restoreRelationship("
            'table: "orders", name: "user") { name }`.'
        ),
    )
    async def restore_relationship(
        self, info: Info, table: Table, name: Name, schema: Schema = None
    ) -> TableRelationship:
        of = name_of(info, table, schema)
        return _shown((await change(info, RestoreRelationship(of, name))).after, of, name)


def _definition(info: Info, given: CreateRelationshipInput) -> entities.RelationshipDefinition:
    target = None if given.target is None else name_of(info, given.target, given.target_schema)
    using: entities.ByForeignKey | entities.ByColumns
    if (given.columns is None) == (given.foreign_key is None):
        raise InvalidInputError("Give either `columns` or `foreignKey`.", ("input",))
    if given.foreign_key is not None:
        using = entities.ByForeignKey(tuple(given.foreign_key), target)
    elif target is None:
        raise InvalidInputError("A relationship between columns needs its target.", ("input", "target"))
    else:
        pairs = tuple((pair.column, pair.target_column) for pair in given.columns or ())
        using = entities.ByColumns(target, pairs, given.inserted_after)
    table = name_of(info, given.table, given.schema)
    return entities.RelationshipDefinition(table, given.name, given.kind, using, given.comment)


def _shown(situation: Situation, table: TableName, name: str) -> TableRelationship:
    definition = next(
        (each for each in situation.metadata.relationships if (each.table, each.name) == (table, name)), None
    )
    return TableRelationship.of(name, situation.model.relationships[table][name], definition)
