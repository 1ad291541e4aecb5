"""Changing what is said about files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.storage.authority import require_written
from domain.storage.changing import refuse_version
from domain.storage.content_types import HEAD_BYTES, settled_type
from domain.storage.events import FileEvent, FileEventKind
from domain.storage.files import file_metadata, media_type
from domain.storage.reach import Action

if TYPE_CHECKING:
    from uuid import UUID

    from domain.actor import Actor
    from domain.storage.authority import Authority
    from domain.storage.content_types import Recognise
    from domain.storage.files import File
    from domain.storage.lifecycle_ports import OpenLifecycle
    from domain.storage.objects import ObjectStore


class UpdateFile:
    """Changes the metadata and the type of a file; `recognise` says what bytes look like."""

    def __init__(
        self, open_work: OpenLifecycle, authority: Authority, objects: ObjectStore, recognise: Recognise
    ) -> None:
        self._open = open_work
        self._authority = authority
        self._objects = objects
        self._recognise = recognise

    async def __call__(
        self,
        actor: Actor,
        file_id: UUID,
        *,
        metadata: object = None,
        content_type: str | None = None,
        if_version: int | None = None,
    ) -> File:
        """Change what is given; `metadata` is JSON, all of them.

        Raises:
            NotFoundError: there is no such file.
            ForbiddenError: the caller may not change the file as it is or as it would be.
            ConflictError: the file has another version.
            TypeNotAllowedError: the bucket does not take such files, or the bytes are not of this type.
            InvalidInputError: metadata or type are not written as they have to be.
        """
        values: dict[str, object] = {}
        if metadata is not None:
            values["metadata"] = dict(file_metadata(metadata))
        if content_type is not None:
            values["content_type"] = media_type(content_type)
            # These bytes, and no others, have been looked at.
            if_version = await self._hold_against_bytes(actor, file_id, media_type(content_type), if_version)
        async with self._open() as work:
            file, rights = await self._authority.lock(work, actor, file_id, Action.UPDATE)
            refuse_version(file, if_version)
            if not values:
                return file
            updated = await work.changes.update(file_id, values)
            await require_written(work, rights, file_id, Action.UPDATE)
            work.events.tell(FileEvent.of(FileEventKind.UPDATED, updated))
            return updated

    async def _hold_against_bytes(self, actor: Actor, file_id: UUID, content_type: str, if_version: int | None) -> int:
        """See whether the file can be of the type; the version of the bytes that can be."""
        async with self._open() as work:
            file, _ = await self._authority.lock(work, actor, file_id, Action.UPDATE)
            refuse_version(file, if_version)
            bucket, _ = await self._authority.enter(work, actor, file.bucket_id)
            bucket.refuse_type(content_type)
        head = bytearray()
        if file.size:
            async with self._objects.read(file.object_key, 0, min(HEAD_BYTES, file.size)) as chunks:
                async for chunk in chunks:
                    head += chunk
        settled_type(content_type, None, self._recognise(bytes(head)))
        return file.version
