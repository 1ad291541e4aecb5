"""What is needed from the database for files that are there: changing, deleting, removing and counting them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.storage.ports import StorageWork

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from uuid import UUID

    from domain.paging import Order, Page, Window
    from domain.storage.files import File, Upload
    from domain.storage.reach import Reach


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is, or is to be."""

    bucket_id: UUID
    path: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """Which deleted files: those of one bucket that were deleted since then and are within all of the reaches."""

    bucket_id: UUID
    since: datetime
    reaches: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class Doomed:
    """A file that is `deleting`: what has to be removed before its row may go.

    Attributes:
        key: of its bytes.
        derived: the keys of what was made of it.
        upload: how its bytes were on their way; None if they had arrived.
        place: where it was.
        was_ready: whether it was ever seen.
    """

    file_id: UUID
    key: str
    derived: tuple[str, ...]
    upload: Upload | None
    place: Place
    version: int
    was_ready: bool


class FileChanges(Protocol):
    """Changes files that are ready."""

    async def lock(self, file_ids: Collection[UUID], at: Place | None = None) -> Mapping[UUID, File]:
        """Those of the files that are not deleted, and the one at the place, which nobody else changes until the end.

        They are locked in the order of their ids, so that two who lock wait for each other instead of for ever.
        """
        ...

    async def lock_deleted(self, file_id: UUID, since: datetime) -> File | None:
        """The file if it was deleted since then and can be restored, locked; None: it cannot."""
        ...

    async def update(self, file_id: UUID, values: Mapping[str, object]) -> File:
        """Write bucket_id, path, content_type and metadata as far as they are given; a deleted file is none any more.

        Raises:
            PathTakenError: another file has the path.
            QuotaExceededError: the bucket has no room for it.
        """
        ...

    async def any_beyond(self, file_ids: Collection[UUID], reach: Reach) -> bool:
        """Whether one of the files, as the transaction sees them now, is not within reach."""
        ...

    async def delete(self, file_ids: Collection[UUID], *, restorable: bool) -> datetime:
        """Delete locked files; their paths are free and they do not count any more. Answers the time."""
        ...

    async def delete_folder(self, folder: Place, reach: Reach, *, restorable: bool) -> int:
        """Delete the files within reach in a folder and the folders below, by one statement; how many."""
        ...

    async def has_more(self, folder: Place, reach: Reach) -> bool:
        """Whether the folder still holds files within reach."""
        ...

    async def page_deleted(self, deleted: Deleted, order: Order, window: Window) -> Page[File]:
        """The deleted files of a window, by one statement that reads no more of an index than the page."""
        ...


class Removals(Protocol):
    """What has to be removed from the object store, and the rows that wait for that."""

    async def enqueue(self, keys: Sequence[str]) -> None:
        """Have a job remove these objects once the transaction is committed."""
        ...

    async def enqueue_purge(self) -> None:
        """Have a job remove what is `deleting` once the transaction is committed."""
        ...

    async def expire_deleted(self, before: datetime, most: int) -> int:
        """Make files `deleting` that were deleted before then; how many."""
        ...

    async def expire_uploads(self, now: datetime, most: int) -> int:
        """Make files `deleting` whose uploads have expired; how many."""
        ...

    async def forget_completed(self, now: datetime, most: int) -> int:
        """Drop what is known of uploads that were completed and whose time is over; how many."""
        ...

    async def condemn(self, bucket_id: UUID, most: int) -> int:
        """Make files of a bucket that was deleted by force `deleting`; how many."""
        ...

    async def list_doomed(self, after: UUID | None, most: int, bucket_id: UUID | None = None) -> list[Doomed]:
        """Files that are `deleting`, those with ids behind `after`, in the order of their ids."""
        ...

    async def forget(self, removed: Sequence[Doomed]) -> frozenset[UUID]:
        """Drop the rows of files of which nothing is left in the object store; the ids of those that are gone."""
        ...

    async def drop_derived(self, unused_since: datetime, most: int) -> int:
        """Drop what was made of files and not asked for since then, or of bytes that they do not have any more.

        Returns:
            How many; a job removes them from the object store.
        """
        ...

    async def remove_bucket(self, bucket_id: UUID) -> bool:
        """Drop the row of a bucket that was deleted by force, unless there are files of it yet; whether it is gone."""
        ...

    async def list_deleted_buckets(self) -> list[UUID]:
        """Some buckets that were deleted by force and are still there."""
        ...


class LifecycleWork(StorageWork, Protocol):
    """One transaction on buckets and files, with what changes files that are there."""

    @property
    def changes(self) -> FileChanges:
        """Changes files."""
        ...

    @property
    def removals(self) -> Removals:
        """What has to be removed."""
        ...


class OpenLifecycle(Protocol):
    """Begins a transaction; the block's end commits it, an exception rolls it back."""

    def __call__(self) -> AbstractAsyncContextManager[LifecycleWork]:
        """Begin."""
        ...
