"""A body that comes in pieces: a file in the staging folder that grows, and becomes the object."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, Final

from domain.errors import SelfgraphError
from domain.storage.errors import AppendInterruptedError, ObjectMissingError, UploadBusyError
from domain.storage.objects import Expected, Resumable, StoredObject
from persistence.objects.disk.reading import opened
from persistence.objects.disk.staged import BusyError, StagedFile
from persistence.objects.disk.writing import receive
from persistence.objects.taking import BLOCK_BYTES, Taking, Watched, verify, verify_size

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Callable
    from pathlib import Path

    from persistence.objects.disk.work import Disk

# Hashed in one go: long enough to be quick, short enough for the time limit of one piece of work.
_READS: Final = 32
_TRIES: Final = 50
_PAUSE_SECONDS: Final = 0.1
_NOTHING: Final = "{}"


class DiskUploads:
    """The part of the port about uploads that come in pieces. The key names the file, so their token holds nothing."""

    def __init__(self, disk: Disk) -> None:
        """Keep the pieces on this disk."""
        self._disk = disk
        self._held: dict[str, StagedFile | None] = {}

    async def begin(self, key: str) -> Resumable:
        """Make the file, without bytes yet."""
        path = self._path(key)
        staged = await self._disk.do(lambda: StagedFile.create(path, self._disk.layout), StagedFile.close)
        await self._disk.do_surely(staged.close)
        return Resumable(key, 0, _NOTHING)

    @contextlib.asynccontextmanager
    async def hold(self, key: str) -> AsyncGenerator[None]:
        """Have the file open in the block, and nobody else, as the port says."""
        async with self._opened(key) as staged:
            self._held[key] = staged
            try:
                yield
            finally:
                del self._held[key]

    async def append(self, upload: Resumable, body: AsyncIterable[bytes], most: int) -> Resumable:
        """Let the file grow, as the port says.

        Raises:
            UploadBusyError: another request appends to it just now.
        """
        watched, taking = Watched(body), Taking(Expected(most=most), upload.offset)
        async with self._open(upload.key) as staged:
            if staged is None or not await self._disk.do(lambda: staged.resume(upload.offset)):
                raise ObjectMissingError(upload.key)
            try:
                await receive(self._disk, staged, watched, taking.count)
            except Exception as error:
                if error is not watched.error:
                    await self._take_back(staged, upload.offset)
                    raise
                await self._disk.do(staged.synchronize)
                raise AppendInterruptedError(Resumable(upload.key, taking.size, _NOTHING)) from error
            await self._disk.do(staged.synchronize)
        return Resumable(upload.key, taking.size, _NOTHING)

    async def finish(self, upload: Resumable, expected: Expected) -> StoredObject:
        """Give the file the name of the object, as the port says; it is read once, for its digest."""
        verify_size(upload.offset, expected)
        async with self._open(upload.key) as staged:
            if staged is None:
                return await self._finished(upload.key, expected)
            if not await self._disk.do(lambda: staged.is_object() or staged.resume(upload.offset)):
                raise ObjectMissingError(upload.key)
            stored = await self._hashed(upload.key, staged.read)
            verify(stored, expected)
            await self._disk.do(staged.synchronize)
            await self._disk.do_surely(lambda: staged.become(upload.key, self._disk.layout))
        return stored

    async def abandon(self, upload: Resumable) -> None:
        """Remove the file. Who is writing to it goes on into nothing."""
        path = self._path(upload.key)
        await self._disk.do(lambda: path.unlink(missing_ok=True))

    async def _take_back(self, staged: StagedFile, offset: int) -> None:
        with contextlib.suppress(SelfgraphError):  # otherwise the next append drops it
            await self._disk.do_surely(lambda: staged.resume(offset))

    async def _finished(self, key: str, expected: Expected) -> StoredObject:
        """What an earlier call made of the upload."""
        async with opened(self._disk, key) as file:
            stored = await self._hashed(key, file.read)
        verify(stored, expected)
        return stored

    async def _hashed(self, key: str, read: Callable[[int, int], bytes]) -> StoredObject:
        taking = Taking(Expected())
        while await self._disk.do(partial(_hash_some, taking, read)):
            pass
        return taking.conclude(key)

    @contextlib.asynccontextmanager
    async def _open(self, key: str) -> AsyncGenerator[StagedFile | None]:
        if key in self._held:
            yield self._held[key]
            return
        async with self._opened(key) as staged:
            yield staged

    @contextlib.asynccontextmanager
    async def _opened(self, key: str) -> AsyncGenerator[StagedFile | None]:
        staged = await self._open_alone(self._path(key))
        try:
            yield staged
        finally:
            if staged is not None:
                await self._disk.do_surely(staged.close)

    async def _open_alone(self, path: Path) -> StagedFile | None:
        for _ in range(_TRIES):
            try:
                return await self._disk.do(lambda: StagedFile.open(path), _close)
            except BusyError:  # a request whose client is gone may not have heard of it yet
                await asyncio.sleep(_PAUSE_SECONDS)
        raise UploadBusyError

    def _path(self, key: str) -> Path:
        return self._disk.layout.staging / self._disk.layout.place(key).name


def _close(staged: StagedFile | None) -> None:
    if staged is not None:
        staged.close()


def _hash_some(taking: Taking, read: Callable[[int, int], bytes]) -> bool:
    for _ in range(_READS):
        piece = read(taking.size, BLOCK_BYTES)
        taking.count(len(piece))
        taking.hash([piece])
        if len(piece) < BLOCK_BYTES:
            return False
    return True
