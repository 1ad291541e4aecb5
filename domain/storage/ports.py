"""What storage needs from the database: one transaction with the repositories in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager
    from uuid import UUID

    from domain.audit import AuditTrail
    from domain.storage.buckets import Bucket
    from domain.storage.events import FileEvents
    from domain.storage.files import File, NewFile, Pending, ReadyBytes, Upload
    from domain.storage.reach import Reach
    from domain.storage.rules import FileRule


class BucketRepository(Protocol):
    """The buckets that are not deleted."""

    async def find(self, bucket_id: UUID) -> Bucket | None:
        """The bucket, or None."""
        ...

    async def find_named(self, name: str) -> Bucket | None:
        """The bucket with the name, or None."""
        ...


class FileRepository(Protocol):
    """The files that are ready and not deleted."""

    async def find(self, file_id: UUID, reach: Reach) -> File | None:
        """The file, or None if there is none within reach."""
        ...

    async def find_at(self, bucket: str, path: str, reach: Reach) -> File | None:
        """The file at a path of the bucket with the name, or None if there is none within reach."""
        ...

    async def lock(self, file_id: UUID) -> File | None:
        """The file, which nobody else changes until the transaction ends; None if there is none."""
        ...

    async def among(self, file_ids: Sequence[UUID], reach: Reach) -> frozenset[UUID]:
        """Those of the files that are within reach."""
        ...

    async def within(self, file_id: UUID, reach: Reach) -> bool:
        """Whether a file of any state, as the transaction sees it now, is within reach."""
        ...


class UploadRepository(Protocol):
    """The files that are pending, with their uploads."""

    async def admit(self, subject: str, most: int) -> None:
        """See that a subject may begin one more; until the transaction ends nobody else is told so of the same one.

        Args:
            subject: whose they are; those whose time is over do not count.
            most: how many it may have under way.

        Raises:
            TooManyUploadsError: it has so many.
        """
        ...

    async def add(self, file: NewFile, upload: Upload) -> None:
        """Begin one; its size counts for the quota from now on.

        Raises:
            QuotaExceededError: there is no room for it.
        """
        ...

    async def find(self, file_id: UUID) -> Pending | None:
        """A file on its way, or None."""
        ...

    async def lock(self, file_id: UUID) -> Pending | None:
        """The same; nobody else changes it until the transaction ends."""
        ...

    async def lock_at(self, bucket_id: UUID, path: str) -> File | None:
        """The living file at the path; nobody else changes it until the transaction ends."""
        ...

    async def save(self, upload: Upload, before: Upload) -> bool:
        """Keep how far it has come, its token, digest and type; False if it is not any more as it was before."""
        ...

    async def find_completed(self, file_id: UUID) -> Pending | None:
        """A file that is ready, with the upload that it came by; None once it has changed or that is forgotten."""
        ...

    async def make_ready(self, file_id: UUID, ready: ReadyBytes, *, remember: bool = False) -> None:
        """Let the file be seen.

        Args:
            file_id: the file.
            ready: what is known of its bytes.
            remember: whether `find_completed` is to know of the upload, until its time is over.

        Raises:
            PathTakenError: another file has its path.
        """
        ...

    async def replace(self, living: UUID, pending: Pending, ready: ReadyBytes) -> None:
        """Let the bytes take the place of those of a living file; they and all made of them are removed by a job."""
        ...

    async def remove(self, file_id: UUID) -> bool:
        """Give up a file on its way, and its quota back; whether it was."""
        ...

    async def discard(self, key: str) -> bool:
        """Have a job remove an object, unless a file has it; whether none has."""
        ...


class RuleRepository(Protocol):
    """The rules on files."""

    async def granted(self, role: str, *bucket_ids: UUID) -> tuple[FileRule, ...]:
        """The rules about these buckets, or about all, of a role and of all roles that it inherits."""
        ...


class StorageWork(Protocol):
    """One transaction on buckets and files."""

    @property
    def buckets(self) -> BucketRepository:
        """The buckets."""
        ...

    @property
    def files(self) -> FileRepository:
        """The files."""
        ...

    @property
    def uploads(self) -> UploadRepository:
        """The files on their way."""
        ...

    @property
    def rules(self) -> RuleRepository:
        """The rules on files."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The trail."""
        ...

    @property
    def events(self) -> FileEvents:
        """Hears, once the transaction is committed, of what was told in it."""
        ...


class OpenStorage(Protocol):
    """Begins a transaction; the block's end commits it, an exception rolls it back."""

    def __call__(self) -> AbstractAsyncContextManager[StorageWork]:
        """Begin."""
        ...
