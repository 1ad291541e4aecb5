"""Forgetting what nobody will ask for: files whose time is over, uploads that never came, images nobody looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from domain.errors import SelfgraphError
from domain.storage.removing import BATCH, ROUNDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.storage.lifecycle_ports import LifecycleWork, OpenLifecycle
    from domain.storage.objects import ObjectStore
    from domain.storage.removing import PurgeFiles, RemoveBucket

DERIVED_KEPT: Final = timedelta(days=30)
"""How long an image that was made of another is kept since it was last asked for."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep came to, in rows and in what interrupted writes had left in the object store."""

    files: int
    uploads: int
    derived: int
    leftovers: int


class SweepFiles:
    """Has everything go whose time is over, some rows in each transaction."""

    def __init__(
        self,
        open_work: OpenLifecycle,
        objects: ObjectStore,
        purge: PurgeFiles,
        remove_bucket: RemoveBucket,
        *,
        retention: timedelta,
        upload_expiry: timedelta,
    ) -> None:
        self._open = open_work
        self._objects = objects
        self._purge = purge
        self._remove_bucket = remove_bucket
        self._retention = retention
        self._upload_expiry = upload_expiry

    async def __call__(self) -> Swept:
        """Sweep.

        Raises:
            StorageUnavailableError: the object store was not there for all of it; the next sweep goes on.
        """
        now = datetime.now(UTC)
        files = await self._repeat(lambda work: work.removals.expire_deleted(now - self._retention, BATCH))
        uploads = await self._repeat(lambda work: work.removals.expire_uploads(now, BATCH))
        await self._repeat(lambda work: work.removals.forget_completed(now, BATCH))
        derived = await self._repeat(lambda work: work.removals.drop_derived(now - DERIVED_KEPT, BATCH))
        failure: SelfgraphError | None = None
        for step in (self._purge_all, self._remove_buckets):
            try:
                await step()
            except SelfgraphError as error:
                failure = error
        # An upload may have begun its writing just before its time was over.
        leftovers = await self._objects.sweep(now - 2 * self._upload_expiry)
        if failure is not None:
            raise failure
        return Swept(files, uploads, derived, leftovers)

    async def _purge_all(self) -> None:
        await self._purge()

    async def _remove_buckets(self) -> None:
        # Those whose job was given up; there are none as long as the object store answers.
        async with self._open() as work:
            deleted = await work.removals.list_deleted_buckets()
        for bucket_id in deleted:
            await self._remove_bucket(bucket_id)

    async def _repeat(self, step: Callable[[LifecycleWork], Awaitable[int]]) -> int:
        done = 0
        for _ in range(ROUNDS):
            async with self._open() as work:
                found = await step(work)
            done += found
            if not found:
                break
        return done
