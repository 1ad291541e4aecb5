"""Making a file of bytes that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.storage.authority import require_written
from domain.storage.content_types import HEAD_BYTES, settled_type
from domain.storage.errors import PathTakenError
from domain.storage.events import FileEvent, FileEventKind
from domain.storage.files import Pending, ReadyBytes, UploadKind
from domain.storage.paths import name_of
from domain.storage.reach import EVERY_FILE, Action
from domain.storage.uploads import no_upload, refuse

if TYPE_CHECKING:
    from uuid import UUID

    from domain.actor import Actor
    from domain.storage.authority import Authority, Rights
    from domain.storage.content_types import ExtensionTypes, Recognise
    from domain.storage.files import File
    from domain.storage.objects import ObjectStore, StoredObject
    from domain.storage.ports import OpenStorage, StorageWork


class Types:
    """Settles the types of files.

    Args:
        store: keeps their bytes.
        recognise: says what bytes look like.
        extensions: the types of names.
    """

    def __init__(self, store: ObjectStore, recognise: Recognise, extensions: ExtensionTypes) -> None:
        self._store = store
        self._recognise = recognise
        self._extensions = extensions

    def of(self, pending: Pending, head: bytes) -> str:
        """The type of a file that begins like this.

        Raises:
            TypeNotAllowedError: it is not of the type that was claimed.
        """
        by_name = self._extensions.of(name_of(pending.file.path))
        return settled_type(pending.upload.content_type, by_name, self._recognise(head[:HEAD_BYTES]))

    async def of_stored(self, pending: Pending, stored: StoredObject) -> str:
        """The type of a file whose bytes are there; raises as `of` does, and as the store does."""
        head = bytearray()
        if stored.size:
            async with self._store.read(stored.key, 0, min(HEAD_BYTES, stored.size)) as chunks:
                async for chunk in chunks:
                    head += chunk
        return self.of(pending, bytes(head))


class MakeReady:
    """Lets a file be seen once its bytes are there: one transaction, which sees to the caller's rights again."""

    def __init__(self, open_storage: OpenStorage, authority: Authority) -> None:
        self._open = open_storage
        self._authority = authority

    async def __call__(self, actor: Actor, pending: Pending, stored: StoredObject, content_type: str) -> File:
        """Make it ready, in the place of the file that has its path if it is to overwrite it.

        Raises:
            NotFoundError: it, or its bucket, is gone.
            ForbiddenError: the caller may not add or overwrite the file any more.
            FileTooLargeError, TypeNotAllowedError: the bucket does not take it.
            PathTakenError: there is a file at the path, and it is not to be overwritten.
        """
        ready = ReadyBytes(stored.key, stored.size, stored.sha256, content_type)
        try:
            return await self._once(actor, pending, ready)
        except PathTakenError:
            if not pending.upload.overwrite:
                raise
            # There was none a moment ago; now there is one, whose place it takes.
            return await self._once(actor, pending, ready)

    async def _once(self, actor: Actor, pending: Pending, ready: ReadyBytes) -> File:
        async with self._open() as work:
            locked = await work.uploads.lock(pending.file.id)
            bucket = None if locked is None else await work.buckets.find(locked.file.bucket_id)
            if locked is None or bucket is None:
                raise no_upload()
            refuse(bucket, ready.size, ready.content_type)
            rights = await self._authority.rights(work, actor, bucket.id)
            file = await _found(work, await _write(work, rights, locked, ready))
            is_new = file.id == pending.file.id
            work.events.tell(FileEvent.of(FileEventKind.READY if is_new else FileEventKind.OVERWRITTEN, file))
            return file


async def _write(work: StorageWork, rights: Rights, pending: Pending, ready: ReadyBytes) -> UUID:
    """The id of the file that has the bytes now."""
    living = await work.uploads.lock_at(pending.file.bucket_id, pending.file.path)
    if living is None:
        remember = pending.upload.kind is not UploadKind.FORM  # of which nobody knows the id before it is answered
        await work.uploads.make_ready(pending.file.id, ready, remember=remember)
        await require_written(work, rights, pending.file.id, Action.INSERT)
        return pending.file.id
    if not pending.upload.overwrite:
        raise PathTakenError
    await require_written(work, rights, living.id, Action.UPDATE)
    await work.uploads.replace(living.id, pending, ready)
    await require_written(work, rights, living.id, Action.UPDATE)
    return living.id


async def _found(work: StorageWork, file_id: UUID) -> File:
    file = await work.files.find(file_id, EVERY_FILE)
    if file is None:
        raise no_upload()
    return file
