"""Reads what the schema that is served is made from, beside the catalog."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, LiteralString

import asyncpg

from domain.errors import SelfgraphError
from domain.tables.metadata import NO_METADATA
from persistence.metadata.reading import METADATA_QUERY, VERSION_QUERY, parse_metadata

if TYPE_CHECKING:
    from domain.tables.metadata import Metadata
    from persistence.database import Database


class PostgresMetadataSource:
    """All metadata of one database, and which they are; nothing is said in one that is not migrated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> Metadata:
        """Everything, as it is in one moment; parsed in a thread.

        Raises:
            SelfgraphError: the database cannot be read.
        """
        document = await self._fetch(METADATA_QUERY)
        return NO_METADATA if document is None else await asyncio.to_thread(parse_metadata, document)

    async def version(self) -> str:
        """The version that `read` would give; far cheaper.

        Raises:
            SelfgraphError: the database cannot be read.
        """
        return await self._fetch(VERSION_QUERY) or NO_METADATA.version

    async def _fetch(self, query: LiteralString) -> str | None:
        try:
            return str(await self._database.fetch_value(query))
        except SelfgraphError as error:
            if isinstance(error.__cause__, asyncpg.UndefinedTableError):
                return None
            raise
