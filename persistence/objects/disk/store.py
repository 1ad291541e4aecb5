"""The adapter of the port for a folder of this machine."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from domain.storage.errors import ObjectMissingError
from persistence.embedded.identity import owner_of
from persistence.objects.disk.copying import copy_object
from persistence.objects.disk.layout import DiskLayout
from persistence.objects.disk.listing import list_objects
from persistence.objects.disk.probing import probe
from persistence.objects.disk.reading import read_object
from persistence.objects.disk.sweeping import sweep_staging
from persistence.objects.disk.uploads import DiskUploads
from persistence.objects.disk.work import Disk
from persistence.objects.disk.writing import write_object
from persistence.objects.threads import Threads

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from pathlib import Path

    from domain.storage.objects import DirectUpload, Expected, ObjectEntry, Resumable, StoredObject

_THREADS: Final = 8
_SECONDS: Final = 60.0


@asynccontextmanager
async def open_disk_store(
    folder: Path, *, threads: int = _THREADS, seconds: float = _SECONDS
) -> AsyncGenerator[DiskObjectStore]:
    """A store in a folder for the block; the folder is made if it is not there, with mode 0700.

    Args:
        folder: where the objects are, `DATA_DIR/objects`; the owner of what is around it owns what is in it.
        threads: how many calls of the system go on at once.
        seconds: how long one of them is waited for.

    Raises:
        StorageUnavailableError: the folder cannot be made.
    """
    pool = Threads("objects", threads, seconds)
    try:
        disk = Disk(DiskLayout(folder, await asyncio.to_thread(owner_of, folder.parent), set()), pool)
        await disk.do(disk.layout.make)
        yield DiskObjectStore(disk)
    finally:
        pool.close()


class DiskObjectStore:
    """The port `ObjectStore` on a folder; nothing here blocks, all work on the disk is done by threads.

    A copy is another name of the same file, so it has the time of its source.
    """

    def __init__(self, disk: Disk) -> None:
        """Keep objects on this disk."""
        self._disk = disk
        self._uploads = DiskUploads(disk)

    async def check(self) -> None:
        """Write, read and remove a small file."""
        await self._disk.do(lambda: probe(self._disk.layout))

    async def write(self, key: str, body: AsyncIterable[bytes], expected: Expected) -> StoredObject:
        """As the port. FileExistsError where the key is in use, which is a defect."""
        return await write_object(self._disk, key, body, expected)

    async def stat(self, key: str) -> ObjectEntry | None:
        """As the port."""
        return await self._disk.do(lambda: self._disk.layout.entry(key))

    def read(
        self, key: str, offset: int = 0, length: int | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """As the port."""
        return read_object(self._disk, key, offset, length)

    async def local_file(self, key: str) -> Path | None:
        """The object's file, whether it is there or not."""
        return self._disk.layout.place(key)

    async def copy(self, source: str, target: str) -> None:
        """As the port: by a link, or byte by byte where the file system refuses that."""
        await copy_object(self._disk, source, target)

    async def remove(self, key: str) -> None:
        """As the port."""
        place = self._disk.layout.place(key)
        await self._disk.do_surely(lambda: place.unlink(missing_ok=True))

    def list(self, after: str = "") -> AsyncIterator[ObjectEntry]:
        """As the port. What is written or removed meanwhile may be among them or not."""
        return list_objects(self._disk, after)

    async def begin(self, key: str, content_type: str) -> Resumable:  # noqa: ARG002 - a file has no type
        """As the port."""
        return await self._uploads.begin(key)

    def hold(self, key: str) -> AbstractAsyncContextManager[None]:
        """As the port: by a lock on its file, which ends with the process."""
        return self._uploads.hold(key)

    async def append(self, upload: Resumable, body: AsyncIterable[bytes], most: int) -> Resumable:
        """As the port. UploadBusyError where another request appends to it just now."""
        return await self._uploads.append(upload, body, most)

    async def finish(self, upload: Resumable, expected: Expected) -> StoredObject:
        """As the port; it is read once for its digest."""
        return await self._uploads.finish(upload, expected)

    async def abandon(self, upload: Resumable) -> None:
        """As the port."""
        await self._uploads.abandon(upload)

    async def direct_upload(
        self, key: str, *, size: int, content_type: str, sha256: bytes | None, seconds: int
    ) -> DirectUpload | None:
        """None: nobody gets to the folder but through this server."""

    async def finish_direct(
        self,
        key: str,
        token: str,  # noqa: ARG002 - there are no direct uploads
        etags: Sequence[str],  # noqa: ARG002 - same
        expected: Expected,  # noqa: ARG002 - same
    ) -> StoredObject:
        """There are no direct uploads."""
        raise ObjectMissingError(key)

    async def abandon_direct(self, key: str, token: str) -> None:
        """There is nothing to remove."""

    async def direct_download(
        self, key: str, *, seconds: int, content_type: str, disposition: str, cache_control: str
    ) -> str | None:
        """None: nobody gets to the folder but through this server."""

    async def sweep(self, before: datetime) -> int:
        """As the port. Uploads that come in pieces count by their last piece."""
        return await self._disk.do(lambda: sweep_staging(self._disk.layout, before))
