"""Removing bytes that nobody needs, and then what was known of them. All of it may be done again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

from domain.errors import SelfgraphError
from domain.storage.errors import StorageUnavailableError
from domain.storage.events import FileEvent, FileEventKind
from domain.storage.files import UploadKind
from domain.storage.giving_up import is_own
from domain.storage.objects import Resumable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from uuid import UUID

    from domain.storage.lifecycle_ports import Doomed, OpenLifecycle
    from domain.storage.objects import ObjectStore

Item = TypeVar("Item")

BATCH: Final = 100
"""Files of one transaction."""
AT_ONCE: Final = 8
"""Calls of the object store that go on at the same time."""
ROUNDS: Final = 100_000
"""The most transactions of one run; what is left is for the next."""


class RemoveObjects:
    """Removes objects of which the transaction that made them unneeded is over."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def __call__(self, keys: Iterable[str]) -> None:
        """Remove what is there of them.

        Raises:
            StorageUnavailableError: one cannot be removed now; the others are, as far as the store answers.
        """
        remaining = list(dict.fromkeys(keys))
        for start in range(0, len(remaining), BATCH):
            failed = await _each(self._objects.remove, remaining[start : start + BATCH])
            if failed:
                raise StorageUnavailableError


class PurgeFiles:
    """Removes what files that are `deleting` have in the object store, and then their rows."""

    def __init__(self, open_work: OpenLifecycle, objects: ObjectStore) -> None:
        self._open = open_work
        self._objects = objects

    async def __call__(self, bucket_id: UUID | None = None) -> int:
        """Remove them, those of one bucket or all; how many.

        Raises:
            StorageUnavailableError: some cannot be removed now; their rows stay, and the next run tries again.
        """
        purged, after = 0, None
        for _ in range(ROUNDS):
            async with self._open() as work:
                doomed = await work.removals.list_doomed(after, BATCH, bucket_id)
            if not doomed:
                return purged
            after = doomed[-1].file_id
            failed = await _each(self._remove, doomed)
            removed = [each for each in doomed if each not in failed]
            async with self._open() as work:
                gone = await work.removals.forget(removed)
                for each in removed:
                    if each.was_ready and each.file_id in gone:
                        work.events.tell(_purged(each))
            purged += len(removed)
            if failed:
                raise StorageUnavailableError
        return purged

    async def _remove(self, doomed: Doomed) -> None:
        upload = doomed.upload
        if upload is not None and upload.token is not None:
            if upload.kind is UploadKind.RESUMABLE:
                await self._objects.abandon(Resumable(doomed.key, upload.received, upload.token))
            elif upload.kind is UploadKind.DIRECT and not is_own(upload.token):
                await self._objects.abandon_direct(doomed.key, upload.token)
        for key in (*doomed.derived, doomed.key):
            await self._objects.remove(key)


class RemoveBucket:
    """Empties a bucket that was deleted by force, some files in each transaction, and then drops it."""

    def __init__(self, open_work: OpenLifecycle, purge: PurgeFiles) -> None:
        self._open = open_work
        self._purge = purge

    async def __call__(self, bucket_id: UUID) -> bool:
        """Remove the bucket; False: uploads that are under way have added files meanwhile, so do it again.

        Raises:
            StorageUnavailableError: some bytes cannot be removed now.
        """
        for _ in range(ROUNDS):
            async with self._open() as work:
                if not await work.removals.condemn(bucket_id, BATCH):
                    break
            await self._purge(bucket_id)
        await self._purge(bucket_id)
        async with self._open() as work:
            return await work.removals.remove_bucket(bucket_id)


def _purged(doomed: Doomed) -> FileEvent:
    place = doomed.place
    now = datetime.now(UTC)
    return FileEvent(FileEventKind.PURGED, place.bucket_id, now, doomed.file_id, place.path, doomed.version)


async def _each(act: Callable[[Item], Awaitable[None]], items: Sequence[Item]) -> list[Item]:
    """Do it to each, some at the same time; those that the store has not done it to."""
    failed: list[Item] = []
    places = asyncio.Semaphore(AT_ONCE)

    async def attempt(item: Item) -> None:
        async with places:
            if len(failed) > AT_ONCE:  # it is not there for any
                failed.append(item)
                return
            try:
                await act(item)
            except SelfgraphError:
                failed.append(item)

    async with asyncio.TaskGroup() as group:
        for item in items:
            group.create_task(attempt(item))
    return failed
