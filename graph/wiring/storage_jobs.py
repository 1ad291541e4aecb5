"""The jobs of buckets and files: bytes that nobody needs are removed, and what has expired."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from loguru import logger

from domain.errors import SelfgraphError
from domain.storage.emptying import EmptyRest
from domain.storage.removing import PurgeFiles, RemoveBucket, RemoveObjects
from domain.storage.sweeping import SweepFiles
from graph.wiring.objects import open_objects
from persistence.jobs.registry import Backoff, JobError
from persistence.storage.bucket_changes import EMPTY_BUCKET, REMOVE_BUCKET
from persistence.storage.removals import PURGE_FILES, REMOVE_OBJECTS
from persistence.storage.work import PostgresStorage
from persistence.transactions import Transactions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from domain.storage.events import FileEvents
    from domain.storage.objects import ObjectStore
    from domain.storage.sweeping import Swept
    from graph.settings import Settings
    from persistence.database import Database
    from persistence.jobs.registry import JobRun, Jobs

PATIENT: Final = Backoff(attempts=350, longest=3600)
"""Two weeks: an object store that is away for a weekend leaves nothing behind."""


def add_storage_jobs(jobs: Jobs, settings: Settings, database: Database, file_events: FileEvents | None = None) -> None:
    """Have a worker do what concerns files; `file_events` hears of it."""
    work = StorageJobs(settings, PostgresStorage(Transactions(database), file_events))
    jobs.add(REMOVE_OBJECTS, _loading(work.remove_objects), PATIENT)
    jobs.add(PURGE_FILES, _loading(work.purge_files), PATIENT)
    jobs.add(REMOVE_BUCKET, _loading(work.remove_bucket), PATIENT)
    jobs.add(EMPTY_BUCKET, _loading(work.empty_bucket), PATIENT)

    async def sweep() -> None:
        try:
            await work.sweep()
        except SelfgraphError as error:
            logger.warning("Not all files whose time is over could be removed: {}", error.message)

    jobs.periodic("sweep_files", "*/10 * * * *", sweep)


class StorageJobs:
    """The jobs; each opens the object store for its run, and may be done again."""

    def __init__(self, settings: Settings, open_work: PostgresStorage) -> None:
        self._settings = settings
        self._open = open_work

    async def remove_objects(self, run: JobRun) -> None:
        """Remove the objects of the argument `keys`; raises JobError."""
        async with self._objects() as objects:
            await RemoveObjects(objects)(str(key) for key in run.arguments["keys"])

    async def purge_files(self, run: JobRun) -> None:  # noqa: ARG002 - given to every job
        """Remove what is `deleting`; raises JobError."""
        async with self._objects() as objects:
            await PurgeFiles(self._open, objects)()

    async def remove_bucket(self, run: JobRun) -> None:
        """Remove the bucket of the argument `bucket_id` with everything in it; raises JobError."""
        async with self._objects() as objects:
            remove = RemoveBucket(self._open, PurgeFiles(self._open, objects))
            if not await remove(UUID(run.arguments["bucket_id"])):
                raise JobError("The bucket is not empty yet.")

    async def empty_bucket(self, run: JobRun) -> None:
        """Delete what was in the bucket of the argument `bucket_id` at the time of `until`; raises JobError."""
        empty = EmptyRest(self._open, restorable=bool(self._settings.file_retention))
        try:
            await empty(UUID(run.arguments["bucket_id"]), datetime.fromisoformat(run.arguments["until"]))
        except SelfgraphError as error:
            raise JobError(error.message) from error

    async def sweep(self) -> Swept:
        """Have everything go whose time is over.

        Raises:
            SelfgraphError: not all of it could go now.
        """
        async with open_objects(self._settings) as objects:
            purge = PurgeFiles(self._open, objects)
            sweep = SweepFiles(
                self._open,
                objects,
                purge,
                RemoveBucket(self._open, purge),
                retention=timedelta(seconds=self._settings.file_retention),
                upload_expiry=timedelta(seconds=self._settings.upload_expiry),
            )
            return await sweep()

    @asynccontextmanager
    async def _objects(self) -> AsyncGenerator[ObjectStore]:
        try:
            async with open_objects(self._settings) as objects:
                yield objects
        except SelfgraphError as error:
            raise JobError(error.message) from error


def _loading(
    run: Callable[[JobRun], Awaitable[None]],
) -> Callable[[], Callable[[JobRun], Awaitable[None]]]:
    return lambda: run
