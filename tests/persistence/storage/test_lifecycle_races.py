"""Files that are completed, overwritten and restored while others remove them: rows, bytes and counts always fit."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.client import UNKNOWN_CLIENT
from domain.errors import NotFoundError
from domain.storage.changing import MoveFile, Target
from domain.storage.errors import PathTakenError
from domain.storage.removing import PurgeFiles, RemoveBucket
from domain.storage.restoring import RestoreFile
from domain.storage.sweeping import SweepFiles
from domain.storage.uploads import NewUpload
from persistence.objects.disk import open_disk_store
from tests.persistence.objects.bodies import pieces_of
from tests.persistence.storage.racing import (
    AUTHORITY,
    OPERATOR,
    Interrupted,
    InterruptedTransactions,
    Races,
    racing,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from domain.storage.files import File
    from domain.storage.upload_use_cases import UploadUseCases

BODY = b"some bytes"
WEEK = timedelta(days=7)
BUCKET = "SELECT id FROM selfgraph.buckets WHERE name = 'box'"
WAITING = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"


@pytest.fixture
async def races(migrated_database: str, tmp_path: Path) -> AsyncGenerator[Races]:
    async with open_disk_store(tmp_path / "data" / "objects") as objects, racing(migrated_database, objects) as opened:
        yield opened


async def sweep(races: Races, *, store: Any = None) -> None:
    """Have everything go that has expired, and all that was deleted."""
    objects = store or races.objects
    purge = PurgeFiles(races.open, objects)
    remove = RemoveBucket(races.open, purge)
    await SweepFiles(races.open, objects, purge, remove, retention=timedelta(0), upload_expiry=WEEK)()


async def expire(races: Races) -> None:
    """Do what a sweep does with uploads when the time of all of them is over."""
    async with races.open() as work:
        await work.removals.expire_uploads(datetime.now(UTC) + WEEK, 100)
    await PurgeFiles(races.open, races.objects)()


async def delete_bucket(races: Races) -> None:
    """Delete the bucket by force, and do its jobs."""
    bucket_id = await races.value(BUCKET)
    async with races.open() as work:
        await work.bucket_changes.remove(bucket_id)
    await races.run_jobs()


async def remove_bucket(races: Races) -> bool:
    """Do the job again, as the worker does until the bucket is gone."""
    bucket_id = await races.value(BUCKET)
    return bucket_id is None or await RemoveBucket(races.open, PurgeFiles(races.open, races.objects))(bucket_id)


async def upload(process: UploadUseCases, body: bytes, *, overwrite: bool = False) -> File:
    return await process.form(
        OPERATOR, UNKNOWN_CLIENT, NewUpload("box", "a.txt", len(body), overwrite=overwrite), pieces_of(body)
    )


async def received(races: Races) -> UUID:
    """The id of an upload whose bytes are here, and which is not completed."""
    process = races.process()
    created = await process.create(OPERATOR, UNKNOWN_CLIENT, NewUpload("box", "a.txt", len(BODY)))
    await process.receive(created.pending.file.id, len(BODY), pieces_of(BODY))
    return created.pending.file.id


async def test_a_file_is_restored_while_it_is_swept(races: Races) -> None:
    file_id = await races.file("a.txt", BODY)
    await races.execute("UPDATE selfgraph.files SET deleted_at = now()")
    restoring = InterruptedTransactions(races.open, "changes", "lock_deleted", lambda: sweep(races))

    await RestoreFile(restoring, AUTHORITY, retention=WEEK)(OPERATOR, UUID(file_id))

    assert await races.body(file_id) == BODY
    await races.assert_sound()


async def test_a_file_that_is_being_removed_is_not_restored(races: Races) -> None:
    file_id = await races.file("a.txt", BODY)
    await races.execute("UPDATE selfgraph.files SET deleted_at = now()")

    async def restore() -> None:
        with pytest.raises(NotFoundError):
            await RestoreFile(races.open, AUTHORITY, retention=WEEK)(OPERATOR, UUID(file_id))

    await sweep(races, store=Interrupted(races.objects, "remove", restore, before=True))

    assert (await races.paths(), await races.keys()) == ([], [])
    await races.assert_sound()


async def test_an_upload_is_completed_while_it_expires(races: Races) -> None:
    file_id = await received(races)
    locked = InterruptedTransactions(races.open, "uploads", "lock", lambda: expire(races))

    file = await races.process(open_storage=locked).complete(OPERATOR, file_id)

    assert await races.body(str(file.id)) == BODY
    await races.assert_sound()


async def test_an_upload_that_has_expired_is_not_completed(races: Races) -> None:
    file_id = await received(races)
    late = InterruptedTransactions(races.open, "uploads", "lock", lambda: expire(races), before=True)

    with pytest.raises(NotFoundError):
        await races.process(open_storage=late).complete(OPERATOR, file_id)

    await races.assert_sound()
    assert (await races.paths(), await races.keys(), await races.used()) == ([], [], 0)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
async def test_an_upload_expires_while_its_bytes_are_written(races: Races, before: bool) -> None:  # noqa: FBT001 - a parameter
    store = Interrupted(races.objects, "write", lambda: expire(races), before=before)

    with pytest.raises(NotFoundError):
        await upload(races.process(store=store), BODY)

    await races.assert_sound()
    assert (await races.paths(), await races.keys(), await races.used()) == ([], [], 0)


async def test_a_bucket_is_deleted_while_an_upload_is_completed(races: Races) -> None:
    file_id = await received(races)
    entered = InterruptedTransactions(races.open, "buckets", "find", lambda: delete_bucket(races))

    with suppress(NotFoundError):
        await races.process(open_storage=entered).complete(OPERATOR, file_id)

    assert await remove_bucket(races)
    await races.assert_sound()
    assert await races.keys() == []


async def test_a_bucket_is_deleted_while_an_upload_begins(races: Races) -> None:
    entered = InterruptedTransactions(races.open, "uploads", "lock_at", lambda: delete_bucket(races))

    with pytest.raises(NotFoundError):
        await upload(races.process(open_storage=entered), BODY)

    await races.assert_sound()
    assert await races.keys() == []


async def test_a_bucket_is_deleted_while_a_file_is_moved_there(races: Races) -> None:
    await races.bucket("other")
    file_id = await races.file("a.txt", BODY, bucket="other")
    entered = InterruptedTransactions(races.open, "changes", "lock", lambda: delete_bucket(races))

    with pytest.raises(NotFoundError):
        await MoveFile(entered, AUTHORITY, restorable=True)(OPERATOR, UUID(file_id), Target("b.txt", bucket="box"))

    assert await races.body(file_id) == BODY
    await races.assert_sound()


@pytest.mark.parametrize("overwrite", [True, False], ids=["overwriting", "new"])
async def test_two_uploads_take_one_new_path_at_once(races: Races, overwrite: bool) -> None:  # noqa: FBT001 - a parameter
    other = races.process()

    async def be_quicker() -> None:
        await upload(other, b"of the quicker one", overwrite=overwrite)

    store = Interrupted(races.objects, "write", be_quicker)
    if overwrite:
        file = await upload(races.process(store=store), BODY, overwrite=True)
        assert (file.version, await races.body(str(file.id))) == (2, BODY)
    else:
        with pytest.raises(PathTakenError):
            await upload(races.process(store=store), BODY)

    await races.assert_sound()
    assert len(await races.keys()) == 1


async def test_two_uploads_overwrite_one_file_at_once(races: Races) -> None:
    file_id = await races.file("a.txt")
    slower: list[asyncio.Task[File]] = []

    async def begin_another() -> None:
        """Have another one wait for the row that is locked here."""
        slower.append(asyncio.ensure_future(upload(races.process(), BODY, overwrite=True)))
        async with asyncio.timeout(30):
            while not await races.value(WAITING):  # noqa: ASYNC110 - PostgreSQL tells nobody that somebody waits
                await asyncio.sleep(0.01)

    quicker = InterruptedTransactions(races.open, "uploads", "replace", begin_another, before=True)
    await upload(races.process(open_storage=quicker), b"of the quicker one", overwrite=True)
    file = await slower[0]

    assert (str(file.id), file.version, await races.body(file_id)) == (file_id, 3, BODY)
    await races.assert_sound()
    assert len(await races.keys()) == 1
