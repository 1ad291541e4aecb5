"""kill -9 at every call of a port in what is done with files: no ready file lacks its bytes, and all can be mended."""

from __future__ import annotations

import asyncio
import hashlib
import json
import multiprocessing
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.identifiers import new_id
from domain.storage.checking import CheckStorage, Fault
from domain.storage.mending import MendStorage
from domain.storage.removing import PurgeFiles, RemoveBucket, RemoveObjects
from domain.storage.sweeping import SweepFiles
from persistence.database import Database, DatabaseOptions
from persistence.objects.disk import open_disk_store
from persistence.storage.work import PostgresStorage
from persistence.transactions import Transactions
from tests.persistence.storage.crashing import WEEK, Act, perform
from tests.persistence.storage.kept import Kept

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from multiprocessing.context import ForkServerContext
    from pathlib import Path

    from domain.storage.checking import Finding

PATIENCE = 60
MOST_CALLS = 200
NOW = timedelta(0)
TABLES = ("files", "uploads", "derived_objects")
READY = "SELECT id::text, path, size, sha256, object_key FROM selfgraph.files WHERE status = 'ready'"
ACTS = [
    "upload",
    "overwrite",
    "refused_upload",
    "direct_upload",
    "resumable_upload",
    "cancelled_upload",
    "copy",
    "copy_over",
    "move",
    "move_over",
    "delete",
    "delete_for_good",
    "delete_folder",
    "delete_and_restore",
    "sweep",
    "remove_bucket",
    "remove_objects",
]


@dataclass
class Owned:
    id: str


@dataclass
class Crashes(Kept):
    """Buckets and files, and processes that are killed while they work on them."""

    url: str
    folder: Path
    processes: ForkServerContext

    async def prepare(self, name: str, burns_at: int) -> Act:
        """A bucket with files, for one process."""
        owner = Owned(str(new_id()))
        email = f"{owner.id}@x.test"
        await self.execute("INSERT INTO selfgraph.users (id, email) VALUES ($1::text::uuid, $2)", owner.id, email)
        bucket = await self.bucket(f"box{burns_at}", owner)
        file = await self.file("a/file.txt", b"the bytes of the file", bucket=bucket, owner=owner)
        await self.file("a/other.txt", b"those of another one", bucket=bucket, owner=owner)
        bucket_id = await self.value("SELECT id FROM selfgraph.buckets WHERE name = $1", bucket)
        keys: list[str] = []
        if name == "remove_bucket":
            await self.execute("UPDATE selfgraph.buckets SET deleted_at = now() WHERE id = $1", bucket_id)
        if name == "remove_objects":
            keys = await self.value("SELECT array_agg(object_key) FROM selfgraph.files WHERE bucket_id = $1", bucket_id)
            await self.execute("DELETE FROM selfgraph.files WHERE bucket_id = $1", bucket_id)
        return Act(
            name, burns_at, self.url, str(self.folder), bucket, bucket_id, UUID(owner.id), UUID(file), tuple(keys)
        )

    async def run(self, act: Act) -> int | None:
        """Have a process do it; its exit code."""
        process = self.processes.Process(target=perform, args=(act,))
        process.start()
        await asyncio.to_thread(process.join, PATIENCE)
        code = process.exitcode
        process.close()
        return code

    async def assert_bytes(self) -> None:
        """No file that is ready lacks its bytes, or has others."""
        async with self.database.acquire() as connection:
            rows = await connection.fetch(READY)
        for row in rows:
            async with self.objects.read(row["object_key"]) as chunks:
                body = b"".join([chunk async for chunk in chunks])
            assert (len(body), hashlib.sha256(body).digest()) == (row["size"], row["sha256"]), row["path"]

    async def findings(self) -> list[Finding]:
        """What a check finds, however new it is."""
        check = CheckStorage(self.open, self.objects, grace=NOW)
        return [finding async for finding in check(deep=True, passed=lambda _: None)]

    async def mend(self) -> None:
        """What the jobs and `check --repair` do once the time of uploads is over."""
        await self.execute("UPDATE selfgraph.uploads SET expires_at = now()")
        mend = MendStorage(self.open, self.objects, forget_missing=False)
        for finding in await self.findings():
            assert finding.fault in {Fault.ORPHAN, Fault.STUCK}, finding
            assert await mend(finding), finding
        await PurgeFiles(self.open, self.objects)()
        await self.run_jobs()

    async def run_jobs(self) -> None:
        """Do what is enqueued, and sweep."""
        purge = PurgeFiles(self.open, self.objects)
        remove_bucket = RemoveBucket(self.open, purge)
        async with self.database.acquire() as connection:
            rows = await connection.fetch("DELETE FROM selfgraph.procrastinate_jobs RETURNING task_name, args")
        for row in rows:
            arguments: dict[str, Any] = json.loads(row["args"])
            match row["task_name"]:
                case "remove_objects":
                    await RemoveObjects(self.objects)(arguments["keys"])
                case "purge_files":
                    await purge()
                case other:
                    pytest.fail(f"an unknown job: {other}")
        await SweepFiles(self.open, self.objects, purge, remove_bucket, retention=WEEK, upload_expiry=NOW)()

    def leftovers(self) -> list[str]:
        """What interrupted writes have left in the folder."""
        return [path.name for path in (self.folder / "staging").iterdir()]


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Starts processes quickly: they are forks of one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.persistence.storage.crashing"])
    return context


@pytest.fixture
async def crashes(migrated_database: str, tmp_path: Path, processes: ForkServerContext) -> AsyncGenerator[Crashes]:
    async with opened(migrated_database, tmp_path / "data" / "objects", processes) as kept:
        yield kept


@asynccontextmanager
async def opened(url: str, folder: Path, processes: ForkServerContext) -> AsyncGenerator[Crashes]:
    database = await Database.connect(DatabaseOptions(url))
    try:
        async with open_disk_store(folder) as objects:
            yield Crashes(database, objects, PostgresStorage(Transactions(database)), url, folder, processes)
    finally:
        await database.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ACTS)
async def test_whatever_call_it_is_killed_at(crashes: Crashes, name: str) -> None:
    for burns_at in range(1, MOST_CALLS):
        act = await crashes.prepare(name, burns_at)

        code = await crashes.run(act)

        assert code in {0, -signal.SIGKILL}, f"{name} ended with {code} at {burns_at}"
        await crashes.assert_bytes()
        await crashes.mend()
        await crashes.assert_bytes()
        assert await crashes.findings() == [], f"after {name} was killed at {burns_at}"
        assert crashes.leftovers() == []
        if code == 0:
            break
    else:
        pytest.fail("it does not end")
    assert burns_at > 2
