"""Moving files, which touches no byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.errors import ConflictError, ForbiddenError, NotFoundError
from domain.storage.authority import may_as_written, refuse_to_add, require, require_written
from domain.storage.errors import PathTakenError
from domain.storage.events import FileEvent, FileEventKind
from domain.storage.lifecycle_ports import Place
from domain.storage.paths import file_path
from domain.storage.reach import Action

if TYPE_CHECKING:
    from uuid import UUID

    from domain.actor import Actor
    from domain.storage.authority import Authority, Rights
    from domain.storage.buckets import Bucket
    from domain.storage.files import File
    from domain.storage.lifecycle_ports import LifecycleWork, OpenLifecycle

_UNCHANGEABLE: Final = "You may not move this file there: no rule lets you change files of that place."
_NOT_TO_ADD: Final = "You may not move this file there: no rule lets you add it to the other bucket."


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file is to be.

    Attributes:
        path: as the client wrote it.
        bucket: the name of a bucket; None: the one that the file is in.
        overwrite: whether a file that is there gives way.
    """

    path: str
    bucket: str | None = None
    overwrite: bool = False


class MoveFile:
    """Gives a file another path, in its bucket or in another one."""

    def __init__(self, open_work: OpenLifecycle, authority: Authority, *, restorable: bool) -> None:
        self._open = open_work
        self._authority = authority
        self._restorable = restorable

    async def __call__(self, actor: Actor, file_id: UUID, target: Target, *, if_version: int | None = None) -> File:
        """Move it; a file that gives way is deleted.

        Raises:
            NotFoundError: there is no such file, or no such bucket.
            ForbiddenError: the caller may not change the file as it was or as it would be, may not add it to another
                bucket, or may not delete the file that would give way.
            ConflictError: the file has another version.
            PathTakenError: there is a file, which is not to give way.
            FileTooLargeError, TypeNotAllowedError, QuotaExceededError: the other bucket does not take it.
            InvalidInputError: there is no such path.
        """
        path = file_path(target.path)
        async with self._open() as work:
            bucket, rights = await self._bucket(work, actor, file_id, target)
            locked = await work.changes.lock([file_id], Place(bucket.id, path))
            file = locked.get(file_id)
            if file is None:
                raise NotFoundError("There is no such file.")
            await require(work, await self._authority.rights(work, actor, file.bucket_id), file, Action.UPDATE)
            refuse_version(file, if_version)
            before = Place(file.bucket_id, file.path)
            if before == Place(bucket.id, path):
                return file
            others = [other for other in locked.values() if other.id != file_id]
            removable = await self._remove(work, rights, others)
            moved = await _move(work, rights, file, bucket, path)
            # Only now: whoever may not have the path is not told whether there is a file.
            if others and not target.overwrite:
                raise PathTakenError
            if not removable:
                raise ForbiddenError("You may not delete the file that is there, which would give way.")
            work.events.tell(FileEvent.of(FileEventKind.MOVED, moved, before))
            return moved

    async def _bucket(self, work: LifecycleWork, actor: Actor, file_id: UUID, target: Target) -> tuple[Bucket, Rights]:
        file = await self._authority.find(work, actor, file_id)
        return await self._authority.enter(work, actor, file.bucket if target.bucket is None else target.bucket)

    async def _remove(self, work: LifecycleWork, rights: Rights, others: list[File]) -> bool:
        """Delete what has the path; whether the caller may."""
        removable = True
        for other in others:
            removable = removable and await may_as_written(work, rights, other.id, Action.DELETE)
            await work.changes.delete([other.id], restorable=self._restorable)
            work.events.tell(FileEvent.of(FileEventKind.DELETED, other))
            if not self._restorable:
                await work.removals.enqueue_purge()
        return removable


def refuse_version(file: File, expected: int | None) -> None:
    """Raise ConflictError if other bytes have taken the place of those that the caller knows."""
    if expected is not None and file.version != expected:
        raise ConflictError("The file has changed since it was read.")


async def _move(work: LifecycleWork, rights: Rights, file: File, bucket: Bucket, path: str) -> File:
    elsewhere = bucket.id != file.bucket_id
    if elsewhere:
        refuse_to_add(rights, bucket)
        bucket.refuse_size(file.size)
        bucket.refuse_type(file.content_type)
    moved = await work.changes.update(file.id, {"bucket_id": bucket.id, "path": path})
    await require_written(work, rights, file.id, Action.UPDATE, _UNCHANGEABLE)
    if elsewhere:
        await require_written(work, rights, file.id, Action.INSERT, _NOT_TO_ADD)
    return moved
