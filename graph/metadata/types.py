"""Metadata as clients see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

import strawberry

from domain.tables import inconsistencies, metadata
from graph.scalars import Json

if TYPE_CHECKING:
    from domain.tables.relationships import Relationship as Way

EVERY_COLUMN: Final = "*"

PermissionAction = strawberry.enum(
    metadata.Action, name="PermissionAction", description="What a permission allows to do with the rows of a table."
)
RootField = strawberry.enum(
    metadata.RootField, name="TableRootField", description="A root field of a table that can be given a name."
)
RelationshipKind = strawberry.enum(
    metadata.RelationshipKind, name="TableRelationshipKind", description="How many rows a relationship leads to."
)
ExposedAs = strawberry.enum(
    metadata.ExposedAs, name="FunctionExposure", description="Where a function is a root field."
)
MetadataPart = strawberry.enum(
    inconsistencies.InconsistentPart, name="MetadataPart", description="What of the metadata does not fit."
)


@strawberry.type(description="What one role may do with the rows of one table.")
class TablePermission:
    """What one role may do with the rows of one table."""

    table: str = strawberry.field(description="The table's name in the database.")
    schema: str = strawberry.field(description="The schema it is in.")
    role: str = strawberry.field(description="Who may.")
    action: metadata.Action = strawberry.field(description="What may be done.")
    columns: list[str] = strawberry.field(
        description='Which columns are read or given; `["*"]`: all, those to come too.'
    )
    computed_fields: list[str] = strawberry.field(description="Which computed fields are read.")
    filter: Json | None = strawberry.field(description="Which rows are read, changed or deleted.")
    check: Json | None = strawberry.field(description="What a row must fulfil after it is written.")
    presets: Json = strawberry.field(description="Values that written rows get, by column.")
    limit: int | None = strawberry.field(description="The most rows of one list; null: as many as anybody.")
    allow_aggregations: bool = strawberry.field(description="Whether what is computed of many rows may be read.")
    backend_only: bool = strawberry.field(description="Whether only service keys that ask for it may.")
    comment: str | None = strawberry.field(description="A note for people.")

    @classmethod
    def of(cls, permission: metadata.Permission) -> Self:
        """A permission of the domain."""
        return cls(
            table=permission.table.name,
            schema=permission.table.schema,
            role=permission.role,
            action=permission.action,
            columns=[EVERY_COLUMN] if permission.columns is None else list(permission.columns),
            computed_fields=list(permission.computed_fields),
            filter=None if permission.filter is None else Json(dict(permission.filter)),
            check=None if permission.check is None else Json(dict(permission.check)),
            presets=Json(dict(permission.presets)),
            limit=permission.limit,
            allow_aggregations=permission.allow_aggregations,
            backend_only=permission.backend_only,
            comment=permission.comment,
        )


@strawberry.type(description="The name of a column in GraphQL.")
class ColumnName:
    """The name of a column in GraphQL."""

    column: str = strawberry.field(description="Its name in the database.")
    name: str = strawberry.field(description="Its name in GraphQL.")


@strawberry.type(description="The name of a root field of a table.")
class RootFieldName:
    """The name of a root field of a table."""

    field: metadata.RootField = strawberry.field(description="Which root field.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="How one table or view is served.")
class TableSettings:
    """How one table or view is served."""

    table: str = strawberry.field(description="Its name in the database.")
    schema: str = strawberry.field(description="The schema it is in.")
    tracked: bool = strawberry.field(description="Whether it is served.")
    is_enum: bool = strawberry.field(description="Whether its rows are the values of an enum.")
    custom_name: str | None = strawberry.field(
        description="What its names are made from; null: from its name in the database."
    )
    column_names: list[ColumnName] = strawberry.field(description="The columns that have a name of their own.")
    root_fields: list[RootFieldName] = strawberry.field(description="The root fields that have a name of their own.")
    dropped_relationships: list[str] = strawberry.field(
        description="Relationships of foreign keys that are not served."
    )

    @classmethod
    def of(cls, settings: metadata.TableSettings) -> Self:
        """Settings of the domain."""
        return cls(
            table=settings.table.name,
            schema=settings.table.schema,
            tracked=settings.tracked,
            is_enum=settings.is_enum,
            custom_name=settings.custom_name,
            column_names=[ColumnName(column=each, name=name) for each, name in sorted(settings.column_names.items())],
            root_fields=[RootFieldName(field=each, name=name) for each, name in sorted(settings.root_fields.items())],
            dropped_relationships=list(settings.hidden_relationships),
        )


@strawberry.type(description="Two columns that are equal along a relationship.")
class ColumnPair:
    """Two columns that are equal along a relationship."""

    column: str = strawberry.field(description="The table's own column.")
    target_column: str = strawberry.field(
        description="The column that it equals: of the target, or of the table between."
    )


@strawberry.type(description="A way from the rows of one table to those of another.")
class TableRelationship:
    """A way from the rows of one table to those of another."""

    table: str = strawberry.field(description="The table it starts at.")
    schema: str = strawberry.field(description="The schema of that table.")
    name: str = strawberry.field(description="Its name in the spelling of the database, as rules say it.")
    kind: metadata.RelationshipKind = strawberry.field(description="How many rows it leads to.")
    target: str = strawberry.field(description="The table it leads to.")
    target_schema: str = strawberry.field(description="The schema of that table.")
    columns: list[ColumnPair] = strawberry.field(description="The columns that are equal.")
    through: str | None = strawberry.field(
        description="The table between, with its schema, where two foreign keys lead over one."
    )
    by_hand: bool = strawberry.field(description="Whether it was made or named by hand; else a foreign key gave it.")
    comment: str | None = strawberry.field(description="A note for people.")

    @classmethod
    def of(cls, name: str, way: Way, definition: metadata.RelationshipDefinition | None) -> Self:
        """A relationship that is served, and what is said of it."""
        kinds = metadata.RelationshipKind
        return cls(
            table=way.source.name,
            schema=way.source.schema,
            name=name,
            kind=kinds.ARRAY if way.many else kinds.OBJECT,
            target=way.target.name,
            target_schema=way.target.schema,
            columns=[ColumnPair(column=here, target_column=there) for here, there in way.columns],
            through=str(way.through.table.name) if way.through else None,
            by_hand=definition is not None,
            comment=definition.comment if definition else None,
        )


@strawberry.type(description="A function that was made a field of each row of a table.")
class TableComputedField:
    """A function that was made a field of each row of a table."""

    table: str = strawberry.field(description="The table.")
    schema: str = strawberry.field(description="The schema of the table.")
    name: str = strawberry.field(description="Its name in the spelling of the database, which permissions use.")
    function: str = strawberry.field(description="The function.")
    function_schema: str = strawberry.field(description="The schema of the function.")
    table_argument: str | None = strawberry.field(description="The argument that gets the row; null: the first one.")
    session_argument: str | None = strawberry.field(
        description="The argument that gets the session variables; null: none."
    )
    comment: str | None = strawberry.field(description="Its description.")

    @classmethod
    def of(cls, definition: metadata.ComputedFieldDefinition) -> Self:
        """A computed field of the domain."""
        return cls(
            table=definition.table.name,
            schema=definition.table.schema,
            name=definition.name,
            function=definition.function.name,
            function_schema=definition.function.schema,
            table_argument=definition.table_argument,
            session_argument=definition.session_argument,
            comment=definition.comment,
        )


@strawberry.type(description="How one function is served.")
class FunctionSettings:
    """How one function is served."""

    function: str = strawberry.field(description="Its name in the database.")
    schema: str = strawberry.field(description="The schema it is in.")
    tracked: bool = strawberry.field(description="Whether it is a root field.")
    exposed_as: metadata.ExposedAs | None = strawberry.field(
        description="Where it is one; null: a query if it changes nothing, else a mutation.",
    )
    session_argument: str | None = strawberry.field(
        description="The argument that gets the session variables; null: none."
    )
    custom_name: str | None = strawberry.field(
        description="What its root field is named after; null: its name in the database."
    )
    roles: list[str] = strawberry.field(
        description="Who may call it; empty: a query whoever reads the table that it returns, a mutation nobody."
    )
    comment: str | None = strawberry.field(description="The root field's description.")

    @classmethod
    def of(cls, settings: metadata.FunctionSettings) -> Self:
        """Settings of the domain."""
        return cls(
            function=settings.function.name,
            schema=settings.function.schema,
            tracked=settings.tracked,
            exposed_as=settings.exposed_as,
            session_argument=settings.session_argument,
            custom_name=settings.custom_name,
            roles=sorted(settings.roles),
            comment=settings.comment,
        )


@strawberry.type(description="A part of the metadata that does not fit the database and is left out until it does.")
class MetadataInconsistency:
    """A part of the metadata that does not fit the database and is left out until it does."""

    part: inconsistencies.InconsistentPart = strawberry.field(description="What it is.")
    of: str = strawberry.field(description="The table or function that it is about.")
    schema: str = strawberry.field(description="The schema of that.")
    name: str = strawberry.field(
        description="Which of its parts: a relationship, a column, or a role and what it may, as in `user: select`."
    )
    message: str = strawberry.field(description="What does not fit.")

    @classmethod
    def from_domain(cls, misfit: inconsistencies.Inconsistency) -> Self:
        """An inconsistency of the domain."""
        return cls(
            part=misfit.part,
            of=misfit.where.name,
            schema=misfit.where.schema,
            name=misfit.name,
            message=misfit.why,
        )
