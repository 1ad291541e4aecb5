"""Bringing deleted files back while that can be done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from domain.errors import NotFoundError
from domain.paging import Kind, Order, SortKey, window
from domain.storage.authority import require, require_written
from domain.storage.errors import PathTakenError
from domain.storage.events import FileEvent, FileEventKind
from domain.storage.lifecycle_ports import Deleted, Place
from domain.storage.paths import file_path
from domain.storage.reach import Action

if TYPE_CHECKING:
    from datetime import timedelta
    from uuid import UUID

    from domain.actor import Actor
    from domain.paging import Page
    from domain.storage.authority import Authority
    from domain.storage.files import File
    from domain.storage.lifecycle_ports import OpenLifecycle


LAST_DELETED: Final = Order(
    (SortKey("deleted_at", Kind.TIME, descending=True), SortKey("id", Kind.ID, descending=True))
)
"""The order of deleted files: the last one first."""
_UNCHANGEABLE: Final = "You may not restore this file to another path: no rule lets you change files of that place."


class ListDeleted:
    """Lists the deleted files of a bucket that the caller may restore."""

    def __init__(self, open_work: OpenLifecycle, authority: Authority, *, retention: timedelta) -> None:
        self._open = open_work
        self._authority = authority
        self._retention = retention

    async def __call__(
        self,
        actor: Actor,
        bucket: str,
        *,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Page[File]:
        """The page that these arguments of a connection ask for, in the order `LAST_DELETED`.

        Raises:
            InvalidInputError: they make no page.
            NotFoundError: there is no such bucket.
        """
        wanted = window(LAST_DELETED, first, after, last, before)
        since = datetime.now(UTC) - self._retention
        async with self._open() as work:
            found, rights = await self._authority.enter(work, actor, bucket)
            deleted = Deleted(found.id, since, (rights.reach(Action.SELECT), rights.reach(Action.DELETE)))
            return await work.changes.page_deleted(deleted, LAST_DELETED, wanted)


class RestoreFile:
    """Makes a deleted file a file again."""

    def __init__(self, open_work: OpenLifecycle, authority: Authority, *, retention: timedelta) -> None:
        self._open = open_work
        self._authority = authority
        self._retention = retention

    async def __call__(self, actor: Actor, file_id: UUID, path: str | None = None) -> File:
        """Restore it, at its path or another one.

        Raises:
            NotFoundError: there is no such deleted file, or not any more.
            ForbiddenError: the caller may not delete the file, or may not change it where it gets another path.
            PathTakenError: there is another file by now.
            QuotaExceededError: the bucket has no room for it any more.
            InvalidInputError: there is no such path.
        """
        wanted = None if path is None else file_path(path)
        async with self._open() as work:
            file = await work.changes.lock_deleted(file_id, datetime.now(UTC) - self._retention)
            if file is None:
                raise NotFoundError("There is no such file that could be restored.")
            rights = await self._authority.rights(work, actor, file.bucket_id)
            await require(work, rights, file, Action.DELETE)
            path = file.path if wanted is None else wanted
            # Out of the way until it is known whether the caller may know that there is one.
            others = await work.changes.lock([], Place(file.bucket_id, path))
            await work.changes.delete(others, restorable=True)
            restored = await work.changes.update(file_id, {"path": path})
            await require_written(work, rights, file_id, Action.DELETE)
            if restored.path != file.path:
                await require_written(work, rights, file_id, Action.UPDATE, _UNCHANGEABLE)
            if others:
                raise PathTakenError
            work.events.tell(FileEvent.of(FileEventKind.RESTORED, restored))
            return restored
