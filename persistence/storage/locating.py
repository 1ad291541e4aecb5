"""Finds files by their addresses, those of many requests at once.

A statement costs PostgreSQL and this process much more than a row of it. While one is under way, the addresses that
come in wait for the next one, which begins after all of them have come: each request sees the row as it is then.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson

from domain.storage.downloading import Readable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Sequence

    from persistence.database import Database

    Address = tuple[str, str]

_MOST: Final = 256
"""Addresses in a statement."""
_AT_ONCE: Final = 2
"""Statements under way: one is prepared while PostgreSQL works on the other."""
# Each address is a look of its own into the indexes, which the LIMIT sees to. PostgreSQL counts the elements of arrays,
# and plans anew for every few of them: 170 us of it for 4 addresses, where JSON takes 30. The answer is one value,
# because rows take 20,000 instructions more of this process for each file.
_LOCATE: Final = """
SELECT json_agg(file.found ORDER BY asked.place)
FROM json_array_elements($1::json) WITH ORDINALITY AS asked (address, place)
LEFT JOIN LATERAL (
    SELECT json_build_array(files.id, buckets.public, files.object_key, files.size, files.content_type, files.etag,
                            files.version, files.updated_at) AS found
    FROM selfgraph.buckets JOIN selfgraph.files ON files.bucket_id = buckets.id
    WHERE buckets.name = asked.address->>0 AND buckets.deleted_at IS NULL
      AND files.path = asked.address->>1 AND files.status = 'ready' AND files.deleted_at IS NULL
    LIMIT 1
) AS file ON true
"""


class PostgresFileLocator:
    """The port `FileLocator`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[Address, list[asyncio.Future[Readable | None]]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def locate(self, bucket: str, path: str) -> Awaitable[Readable | None]:
        """As the port.

        Raises:
            SelfgraphError: the domain's error for what the database said.
        """
        future: asyncio.Future[Readable | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault((bucket, path), []).append(future)
        self._begin()
        return future

    def _begin(self) -> None:
        if self._waiting and len(self._running) < _AT_ONCE:
            task = asyncio.get_running_loop().create_task(self._answer())
            self._running.add(task)
            task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._begin()

    async def _answer(self) -> None:
        asked = dict(list(self._waiting.items())[:_MOST])
        for address in asked:
            del self._waiting[address]
        try:
            found = await self._find(list(asked))
        except BaseException as error:
            for futures in asked.values():
                for future in futures:
                    _fail(future, error)
            if not isinstance(error, Exception):
                raise
            return
        for futures, file in zip(asked.values(), found, strict=True):
            _tell(futures, file)

    async def _find(self, addresses: Sequence[Address]) -> Sequence[Readable | None]:
        found = orjson.loads(await self._database.fetch_value(_LOCATE, (orjson.dumps(addresses),)))
        return [
            None if values is None else _readable(path, *values)
            for (_, path), values in zip(addresses, found, strict=True)
        ]


def _tell(futures: Iterable[asyncio.Future[Readable | None]], found: Readable | None) -> None:
    for future in futures:
        if not future.done():  # whoever waited for it may have left
            future.set_result(found)


def _fail(future: asyncio.Future[Readable | None], error: BaseException) -> None:
    if future.done():
        return
    if isinstance(error, Exception):
        future.set_exception(error)
    else:
        future.cancel()


# The same files are asked for again and again, and their rows mostly say the same.
@lru_cache(maxsize=4096)
def _readable(path: str, *values: Any) -> Readable:  # noqa: ANN401 - those of an answer
    file_id, public, object_key, size, content_type, etag, version, updated_at = values
    moment = datetime.fromisoformat(updated_at)
    return Readable(UUID(file_id), public, path, object_key, size, content_type, etag, version, moment)
