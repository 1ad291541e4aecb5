"""A body that comes in: a block is hashed and written while the next one is received."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, Final

from domain.errors import SelfgraphError
from domain.identifiers import new_id
from persistence.objects.disk.staged import StagedFile
from persistence.objects.taking import Taking, blocks

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Callable, Sequence

    from domain.storage.objects import Expected, StoredObject
    from persistence.objects.disk.work import Disk

# So much may wait to be written by the system, or the last wait for the disk would be long.
_UNSYNCHRONIZED_BYTES: Final = 32 << 20


async def write_object(disk: Disk, key: str, body: AsyncIterable[bytes], expected: Expected) -> StoredObject:
    """Keep a whole body as an object, as the port says."""
    taking = Taking(expected)
    async with new_staged_file(disk, key) as staged:
        await receive(disk, staged, body, taking.count, taking.hash)
        stored = taking.conclude(key)
        await disk.do(staged.synchronize)
        await disk.do_surely(lambda: staged.become(key, disk.layout))
    return stored


@contextlib.asynccontextmanager
async def new_staged_file(disk: Disk, key: str) -> AsyncGenerator[StagedFile]:
    """A new file for the block, removed at its end unless it has become an object."""
    path = disk.layout.staging / f"{key}.{new_id().hex}"
    staged = await disk.do(lambda: StagedFile.create(path, disk.layout), StagedFile.discard)
    try:
        yield staged
    finally:
        with contextlib.suppress(SelfgraphError):  # the sweep removes what cannot be removed now
            await disk.do_surely(staged.discard)


async def receive(
    disk: Disk,
    staged: StagedFile,
    body: AsyncIterable[bytes],
    count: Callable[[int], None],
    hash_pieces: Callable[[Sequence[bytes]], None] | None = None,
) -> None:
    """Write the body, with about two blocks of it in memory.

    Args:
        disk: where.
        staged: the file, standing where the body is to go.
        body: what comes.
        count: is told the size of each block before it is written, and may raise.
        hash_pieces: is called in a thread with each block, in their order.
    """
    writer = _Writer(disk, staged, hash_pieces)
    try:
        try:
            async with contextlib.aclosing(blocks(body)) as received:
                async for pieces in received:
                    count(sum(map(len, pieces)))
                    await writer.put(pieces)
        except Exception:
            await writer.drain()  # what came before the body broke off is kept
            raise
        await writer.drain()
    finally:
        await writer.leave()


class _Writer:
    """Writes one block at a time, and has the system write to the disk now and then meanwhile."""

    def __init__(self, disk: Disk, staged: StagedFile, hash_pieces: Callable[[Sequence[bytes]], None] | None) -> None:
        self._disk = disk
        self._staged = staged
        self._hash = hash_pieces
        self._writing: asyncio.Future[list[None]] = _done()
        self._synchronizing: asyncio.Future[list[None]] = _done()
        self._unsynchronized = 0

    async def put(self, pieces: list[bytes]) -> None:
        """Begin to write a block, once the one before it is written."""
        await self._writing
        work = [self._disk.do(partial(self._staged.write, pieces))]
        if self._hash is not None:
            work.append(self._disk.do(partial(self._hash, pieces)))
        self._writing = asyncio.gather(*work)
        self._unsynchronized += sum(map(len, pieces))
        if self._unsynchronized >= _UNSYNCHRONIZED_BYTES:
            await self._synchronizing
            self._synchronizing = asyncio.gather(*[self._disk.do(self._staged.synchronize_so_far)])
            self._unsynchronized = 0

    async def drain(self) -> None:
        """Wait until all is written."""
        await self._writing
        await self._synchronizing

    async def leave(self) -> None:
        """Wait for nothing any more."""
        for future in (self._writing, self._synchronizing):
            future.cancel()
        await asyncio.gather(self._writing, self._synchronizing, return_exceptions=True)


def _done() -> asyncio.Future[list[None]]:
    future: asyncio.Future[list[None]] = asyncio.get_running_loop().create_future()
    future.set_result([])
    return future
