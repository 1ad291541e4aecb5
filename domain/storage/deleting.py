"""Deleting files and folders. What is deleted can be restored for some time, if the settings leave any."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from domain.audit import AuditEvent
from domain.errors import ForbiddenError, InvalidInputError, NotFoundError
from domain.storage.changing import refuse_version
from domain.storage.events import FileEvent, FileEventKind
from domain.storage.lifecycle_ports import Place
from domain.storage.paths import file_path
from domain.storage.reach import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client
    from domain.storage.authority import Authority
    from domain.storage.files import File
    from domain.storage.lifecycle_ports import LifecycleWork, OpenLifecycle

MAX_DELETED: Final = 100
"""Files that one call names."""


class DeleteFiles:
    """Deletes files: all that are named, or none."""

    def __init__(self, open_work: OpenLifecycle, authority: Authority, *, restorable: bool) -> None:
        self._open = open_work
        self._authority = authority
        self._restorable = restorable

    async def one(self, actor: Actor, file_id: UUID, *, if_version: int | None = None) -> File:
        """Delete a file.

        Raises:
            NotFoundError: there is no such file.
            ForbiddenError: the caller may not delete it.
            ConflictError: it has another version.
        """
        async with self._open() as work:
            file, _ = await self._authority.lock(work, actor, file_id, Action.DELETE)
            refuse_version(file, if_version)
            return (await self._delete(work, [file]))[0]

    async def many(self, actor: Actor, client: Client, file_ids: Iterable[UUID]) -> list[File]:
        """Delete files; each once, in the order of their first mention. The trail tells how many.

        Raises:
            InvalidInputError: there are more than 100.
            NotFoundError: there is none of an id, and nothing is deleted.
            ForbiddenError: the caller may not delete one, and nothing is deleted.
        """
        ids = list(dict.fromkeys(file_ids))
        if len(ids) > MAX_DELETED:
            raise InvalidInputError(f"At most {MAX_DELETED} files are deleted at once.", ("ids",))
        async with self._open() as work:
            locked = await work.changes.lock(ids)
            if len(locked) < len(ids):
                raise NotFoundError("There is no such file.")
            for bucket_id in {file.bucket_id for file in locked.values()}:
                await self._require(work, actor, bucket_id, [f.id for f in locked.values() if f.bucket_id == bucket_id])
            deleted = await self._delete(work, [locked[each] for each in ids])
            if deleted:
                buckets = sorted({str(file.bucket_id) for file in deleted})
                await work.audit.add(
                    AuditEvent.by(actor, client, "files.delete", target="files", files=len(deleted), buckets=buckets)
                )
        return deleted

    async def _require(self, work: LifecycleWork, actor: Actor, bucket_id: UUID, ids: Collection[UUID]) -> None:
        rights = await self._authority.rights(work, actor, bucket_id)
        try:
            hidden = await work.changes.any_beyond(ids, rights.reach(Action.SELECT, named=True))
        except ForbiddenError:  # for want of a session variable; to tell it here would tell that there is a file
            hidden = True
        if hidden:
            raise NotFoundError("There is no such file.")
        if await work.changes.any_beyond(ids, rights.reach(Action.DELETE)):
            raise ForbiddenError("You may not delete one of these files.")

    async def _delete(self, work: LifecycleWork, files: list[File]) -> list[File]:
        if not files:
            return []
        at = await work.changes.delete([file.id for file in files], restorable=self._restorable)
        if not self._restorable:
            await work.removals.enqueue_purge()
        for file in files:
            work.events.tell(FileEvent.of(FileEventKind.DELETED, file))
        return [replace(file, deleted_at=at) for file in files]


class DeleteFolder:
    """Deletes what the caller may list in a folder and in the folders below it: all of it, or nothing."""

    def __init__(self, open_work: OpenLifecycle, authority: Authority, *, restorable: bool) -> None:
        self._open = open_work
        self._authority = authority
        self._restorable = restorable

    async def __call__(self, actor: Actor, client: Client, bucket: str, path: str) -> int:
        """Delete the files, and tell how many; the trail does too.

        Raises:
            InvalidInputError: there is no such path.
            NotFoundError: there is no such bucket.
            ForbiddenError: the caller may list one that it may not delete, and nothing is deleted.
        """
        folder = file_path(path.removesuffix("/"))  # an empty one, by mistake, would be the whole bucket
        async with self._open() as work:
            found, rights = await self._authority.enter(work, actor, bucket)
            if not rights.may(Action.DELETE, found):
                raise ForbiddenError("You may not delete files of this bucket.")
            place, reach = Place(found.id, folder), rights.reach(Action.DELETE)
            count = await work.changes.delete_folder(place, reach, restorable=self._restorable)
            # What the caller may not know of stays, or a refusal would tell that there is something.
            if await work.changes.has_more(place, rights.listed(found)):
                raise ForbiddenError("You may not delete all files of this folder.")
            if count:
                work.events.tell(FileEvent.of_many(FileEventKind.FOLDER_DELETED, found.id, folder))
                if not self._restorable:
                    await work.removals.enqueue_purge()
                await work.audit.add(
                    AuditEvent.by(actor, client, "folder.delete", target=f"bucket:{found.id}", path=folder, files=count)
                )
        return count
