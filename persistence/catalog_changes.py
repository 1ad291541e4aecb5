"""Tells when the structure of the database, or what is said about it, may have changed."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Final, LiteralString

import asyncpg

from domain.errors import SelfgraphError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.catalog import CatalogReader
    from persistence.database import Database
    from persistence.metadata.source import PostgresMetadataSource

CHANNEL: Final = "selfgraph_catalog"
_RECONNECT_SECONDS: Final = 1.0
_PROBE_SECONDS: Final = 30.0
# However a connection ends, and whatever a database that is going away says: it is tried again.
_LOST: Final = (SelfgraphError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_TRIGGERS: Final[LiteralString] = """
SELECT count(*) = 2 FROM pg_event_trigger
WHERE evtname IN ('selfgraph_ddl_end', 'selfgraph_drop') AND evtenabled IN ('O', 'A')
"""
# What the triggers say: that the metadata are others, or the OIDs of tables and indexes. Anything else is not precise.
_METADATA: Final = "metadata"
_OID: Final = re.compile("[0-9]{1,10}")
_MAX_OID: Final = 2**32 - 1


class CatalogChanges:
    """Listens to the triggers of the migrations.

    Where event triggers are not allowed, nothing tells of structures: it looks now and then too. Behind a transaction
    pooler nothing can be listened to at all: there it only looks.
    """

    def __init__(
        self, database: Database, reader: CatalogReader, metadata: PostgresMetadataSource, *, poll_interval: float
    ) -> None:
        self._database = database
        self._reader = reader
        self._metadata = metadata
        self._poll_interval = poll_interval

    async def listen(self) -> AsyncGenerator[frozenset[int] | None]:
        """Yield at changes and whenever some may have been missed; never ends by itself.

        Changes that come faster than they are taken are told together: the OIDs of the tables and indexes that are
        others, none for a change of the metadata; or None, when anything may be.
        """
        while True:
            try:
                async with contextlib.aclosing(self._listen_once()) as changes:
                    async for change in changes:
                        yield change
            except _LOST:
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen_once(self) -> AsyncGenerator[frozenset[int] | None]:
        connection = await self._database.open_connection()
        heard = _Heard()
        try:
            connection.add_termination_listener(heard.wake)
            await connection.add_listener(CHANNEL, heard.hear)
            told = self._database.options.prepared_statements and await connection.fetchval(_TRIGGERS)
            source = self._notices(connection, heard) if told else self._looks(connection, heard)
            async with contextlib.aclosing(source) as changes:
                async for change in changes:
                    yield change
        finally:
            with contextlib.suppress(TimeoutError, OSError):
                await connection.close(timeout=_RECONNECT_SECONDS)

    @staticmethod
    async def _notices(connection: asyncpg.Connection, heard: _Heard) -> AsyncGenerator[frozenset[int] | None]:
        yield None
        while not connection.is_closed():
            try:
                async with asyncio.timeout(_PROBE_SECONDS):
                    await heard.wait()
            except TimeoutError:
                # A connection that the network dropped in silence is only noticed when something is sent.
                if not await connection.fetchval(_TRIGGERS, timeout=_RECONNECT_SECONDS):
                    return
                continue
            yield heard.take()

    async def _looks(self, connection: asyncpg.Connection, heard: _Heard) -> AsyncGenerator[None]:
        # Taken before the first change is told: what comes while that one is read is the next one.
        seen = await self._look()
        yield None
        while not connection.is_closed():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll_interval):
                    await heard.wait()
            heard.take()
            now = await self._look()
            if now != seen:
                seen = now
                yield None

    async def _look(self) -> tuple[str, str]:
        return await self._reader.fingerprint(), await self._metadata.version()


class _Heard:
    """What has been told since it was last taken."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._altered: frozenset[int] | None = frozenset()

    async def wait(self) -> None:
        """Until there is something to take."""
        await self._event.wait()

    def wake(self, *_: object) -> None:
        """Have whoever waits see that the connection has ended."""
        self._altered = None
        self._event.set()

    def hear(self, *notice: object) -> None:
        """Take a notice as asyncpg gives it, the payload last."""
        told = altered_by(str(notice[-1]))
        self._altered = None if told is None or self._altered is None else self._altered | told
        self._event.set()

    def take(self) -> frozenset[int] | None:
        """What is told of all notices together."""
        altered, self._altered = self._altered, frozenset()
        self._event.clear()
        return altered


def altered_by(payload: str) -> frozenset[int] | None:
    """The OIDs of the tables and indexes that a notice is of; None if it may be of anything."""
    if payload == _METADATA:
        return frozenset()
    oids = payload.split(",")
    # Whoever may use the database may send anything on the channel.
    if not all(_OID.fullmatch(oid) and int(oid) <= _MAX_OID for oid in oids):
        return None
    return frozenset(map(int, oids))
