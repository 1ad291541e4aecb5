"""An object that is read: one block ahead of whoever takes it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from functools import partial
from typing import TYPE_CHECKING

from domain.errors import SelfgraphError
from domain.regular_files import open_regular
from domain.storage.errors import ObjectMissingError
from persistence.objects.taking import BLOCK_BYTES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

    from persistence.objects.disk.staged import StagedFile
    from persistence.objects.disk.work import Disk


class OpenFile:
    """A file that threads read; closing waits for the one that is reading, and what is read later is nothing."""

    def __init__(self, descriptor: int) -> None:
        """Take over an open file."""
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, path: Path) -> OpenFile | None:
        """Open a file; None: it is not there."""
        try:
            return cls(open_regular(path))
        except FileNotFoundError:
            return None

    def read(self, offset: int, size: int) -> bytes:
        """Some bytes of it; fewer at its end."""
        with self._lock:
            return b"" if self._closed else os.pread(self._descriptor, size, offset)

    def copy_to(self, staged: StagedFile, offset: int, size: int) -> int:
        """Write some bytes of it to a file that is being written; how many, 0 at its end."""
        with self._lock:
            return 0 if self._closed else staged.copy_from(self._descriptor, offset, size)

    def close(self) -> None:
        """Leave it."""
        with self._lock:
            if not self._closed:
                self._closed = True
                os.close(self._descriptor)


@contextlib.asynccontextmanager
async def opened(disk: Disk, key: str) -> AsyncGenerator[OpenFile]:
    """The object's file, open for the block.

    Raises:
        ObjectMissingError: there is none.
    """
    place = disk.layout.place(key)
    file = await disk.do(lambda: OpenFile.open(place), _close)
    if file is None:
        raise ObjectMissingError(key)
    try:
        yield file
    finally:
        with contextlib.suppress(SelfgraphError):  # it is only too slow
            await disk.do_surely(file.close)


@contextlib.asynccontextmanager
async def read_object(disk: Disk, key: str, offset: int, length: int | None) -> AsyncGenerator[AsyncIterator[bytes]]:
    """The bytes of an object, as the port says."""
    async with opened(disk, key) as file, contextlib.aclosing(_bytes(disk, file, offset, length)) as body:
        yield body


async def _bytes(disk: Disk, file: OpenFile, offset: int, length: int | None) -> AsyncGenerator[bytes]:
    def begin() -> asyncio.Task[bytes]:
        size = BLOCK_BYTES if length is None else min(BLOCK_BYTES, end - offset)
        return asyncio.ensure_future(disk.do(partial(file.read, offset, size)))

    end = offset + (length or 0)
    reading = begin()
    try:
        while block := await reading:
            offset += len(block)
            reading = begin()
            yield block
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


def _close(file: OpenFile | None) -> None:
    if file is not None:
        file.close()
