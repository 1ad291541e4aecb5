"""The slice `catalog`: the structure of the user's tables."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from domain.tables import catalog as entities
from domain.tables.catalog import TableName
from domain.tables.statistics import TableStatistics
from graph.permissions import administrators
from graph.scalars import BigInt
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.tables.statistics import StatisticsRepository

Statistics: TypeAlias = DataLoader[TableName, TableStatistics | None]

TableKind = strawberry.enum(entities.TableKind, description="The kinds of relation that are served.")


TableArgument = Annotated[str, strawberry.argument(description="Its name in the database.")]
SchemaArgument = Annotated[
    str | None, strawberry.argument(description="The schema it is in; the first exposed one if absent.")
]


@strawberry.type(description="A column of a table.")
class Column:
    """A column of a table."""

    name: str = strawberry.field(description="Its name in the database.")
    type: str = strawberry.field(description="Its type as DDL writes it, such as `numeric(10,2)`.")
    nullable: bool = strawberry.field(description="Whether it may be NULL.")
    default: str | None = strawberry.field(description="The SQL expression of its default.")
    generated: bool = strawberry.field(description="Whether it is computed from other columns.")
    identity: bool = strawberry.field(description="Whether it is an identity column.")
    comment: str | None = strawberry.field(description="Its comment.")


@strawberry.type(description="A primary key or unique constraint.")
class Key:
    """A primary key or unique constraint."""

    name: str = strawberry.field(description="The name of the constraint.")
    columns: list[str] = strawberry.field(description="Its columns in order.")


@strawberry.type(description="A foreign key; its columns and those it refers to belong together pairwise.")
class ForeignKey:
    """A foreign key; its columns and those it refers to belong together pairwise."""

    name: str = strawberry.field(description="The name of the constraint.")
    columns: list[str] = strawberry.field(description="Its columns in order.")
    referenced_schema: str = strawberry.field(description="The schema of the table it refers to.")
    referenced_table: str = strawberry.field(description="The table it refers to.")
    referenced_columns: list[str] = strawberry.field(description="The columns it refers to, in order.")


@strawberry.type(description="An index.")
class Index:
    """An index."""

    name: str = strawberry.field(description="Its name.")
    unique: bool = strawberry.field(description="Whether it forbids equal rows.")
    method: str = strawberry.field(description="Its access method, such as `btree`.")
    definition: str = strawberry.field(description="Its CREATE INDEX command.")


@strawberry.type(description="A table, view or materialised view.")
class Table:
    """A table, view or materialised view."""

    entity: strawberry.Private[entities.Table]
    statistics: strawberry.Private[Statistics]

    name: str = strawberry.field(description="Its name in the database.")
    schema: str = strawberry.field(description="The schema it is in.")
    kind: entities.TableKind = strawberry.field(graphql_type=TableKind, description="What it is.")
    comment: str | None = strawberry.field(description="Its comment.")

    @strawberry.field(description="Its columns in order.")
    def columns(self) -> list[Column]:
        return [
            Column(
                name=column.name,
                type=column.declared,
                nullable=column.nullable,
                default=column.default,
                generated=column.generated,
                identity=column.identity,
                comment=column.comment,
            )
            for column in self.entity.columns
        ]

    @strawberry.field(description="Its primary key.")
    def primary_key(self) -> Key | None:
        key = self.entity.primary_key
        return Key(name=key.name, columns=list(key.columns)) if key else None

    @strawberry.field(description="Its unique constraints by name.")
    def unique_keys(self) -> list[Key]:
        return [Key(name=key.name, columns=list(key.columns)) for key in self.entity.unique_keys]

    @strawberry.field(description="Its foreign keys by name.")
    def foreign_keys(self) -> list[ForeignKey]:
        return [
            ForeignKey(
                name=key.name,
                columns=list(key.columns),
                referenced_schema=key.referenced.schema,
                referenced_table=key.referenced.name,
                referenced_columns=list(key.referenced_columns),
            )
            for key in self.entity.foreign_keys
        ]

    @strawberry.field(description="Its indexes by name.")
    def indexes(self) -> list[Index]:
        return [
            Index(name=index.name, unique=index.unique, method=index.method, definition=index.definition)
            for index in self.entity.indexes
        ]

    @strawberry.field(description="Rows at the last ANALYZE; null before the first one and for views.")
    async def row_estimate(self) -> BigInt | None:
        found = await self.statistics.load(self.entity.name)
        return BigInt(found.row_estimate) if found and found.row_estimate is not None else None

    @strawberry.field(description="Bytes on disk, indexes included; 0 for views.")
    async def size(self) -> BigInt:
        found = await self.statistics.load(self.entity.name)
        return BigInt(found.size if found else 0)


@strawberry.type(description="The structure of the user's tables at one time.")
class CatalogVersion:
    """The structure of the user's tables at one time."""

    version: str = strawberry.field(description="A hash of the structure: equal where the structure is.")
    tables: int = strawberry.field(description="How many tables and views are served.")


@strawberry.type
class CatalogQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("tables:read")], description="The tables and views that are served."
    )
    def tables(self, info: Info) -> list[Table]:
        loader = _loader(info.root_value.statistics)
        return [_table(table, loader) for table in info.root_value.schemas.catalog.tables]

    @strawberry.field(permission_classes=[administrators("tables:read")], description="One table or view, or null.")
    def table(self, info: Info, name: TableArgument, schema: SchemaArgument = None) -> Table | None:
        schemas = info.root_value.schemas
        found = schemas.catalog.by_name.get(TableName(schema or schemas.default_schema, name))
        return _table(found, _loader(info.root_value.statistics)) if found else None


@strawberry.type
class CatalogMutation:
    """The slice's part of the mutation root."""

    @strawberry.mutation(
        permission_classes=[administrators("tables:read")],
        description="Read the structure of the database now; needed only where nothing tells of changes.",
    )
    async def reload_catalog(self, info: Info) -> CatalogVersion:
        return _version(await info.root_value.schemas.reload())


@strawberry.type
class CatalogSubscription:
    """The slice's part of the subscription root."""

    @strawberry.subscription(
        permission_classes=[administrators("tables:read")],
        description="The structure as it is now, and again whenever it has changed.",
    )
    async def catalog_changed(self, info: Info) -> AsyncGenerator[CatalogVersion]:
        async for catalog in info.root_value.schemas.changes():
            yield _version(catalog)


def _loader(repository: StatisticsRepository) -> Statistics:
    async def load(names: list[TableName]) -> list[TableStatistics | None]:
        found = await repository.list(names)
        return [found.get(name) for name in names]

    return DataLoader(load_fn=load)


def _table(table: entities.Table, statistics: Statistics) -> Table:
    return Table(
        entity=table,
        statistics=statistics,
        name=table.name.name,
        schema=table.name.schema,
        kind=table.kind,
        comment=table.comment,
    )


def _version(catalog: entities.Catalog) -> CatalogVersion:
    return CatalogVersion(version=catalog.version, tables=len(catalog.tables))
