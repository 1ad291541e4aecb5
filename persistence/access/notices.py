"""Hears of every change to users, sessions, roles and keys, whichever process made it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import asyncpg
from loguru import logger

from domain.access.states import Notice, NoticeKind
from domain.errors import SelfgraphError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.database import Database

CHANNEL: Final = "selfgraph_access"
_RECONNECT_SECONDS: Final = 1.0
_MARK: Final = "mark:"
_PROBE_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 2.0
_LOST: Final = (SelfgraphError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class AccessNotices:
    """Listens to the triggers of the migration `accounts`.

    Behind a transaction pooler nothing can be listened to: there it never says that it is connected, and whoever
    remembers something because of it remembers nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._marks: dict[str, asyncio.Event] = {}
        self._connected = asyncio.Event()

    async def connected(self) -> None:
        """Wait until notices are heard, a moment at most: without them callers are looked up at every request."""
        if self._database.options.prepared_statements:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await self._connected.wait()

    async def listen(self) -> AsyncGenerator[Notice]:
        """Every notice, CONNECTED before the first one and LOST when some may be missed; never ends by itself."""
        if not self._database.options.prepared_statements:
            await asyncio.Event().wait()
        while True:
            try:
                async with contextlib.aclosing(self._listen_once()) as notices:
                    async for notice in notices:
                        yield notice
            except _LOST as error:
                logger.debug("Notices of changed rights are not heard: {}", error)
            self._connected.clear()
            yield Notice(NoticeKind.LOST)
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def settle(self) -> None:
        """Wait until this process has heard of every change committed before the call.

        PostgreSQL delivers notices in the order of the commits, so one that comes back tells that the others are here.
        """
        if not self._connected.is_set():
            return
        mark = f"{_MARK}{uuid4()}"
        heard = self._marks[mark] = asyncio.Event()
        try:
            await self._database.fetch_value("SELECT pg_notify($1, $2)", (CHANNEL, mark))
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await heard.wait()
        except (TimeoutError, SelfgraphError):
            # The connection that hears is going away, and what was remembered with it.
            logger.debug("The notices of a change have not come back.")
        finally:
            del self._marks[mark]

    async def _listen_once(self) -> AsyncGenerator[Notice]:
        connection = await self._database.open_connection()
        heard: asyncio.Queue[str | None] = asyncio.Queue()

        def hear(*call: object) -> None:
            heard.put_nowait(str(call[-1]))

        def end(_: object) -> None:
            heard.put_nowait(None)

        try:
            connection.add_termination_listener(end)
            await connection.add_listener(CHANNEL, hear)
            yield Notice(NoticeKind.CONNECTED)
            self._connected.set()
            while not connection.is_closed():
                try:
                    async with asyncio.timeout(_PROBE_SECONDS):
                        payload = await heard.get()
                except TimeoutError:
                    # A connection that the network dropped in silence is only noticed when something is sent.
                    await connection.execute("SELECT 1", timeout=_PATIENCE_SECONDS)
                    continue
                if payload in self._marks:
                    self._marks[payload].set()
                elif payload is not None and (notice := read_notice(payload)) is not None:
                    yield notice
        finally:
            with contextlib.suppress(TimeoutError, OSError):
                await connection.close(timeout=_RECONNECT_SECONDS)


def read_notice(payload: str) -> Notice | None:
    """The notice in a payload such as `user:<id>`; None if it is none of ours, as anybody may notify."""
    kind, _, subject = payload.partition(":")
    try:
        notice = Notice(NoticeKind(kind), UUID(subject) if subject else None)
    except ValueError:
        return None
    return None if notice.kind in {NoticeKind.CONNECTED, NoticeKind.LOST} else notice
