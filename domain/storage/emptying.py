"""Emptying buckets, some files in each transaction: however many there are, nobody waits for long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from domain.storage.authority import refuse_unless_owned
from domain.storage.bucket_ports import BucketWork
from domain.storage.changing_buckets import bucket_event
from domain.storage.events import FileEvent, FileEventKind
from domain.storage.lifecycle_ports import LifecycleWork
from domain.storage.removing import ROUNDS

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client
    from domain.storage.authority import Authority

AT_ONCE: Final = 1000
"""Files that one transaction deletes: about a tenth of a second, in which nobody else changes the bucket."""


class EmptyingWork(BucketWork, LifecycleWork, Protocol):
    """One transaction that empties a bucket."""


class OpenEmptying(Protocol):
    """Begins a transaction; the block's end commits it, an exception rolls it back."""

    def __call__(self) -> AbstractAsyncContextManager[EmptyingWork]:
        """Begin."""
        ...


class EmptyBucket:
    """Deletes every file of a bucket: a thousand within the call, all others by a job that the same transaction begins.

    Args:
        open_work: begins transactions.
        authority: says what callers may do.
        restorable: whether deleted files are kept for some time; else a job removes their bytes.
    """

    def __init__(self, open_work: OpenEmptying, authority: Authority, *, restorable: bool) -> None:
        self._open = open_work
        self._authority = authority
        self._restorable = restorable

    async def __call__(self, actor: Actor, client: Client, named: UUID | str) -> int:
        """Delete the files of the bucket with an id or a name that are ready now; how many there are.

        They can be restored as long as any deleted file.

        Raises:
            NotFoundError: there is none that the caller has anything to do with.
            ForbiddenError: it is not the caller's.
        """
        async with self._open() as work:
            # Not locked: whoever changes a file has it before the bucket, and so do we.
            bucket, rights = await self._authority.enter(work, actor, named)
            refuse_unless_owned(rights, bucket)
            changes = work.bucket_changes
            now = await changes.now()
            files = await changes.count_ready(bucket.id, now)
            deleted = await changes.empty(bucket.id, now, AT_ONCE, restorable=self._restorable)
            if deleted < files:
                await changes.enqueue_emptying(bucket.id, now)
            elif deleted and not self._restorable:
                await work.removals.enqueue_purge()
            if files:
                work.events.tell(FileEvent.of_many(FileEventKind.BUCKET_EMPTIED, bucket.id))
            await work.audit.add(bucket_event(actor, client, "bucket.empty", bucket, name=bucket.name, files=files))
            return files


class EmptyRest:
    """Deletes what was in a bucket when somebody emptied it, and is yet; it may be done again."""

    def __init__(self, open_work: OpenEmptying, *, restorable: bool) -> None:
        self._open = open_work
        self._restorable = restorable

    async def __call__(self, bucket_id: UUID, until: datetime) -> int:
        """Delete it; how many files.

        Args:
            bucket_id: of the bucket.
            until: when it was emptied; what was added or changed later stays.
        """
        deleted = 0
        for _ in range(ROUNDS):
            async with self._open() as work:
                found = await work.bucket_changes.empty(bucket_id, until, AT_ONCE, restorable=self._restorable)
                if not found and not await work.bucket_changes.count_ready(bucket_id, until):
                    if not self._restorable:
                        await work.removals.enqueue_purge()
                    break
            deleted += found
        return deleted
