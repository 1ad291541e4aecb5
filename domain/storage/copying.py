"""Copying files: the object store makes another object of the same bytes, which do not pass through this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import ConflictError
from domain.storage.changing import refuse_version
from domain.storage.errors import ObjectMissingError
from domain.storage.files import UploadKind
from domain.storage.objects import StoredObject
from domain.storage.uploads import NewUpload

if TYPE_CHECKING:
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client
    from domain.storage.authority import Authority
    from domain.storage.changing import Target
    from domain.storage.completing import MakeReady
    from domain.storage.files import File
    from domain.storage.giving_up import GiveUp
    from domain.storage.objects import ObjectStore
    from domain.storage.ports import OpenStorage
    from domain.storage.uploads import BeginUpload


class CopyFile:
    """Makes another file of the same bytes, which is the caller's. It comes as an upload does, and counts as one."""

    def __init__(
        self,
        open_storage: OpenStorage,
        authority: Authority,
        objects: ObjectStore,
        *,
        begin: BeginUpload,
        make_ready: MakeReady,
        give_up: GiveUp,
    ) -> None:
        self._open = open_storage
        self._authority = authority
        self._objects = objects
        self._begin = begin
        self._make_ready = make_ready
        self._give_up = give_up

    async def __call__(
        self, actor: Actor, client: Client, file_id: UUID, target: Target, *, if_version: int | None = None
    ) -> File:
        """Copy it; a file that gives way gets the bytes as those of another version.

        Raises:
            RateLimitedError: the caller has begun too many uploads and copies lately, or has too many under way.
            NotFoundError: there is no such file that the caller may read, or no such bucket.
            ForbiddenError: the caller may not add the file there, or not change the one that gives way.
            ConflictError: the file has another version, or gets another one while it is copied.
            PathTakenError: there is a file, which is not to give way.
            FileTooLargeError, TypeNotAllowedError, QuotaExceededError: the bucket does not take it.
            StorageUnavailableError, StorageFullError: the object store cannot copy it.
            InvalidInputError: there is no such path.
        """
        source = await self._source(actor, file_id, if_version)
        pending = await self._begin(actor, client, UploadKind.FORM, _as_upload(source, target))
        async with self._give_up.if_failed(pending):
            try:
                await self._objects.copy(source.object_key, pending.file.object_key)
            except ObjectMissingError:
                # Its bytes have been replaced, or are being removed; if they are lost, that is another one's finding.
                await self._source(actor, file_id, source.version)
                raise
            stored = StoredObject(pending.file.object_key, source.size, source.sha256 or b"")
            return await self._make_ready(actor, pending, stored, source.content_type)

    async def _source(self, actor: Actor, file_id: UUID, if_version: int | None) -> File:
        async with self._open() as work:
            source = await self._authority.find(work, actor, file_id)
        refuse_version(source, if_version)
        if source.sha256 is None:
            raise ConflictError("The bytes of this file are not known yet.")
        return source


def _as_upload(source: File, target: Target) -> NewUpload:
    return NewUpload(
        bucket=source.bucket if target.bucket is None else target.bucket,
        path=target.path,
        size=source.size,
        content_type=source.content_type,
        sha256=source.sha256,
        metadata=source.metadata,
        overwrite=target.overwrite,
    )
