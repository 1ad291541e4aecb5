"""The jobs about files, done by a real worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from loguru import logger

from domain.actor import Actor
from domain.client import UNKNOWN_CLIENT
from domain.storage.emptying import EmptyBucket
from domain.storage.errors import StorageUnavailableError
from graph.wiring.jobs import job_worker
from graph.wiring.storage_jobs import PATIENT, StorageJobs, add_storage_jobs
from persistence.jobs.registry import Backoff, Jobs
from persistence.objects.disk.store import DiskObjectStore
from tests.graph.tables.serving import settings_for
from tests.persistence.jobs.running import JOBS, until, working
from tests.persistence.storage.kept import Kept, keeping

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from graph.settings import Settings


@pytest.fixture
async def kept(migrated_database: str, tmp_path: Path) -> AsyncGenerator[Kept]:
    async with keeping(migrated_database, tmp_path / "data" / "objects") as opened:
        await opened.bucket()
        yield opened


@pytest.fixture
def settings(migrated_database: str, tmp_path: Path) -> Settings:
    return settings_for(migrated_database, data_dir=tmp_path / "data", file_retention=0)


def storage_jobs(settings: Settings, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """The jobs, tried again at once."""
    monkeypatch.setattr("graph.wiring.storage_jobs.PATIENT", Backoff(first=0.01))
    jobs = Jobs()
    add_storage_jobs(jobs, settings, kept.database)
    return jobs


async def test_a_worker_removes_objects_files_and_buckets(
    kept: Kept, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("a.txt", "b.txt", "c.txt"):
        await kept.file(path)
    bucket_id = await kept.value("SELECT id FROM selfgraph.buckets")
    (first, *_) = await kept.keys()
    async with kept.open() as work:
        await work.removals.enqueue([first])
        await work.changes.delete(
            [await kept.value("SELECT id FROM selfgraph.files WHERE path = 'b.txt'")], restorable=False
        )
        await work.removals.enqueue_purge()
        await work.bucket_changes.remove(bucket_id)

    async with working(kept.database.options, storage_jobs(settings, kept, monkeypatch)):
        await until(kept.database, JOBS, 0)

    assert await kept.keys() == []
    assert await kept.value("SELECT count(*) FROM selfgraph.buckets") == 0


async def test_a_worker_empties_what_a_call_has_begun_to_with_the_bytes(
    kept: Kept, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.storage.emptying.AT_ONCE", 2)
    for number in range(5):
        await kept.file(f"{number}.txt")
    bucket_id = await kept.value("SELECT id FROM selfgraph.buckets")
    await EmptyBucket(kept.open, kept.authority, restorable=False)(Actor("admin"), UNKNOWN_CLIENT, bucket_id)
    assert len(await kept.paths()) == 3

    async with working(kept.database.options, storage_jobs(settings, kept, monkeypatch)):
        await until(kept.database, JOBS, 0)

    assert (await kept.paths(), await kept.keys()) == ([], [])
    assert await kept.value("SELECT count(*) FROM selfgraph.files") == 0


async def test_what_a_store_that_is_away_refuses_is_tried_again(
    kept: Kept, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept.file("a.txt")
    async with kept.open() as work:
        await work.removals.enqueue(await kept.keys())
    remove, refusals = DiskObjectStore.remove, [3]

    async def away_at_first(store: DiskObjectStore, key: str) -> None:
        if refusals[0]:
            refusals[0] -= 1
            raise StorageUnavailableError
        await remove(store, key)

    monkeypatch.setattr(DiskObjectStore, "remove", away_at_first)

    async with working(kept.database.options, storage_jobs(settings, kept, monkeypatch)):
        await until(kept.database, JOBS, 0)

    assert (refusals, await kept.keys()) == ([0], [])


def test_jobs_are_patient_for_two_weeks() -> None:
    delays = [min(PATIENT.first * 2.0 ** (attempt - 1), PATIENT.longest) for attempt in range(1, PATIENT.attempts)]

    assert 13 < sum(delays) / 86_400 < 16


async def test_a_worker_knows_the_jobs_and_the_sweep(kept: Kept, settings: Settings) -> None:
    worker: Any = job_worker(settings, kept.database)

    assert {"remove_objects", "purge_files", "remove_bucket", "empty_bucket"} <= {
        job.name for job in worker._jobs.kinds
    }
    assert "sweep_files" in {job.name for job in worker._jobs.periodic_kinds}


async def test_the_sweep_that_fails_is_one_line(
    kept: Kept, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept.file("a.txt")
    await kept.execute("UPDATE selfgraph.files SET deleted_at = now()")

    async def away(*_: object) -> None:
        raise StorageUnavailableError

    monkeypatch.setattr(DiskObjectStore, "remove", away)
    (sweep,) = storage_jobs(settings, kept, monkeypatch).periodic_kinds

    lines: list[str] = []
    sink = logger.add(lines.append, format="{level} {message}")
    try:
        await sweep.run()
    finally:
        logger.remove(sink)

    (line,) = lines
    assert line.startswith("WARNING Not all files whose time is over could be removed: The storage cannot be reached")
    assert await kept.value("SELECT status FROM selfgraph.files") == "deleting"


async def test_settings_say_how_long_deleted_files_are_kept(kept: Kept, migrated_database: str, tmp_path: Path) -> None:
    await kept.file("a.txt")
    await kept.execute("UPDATE selfgraph.files SET deleted_at = now() - interval '10 s'")
    swept: list[int] = []
    for retention in (3600, 5):
        settings = settings_for(migrated_database, data_dir=tmp_path / "data", file_retention=retention)
        swept.append((await StorageJobs(settings, kept.open).sweep()).files)

    assert swept == [0, 1]
