"""Bodies as they pass."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.storage.errors import UploadExpiredError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable


async def beginning_of(body: AsyncIterable[bytes], size: int) -> tuple[bytes, AsyncGenerator[bytes]]:
    """The first bytes of a body, at least `size` where it has as many, and all of it from its beginning."""
    chunks = aiter(body)
    head = bytearray()
    async for chunk in chunks:
        head += chunk
        if len(head) >= size:
            break
    first = bytes(head)

    async def whole() -> AsyncGenerator[bytes]:
        if first:
            yield first
        async for chunk in chunks:
            yield chunk

    return first, whole()


async def until(body: AsyncIterable[bytes], end: datetime) -> AsyncGenerator[bytes]:
    """The chunks of a body as long as there is time.

    Raises:
        UploadExpiredError: it goes on at the end of the time, however slowly or quickly it comes.
    """
    chunks = aiter(body)
    while (seconds := seconds_until(end)) > 0:
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            if limit.expired():
                break
            raise
        yield chunk
    raise UploadExpiredError


def seconds_until(moment: datetime) -> float:
    """Seconds from now; less than 0 if it is over."""
    return (moment - datetime.now(UTC)).total_seconds()


class Portions:
    """A body in portions, which are taken one after the other; `ended` tells that there is no more of it."""

    def __init__(self, body: AsyncIterable[bytes]) -> None:
        """Divide this body."""
        self._chunks = aiter(body)
        self.ended = False

    async def next(self, size: int) -> AsyncGenerator[bytes]:
        """About the next `size` bytes: no chunk is divided."""
        taken = 0
        while taken < size:
            try:
                chunk = await anext(self._chunks)
            except StopAsyncIteration:
                self.ended = True
                return
            taken += len(chunk)
            yield chunk
