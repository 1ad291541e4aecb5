"""The adapter of the port for a bucket that speaks S3."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Any, Final

from domain.identifiers import new_id
from domain.storage.errors import StorageUnavailableError
from domain.storage.objects import Expected, ObjectEntry
from persistence.objects.s3 import direct
from persistence.objects.s3.calls import S3, NotThereError
from persistence.objects.s3.copying import copy_object
from persistence.objects.s3.library import load
from persistence.objects.s3.reading import find, read_named, read_object
from persistence.objects.s3.removing import abort_all, remove, remove_all, surely
from persistence.objects.s3.uploads import TAILS, S3Uploads
from persistence.objects.s3.writing import write_object
from persistence.objects.threads import Threads

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from pathlib import Path

    from domain.storage.objects import DirectUpload, Resumable, StoredObject
    from persistence.objects.s3.options import S3Options

_THREADS: Final = 4
_PAGE: Final = 1000
_PROBES: Final = "probes/"
_KEY: Final = re.compile(r"[0-9a-f]{32}")


@contextlib.asynccontextmanager
async def open_s3_store(options: S3Options) -> AsyncGenerator[S3ObjectStore]:
    """A store in a bucket for the block, with one client. Nothing is asked of the service before it is used."""
    threads = Threads("objects", _THREADS, options.seconds)
    try:
        library = await asyncio.to_thread(load, options)
        async with library.client as client, library.signer as signer:
            yield S3ObjectStore(S3(client, signer, library, options, threads))
    finally:
        threads.close()


class S3ObjectStore:
    """The port `ObjectStore` on a bucket.

    The names in the bucket are the prefix and the key; beside them are `tails/` and `arrivals/` of uploads that are not
    finished.
    """

    def __init__(self, s3: S3) -> None:
        """Keep objects in this bucket."""
        self._s3 = s3
        self._uploads = S3Uploads(s3)

    async def check(self) -> None:
        """Write, read and remove a small object."""
        name, text = self._s3.name(f"{_PROBES}{new_id().hex}"), b"selfgraph"
        try:
            await self._s3.call("put_object", Key=name, Body=text)
            async with read_named(self._s3, name) as body:
                found = b"".join([chunk async for chunk in body])
        except NotThereError:
            found = b""
        finally:
            await surely(remove(self._s3, name))
        if found != text:
            raise StorageUnavailableError

    async def write(self, key: str, body: AsyncIterable[bytes], expected: Expected) -> StoredObject:
        """As the port."""
        return await write_object(self._s3, key, body, expected)

    async def stat(self, key: str) -> ObjectEntry | None:
        """As the port."""
        return await find(self._s3, key)

    def read(
        self, key: str, offset: int = 0, length: int | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """As the port."""
        return read_object(self._s3, key, offset, length)

    async def local_file(self, key: str) -> Path | None:
        """None: there are no files."""

    async def copy(self, source: str, target: str) -> None:
        """As the port."""
        await copy_object(self._s3, source, target)

    async def remove(self, key: str) -> None:
        """As the port."""
        await remove(self._s3, self._s3.name(key))

    async def list(self, after: str = "") -> AsyncIterator[ObjectEntry]:
        """As the port; a thousand in memory at a time."""
        prefix = self._s3.options.prefix
        page: dict[str, Any] = {"StartAfter": self._s3.name(after)}
        while True:
            answer = await self._s3.call("list_objects_v2", Prefix=prefix, Delimiter="/", MaxKeys=_PAGE, **page)
            for found in answer.get("Contents", []):
                key = str(found["Key"]).removeprefix(prefix)
                if _KEY.fullmatch(key):
                    yield ObjectEntry(key, int(found["Size"]), found["LastModified"])
            if not answer.get("IsTruncated"):
                return
            # A page may hold nothing but folders of others, so it goes on behind the page and not behind a key.
            page = {"ContinuationToken": answer["NextContinuationToken"]}

    async def begin(self, key: str, content_type: str) -> Resumable:
        """As the port; nothing is in the bucket before there are bytes."""
        return self._uploads.begin(key, content_type)

    @contextlib.asynccontextmanager
    async def hold(self, key: str) -> AsyncGenerator[None]:  # noqa: ARG002 - as the port
        """Nobody is kept from anything, nor has to be: equal bytes make equal parts, and each state has its tail."""
        yield

    async def append(self, upload: Resumable, body: AsyncIterable[bytes], most: int) -> Resumable:
        """As the port."""
        return await self._uploads.append(upload, body, most)

    async def finish(self, upload: Resumable, expected: Expected) -> StoredObject:
        """As the port; the object is read once for its digest."""
        return await self._uploads.finish(upload, expected)

    async def abandon(self, upload: Resumable) -> None:
        """As the port."""
        await self._uploads.abandon(upload)

    async def direct_upload(
        self, key: str, *, size: int, content_type: str, sha256: bytes | None, seconds: int
    ) -> DirectUpload | None:
        """As the port: one PUT, whose length and type are signed, or parts above 5 GiB."""
        return await direct.begin_direct(self._s3, key, size=size, kind=content_type, sha256=sha256, seconds=seconds)

    async def finish_direct(self, key: str, token: str, etags: Sequence[str], expected: Expected) -> StoredObject:
        """As the port; the object is read once for its digest, unless the service attests it."""
        return await direct.finish_direct(self._s3, key, token, etags, expected)

    async def abandon_direct(self, key: str, token: str) -> None:
        """As the port."""
        await direct.abandon_direct(self._s3, key, token)

    async def direct_download(
        self, key: str, *, seconds: int, content_type: str, disposition: str, cache_control: str
    ) -> str | None:
        """As the port."""
        return await direct.signed_download(
            self._s3, key,
            seconds=seconds, content_type=content_type, disposition=disposition, cache_control=cache_control,
        )  # fmt: skip

    async def sweep(self, before: datetime) -> int:
        """As the port. Uploads in parts count by their beginning, for the service tells no more."""
        name = self._s3.name
        removed = [await remove_all(self._s3, name(folder), before) for folder in (TAILS, direct.ARRIVALS, _PROBES)]
        return await abort_all(self._s3, name(""), before) + sum(removed)
