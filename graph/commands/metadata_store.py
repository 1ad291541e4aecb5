"""The metadata of the database in use, for commands."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from domain.actor import SUPERADMIN, Actor
from domain.client import UNKNOWN_CLIENT
from domain.storage.keeping_definitions import ReadDefinitions
from graph.app import naming_of
from graph.wiring.database import database_place, open_database
from graph.wiring.metadata import metadata_use_cases
from persistence.catalog import CatalogReader, parse_catalog
from persistence.storage.work import PostgresStorage
from persistence.transactions import Transactions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.metadata.replacing import Replaced
    from domain.metadata.use_cases import MetadataUseCases
    from domain.storage.definitions import FileDefinitions
    from domain.tables.catalog import Catalog
    from domain.tables.metadata import Metadata
    from graph.settings import Settings
    from persistence.database import Database

_OPERATOR: Final = Actor(SUPERADMIN, MappingProxyType({"x-role": SUPERADMIN}))
"""Whoever runs commands on the server."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says: of tables, functions and roles, and of buckets and files; None: of these nothing."""

    metadata: Metadata
    files: FileDefinitions | None


async def read(settings: Settings) -> tuple[Metadata, FileDefinitions]:
    """Everything that is kept."""
    async with _database(settings) as database:
        read_files = ReadDefinitions(PostgresStorage(Transactions(database)))
        return await _use_cases(settings, database).read(), await read_files()


async def read_catalog(settings: Settings) -> Catalog:
    """What the database holds."""
    async with _database(settings) as database:
        document = await CatalogReader(database, settings.exposed_schemas).read()
        return await asyncio.to_thread(parse_catalog, document)


async def replace(settings: Settings, said: Said, *, allow_misfits: bool) -> Replaced:
    """Put what a file says in place of all that is there; servers hear of it as of every change.

    Raises:
        MisfitsError: they do not fit; nothing is changed.
    """
    async with _database(settings) as database:
        change = _use_cases(settings, database, said.files).replace
        return await change(_OPERATOR, UNKNOWN_CLIENT, said.metadata, allow_misfits=allow_misfits)


def _use_cases(settings: Settings, database: Database, files: FileDefinitions | None = None) -> MetadataUseCases:
    naming = naming_of(settings)
    return metadata_use_cases(settings, database, Transactions(database), _serve_nothing, naming, files=files)


async def _serve_nothing() -> None:
    """A command serves nothing; servers hear of changes by notices."""


@asynccontextmanager
async def _database(settings: Settings) -> AsyncGenerator[Database]:
    async with database_place(settings) as place, open_database(settings, place) as database:
        yield database
