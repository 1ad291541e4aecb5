"""Reads and writes metadata in a transaction."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, text

from domain.metadata.ports import Stored
from persistence.errors import domain_errors
from persistence.metadata.reading import METADATA_QUERY, parse_metadata
from persistence.metadata.rows import changes
from persistence.models import Role

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.tables.metadata import Metadata

LOCK: Final = 4_418_250_977_316_402_559
"""The number of the advisory lock (a random one) that changes of metadata wait for."""


class PostgresMetadata:
    """The port `MetadataRepository` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def read(self) -> Stored:
        """Everything and the roles there are."""
        return Stored(await self._metadata(), frozenset(await self._session.scalars(select(Role.name))))

    async def lock(self) -> Stored:
        """Everything and the roles there are; nobody else changes it or deletes a role until the transaction ends."""
        await self._session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        # Before anything is written: whoever deletes a role holds it first, and then changes metadata too.
        roles = await self._session.scalars(select(Role.name).with_for_update(read=True, key_share=True))
        names = frozenset(roles)
        return Stored(await self._metadata(), names)

    async def save(self, before: Metadata, after: Metadata) -> None:
        """Write what `after` says otherwise than `before`, which is what `lock` gave."""
        for change in await asyncio.to_thread(changes, before, after):
            with domain_errors():
                await self._session.execute(text(change.statement), {"rows": change.rows})

    async def _metadata(self) -> Metadata:
        document = (await self._session.execute(text(METADATA_QUERY))).scalar_one()
        return await asyncio.to_thread(parse_metadata, document)
