"""What is said about tables, functions and relationships."""

from __future__ import annotations

import asyncio
from functools import cache, partial
from typing import TYPE_CHECKING

from domain.metadata.changing import ChangeMetadata
from domain.metadata.reading import ReadMetadata, ReadMisfits, ReadSituation
from domain.metadata.replacing import ReplaceMetadata
from domain.metadata.use_cases import MetadataUseCases
from domain.storage.keeping_definitions import KeepDefinitions
from graph.platform_names import taken_names
from graph.role_schema import static_schema
from graph.tables.names import CatalogNamer
from persistence.catalog import CatalogReader, parse_catalog
from persistence.enums import EnumReader
from persistence.metadata.work import PostgresOpenMetadata
from persistence.storage.work import PostgresStorageWork

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.metadata.ports import Beside, Serve
    from domain.metadata.situation import NameMisfits
    from domain.storage.definitions import FileDefinitions
    from domain.tables.catalog import Catalog
    from graph.settings import Settings
    from graph.tables.names import Taken
    from graph.tables.naming import Naming
    from persistence.database import Database
    from persistence.transactions import Transactions


def metadata_use_cases(
    settings: Settings,
    database: Database,
    transactions: Transactions,
    serve: Serve,
    naming: Naming,
    *,
    files: FileDefinitions | None = None,
) -> MetadataUseCases:
    """The use cases of the slice `metadata`.

    Args:
        settings: the settings of the process.
        database: whose tables they are.
        transactions: on the same database.
        serve: has the process serve what is kept.
        naming: how names are spelled.
        files: what is to be said about files once everything is replaced; None: what is said now.
    """
    names = name_misfits(naming, settings.exposed_schemas[0], tables_first=settings.tables_first)
    open_metadata = PostgresOpenMetadata(transactions, partial(_beside, files))
    reader = CatalogReader(database, settings.exposed_schemas)

    async def read_catalog() -> Catalog:
        return await asyncio.to_thread(parse_catalog, await reader.read())

    situation = ReadSituation(open_metadata, read_catalog, names, EnumReader(database).read)
    return MetadataUseCases(
        read=ReadMetadata(open_metadata),
        situation=situation,
        misfits=ReadMisfits(situation),
        change=ChangeMetadata(open_metadata, read_catalog, serve, names),
        replace=ReplaceMetadata(open_metadata, read_catalog, serve, names),
    )


def _beside(files: FileDefinitions | None, session: AsyncSession) -> tuple[Beside, ...]:
    return () if files is None else (KeepDefinitions(PostgresStorageWork(session), files),)


def name_misfits(naming: Naming, default_schema: str, *, tables_first: bool = False) -> NameMisfits:
    """What tells of names given by hand that GraphQL cannot hold or that something else has."""

    @cache
    def taken() -> Taken:
        return taken_names(static_schema(tables_first=tables_first), naming, tables_first=tables_first)

    return lambda model: CatalogNamer(naming, taken(), default_schema)(model).misfits
