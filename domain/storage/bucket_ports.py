"""What is needed from the database for buckets, many at a time, and for changing them and the rules."""

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
    from domain.storage.buckets import Bucket
    from domain.storage.reach import Action, Reach
    from domain.storage.rule_constants import Constant
    from domain.storage.rules import FileRule


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose buckets are looked for: their own, public ones, and those that a rule of the role is about."""

    user_id: UUID | None
    role: str


@dataclass(frozen=True, slots=True)
class Contents:
    """How many files, and how many bytes they have together."""

    files: int
    size: int


@dataclass(frozen=True, slots=True)
class BucketStats:
    """The files of a bucket, or of all of them.

    Attributes:
        ready: those that are there.
        pending: those that are on their way, with their declared sizes.
        deleted: those that can be restored, or whose bytes are being removed.
    """

    ready: Contents
    pending: Contents
    deleted: Contents


class BucketDirectory(Protocol):
    """The buckets that are not deleted, many at a time."""

    async def page(self, viewer: Viewer | None, order: Order, window: Window) -> Page[Bucket]:
        """The buckets of a window, by one statement; None sees all."""
        ...

    async def count(self, viewer: Viewer | None) -> int:
        """How many there are."""
        ...

    async def contents(self, bucket_ids: Collection[UUID], reach: Reach) -> Mapping[UUID, Contents]:
        """The files of each bucket that are within reach, by one statement; no entry for none."""
        ...

    async def stats(self, bucket_ids: Collection[UUID]) -> Mapping[UUID, BucketStats]:
        """The files of each bucket, within reach of administrators alone, by one statement; no entry for none."""
        ...

    async def totals(self) -> BucketStats:
        """The files of all buckets; those of deleted ones, whose bytes are yet to be removed, count as deleted."""
        ...


class BucketChanges(Protocol):
    """Changes buckets."""

    async def lock(self, named: UUID | str) -> Bucket | None:
        """The bucket with an id or a name, to which nobody adds a file until the transaction ends; None: none."""
        ...

    async def add(self, bucket: Bucket) -> None:
        """Keep a new bucket; raises BucketNameTakenError, or InvalidInputError if there is no such owner."""
        ...

    async def update(self, bucket: Bucket) -> Bucket:
        """Keep what is said about it now, and the time.

        Raises:
            BucketNameTakenError: another one has the name.
            QuotaExceededError: it has more bytes than the quota.
            InvalidInputError: there is no such owner.
        """
        ...

    async def count_files(self, bucket_id: UUID) -> int:
        """How many files it has that are not deleted, those that are on their way too."""
        ...

    async def remove(self, bucket_id: UUID) -> None:
        """Delete it for everybody, and enqueue the removal of what is in it."""
        ...

    async def now(self) -> datetime:
        """When the transaction began, by the clock that tells when files were changed."""
        ...

    async def count_ready(self, bucket_id: UUID, until: datetime) -> int:
        """How many files are ready that have not been changed since then."""
        ...

    async def empty(self, bucket_id: UUID, until: datetime, most: int, *, restorable: bool) -> int:
        """Delete so many of these files at most, those first that were changed first; how many."""
        ...

    async def enqueue_emptying(self, bucket_id: UUID, until: datetime) -> None:
        """Have a job delete these files once the transaction is committed."""
        ...


class RuleChanges(Protocol):
    """Reads and changes the rules on files."""

    async def page(self, bucket_id: UUID | None, role: str | None, order: Order, window: Window) -> Page[FileRule]:
        """The rules of a window: about a bucket, or of a role, where that is given."""
        ...

    async def set(self, rule: FileRule) -> FileRule:
        """Keep a rule in place of the one about the same; raises InvalidInputError if there is no such role."""
        ...

    async def drop(self, bucket_id: UUID | None, role: str, action: Action) -> FileRule | None:
        """Forget a rule; what it was, or None if there is none."""
        ...

    async def find_unreadable(self, constants: Sequence[Constant]) -> Constant | None:
        """The first of the constants that the database cannot read or match with; nothing is changed."""
        ...


class BucketWork(StorageWork, Protocol):
    """One transaction on buckets and rules."""

    @property
    def bucket_directory(self) -> BucketDirectory:
        """The buckets, many at a time."""
        ...

    @property
    def bucket_changes(self) -> BucketChanges:
        """Changes of buckets."""
        ...

    @property
    def rule_changes(self) -> RuleChanges:
        """Changes of rules."""
        ...


class OpenBuckets(Protocol):
    """Begins a transaction; the block's end commits it, an exception rolls it back."""

    def __call__(self) -> AbstractAsyncContextManager[BucketWork]:
        """Begin."""
        ...
