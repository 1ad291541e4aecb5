"""Bodies as requests send them."""

from __future__ import annotations

import asyncio
import hashlib
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from domain.storage.objects import ObjectStore


class BrokenOffError(Exception):
    """What a body raises whose client is gone."""


def some_bytes(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - the same ones each time


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


async def pieces_of(data: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def broken_off(data: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    async for piece in pieces_of(data, size):
        yield piece
    raise BrokenOffError


class Stalling:
    """A body that stops in the middle and does not go on; `stalled` is set then."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.stalled = asyncio.Event()

    async def body(self) -> AsyncIterator[bytes]:
        async for piece in pieces_of(self._data):
            yield piece
        self.stalled.set()
        await asyncio.Event().wait()


async def all_of(store: ObjectStore, key: str, offset: int = 0, length: int | None = None) -> bytes:
    async with store.read(key, offset, length) as body:
        return b"".join([piece async for piece in body])


async def keys_of(store: ObjectStore, after: str = "") -> list[str]:
    return [entry.key async for entry in store.list(after)]
