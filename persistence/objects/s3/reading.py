"""An object that is read, as the answer comes."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

from domain.storage.errors import ObjectMissingError
from domain.storage.objects import Expected, ObjectEntry
from persistence.objects.s3.calls import BeyondEndError, NotThereError
from persistence.objects.taking import BLOCK_BYTES, Taking

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from domain.storage.objects import StoredObject
    from persistence.objects.s3.calls import S3


@contextlib.asynccontextmanager
async def read_named(
    s3: S3, name: str, offset: int = 0, length: int | None = None
) -> AsyncGenerator[AsyncIterator[bytes]]:
    """The bytes of an object by its name in the bucket.

    Raises:
        NotThereError: there is none.
    """
    if length == 0:
        await s3.call("head_object", Key=name)
        yield _nothing()
        return
    span: dict[str, Any] = {}
    if offset or length is not None:
        span["Range"] = f"bytes={offset}-{'' if length is None else offset + length - 1}"
    try:
        answer = await s3.call("get_object", Key=name, **span)
    except BeyondEndError:
        yield _nothing()
        return
    async with answer["Body"], contextlib.aclosing(_chunks(s3, answer["Body"])) as body:
        yield body


@contextlib.asynccontextmanager
async def read_object(s3: S3, key: str, offset: int, length: int | None) -> AsyncGenerator[AsyncIterator[bytes]]:
    """The bytes of an object, as the port says."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            body = await stack.enter_async_context(read_named(s3, s3.name(key), offset, length))
        except NotThereError:
            raise ObjectMissingError(key) from None
        yield body


async def find(s3: S3, key: str) -> ObjectEntry | None:
    """What there is under the key."""
    try:
        answer = await s3.call("head_object", Key=s3.name(key))
    except NotThereError:
        return None
    return ObjectEntry(key, int(answer["ContentLength"]), answer["LastModified"])


async def measure(s3: S3, key: str, name: str) -> StoredObject:
    """Read an object by its name in the bucket for its size and digest.

    Raises:
        ObjectMissingError: there is none.
    """
    taking = Taking(Expected())
    try:
        async with read_named(s3, name) as body:
            async for chunk in body:
                taking.count(len(chunk))
                await s3.threads.run(partial(taking.hash, [chunk]))
    except NotThereError:
        raise ObjectMissingError(key) from None
    return taking.conclude(key)


async def _chunks(s3: S3, stream: Any) -> AsyncGenerator[bytes]:  # noqa: ANN401 - the library has no types
    while True:
        with s3.told("get_object"):
            chunk: bytes = await stream.read(BLOCK_BYTES)
        if not chunk:
            return
        yield chunk


async def _nothing() -> AsyncGenerator[bytes]:
    for chunk in list[bytes]():
        yield chunk
