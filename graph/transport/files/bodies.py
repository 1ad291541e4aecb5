"""The bytes of objects as the bodies of responses: small ones from memory, files by the kernel, all else in pieces."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from domain.bounded import BoundedCache
from domain.regular_files import open_regular
from domain.storage.errors import ObjectMissingError, StorageUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

    from domain.storage.objects import ObjectStore

    SendBody: TypeAlias = Callable[[Receive, Send], Awaitable[None]]

ZERO_COPY: Final = "http.response.zerocopysend"
"""The extension of ASGI by which a server sends a file without reading it."""
SMALL: Final = 65_536
"""Bytes of an object that is sent from memory: less work than to open it."""
_REMEMBERED: Final = 16 << 20
_MOST: Final = 16_384
# What an entry weighs besides its bytes: the key, the header of the bytes, its place.
_OVERHEAD: Final = 300


class Bodies:
    """Opens the bodies of responses.

    Objects never change under their keys, so those that were small are remembered by them, 16 MiB at most.

    Args:
        store: where the objects are.
        patience: seconds in which the disk has to open a file.
    """

    def __init__(self, store: ObjectStore, patience: float) -> None:
        self._store = store
        self._patience = patience
        self._small: BoundedCache[str, bytes] = BoundedCache(max_entries=_MOST, max_weight=_REMEMBERED)

    @asynccontextmanager
    async def open(self, scope: Scope, key: str, *, offset: int, count: int) -> AsyncGenerator[SendBody]:
        """What sends `count` bytes of an object, from `offset` on, within the block.

        Raises:
            ObjectMissingError: there is no such object.
            StorageUnavailableError: the store cannot be reached, or not in time.
        """
        if ZERO_COPY in scope.get("extensions", ()) and (path := await self._store.local_file(key)) is not None:
            file = await _open(path, key, self._patience)
            try:
                yield partial(_send_file, file, offset, count)
            finally:
                os.close(file)
        else:
            async with self._store.read(key, offset, count) as pieces:
                yield partial(_send_pieces, pieces)

    def remembered(self, key: str, size: int) -> bytes | None:
        """All of an object of `size` that was small and sent before, if it is still known."""
        found = self._small.find(key)
        return found if found is not None and len(found) == size else None

    async def small(self, key: str, size: int) -> bytes | None:
        """All of an object of `size`, if it is to be sent from memory.

        Raises:
            ObjectMissingError: there is no such object.
            StorageUnavailableError: the store cannot be reached.
        """
        if size > SMALL:
            return None
        found = self.remembered(key, size)
        if found is None:
            async with self._store.read(key) as pieces:
                found = b"".join([piece async for piece in pieces])
            if len(found) != size:
                raise ObjectMissingError(key)
            self._small.add(key, found, weight=size + _OVERHEAD)
        return found


async def _open(path: Path, key: str, patience: float) -> int:
    opening = asyncio.get_running_loop().run_in_executor(None, open_regular, path)
    try:
        async with asyncio.timeout(patience):
            return await asyncio.shield(opening)
    except FileNotFoundError:
        raise ObjectMissingError(key) from None
    except OSError as error:  # TimeoutError is one
        opening.add_done_callback(_close_late)
        raise StorageUnavailableError from error
    except asyncio.CancelledError:
        opening.add_done_callback(_close_late)
        raise


def _close_late(opening: asyncio.Future[int]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        os.close(opening.result())


async def _send_file(file: int, offset: int, count: int, receive: Receive, send: Send) -> None:  # noqa: ARG001 - as the others
    await send({"type": ZERO_COPY, "file": file, "offset": offset, "count": count})


async def _send_pieces(pieces: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    gone = asyncio.ensure_future(_gone(receive))
    try:
        async for piece in pieces:
            if gone.done():
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    """Wait until the client has left; uvicorn takes what is sent to nobody without a word."""
    while (await receive())["type"] != "http.disconnect":
        pass
