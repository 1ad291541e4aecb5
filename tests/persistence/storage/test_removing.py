"""Removing what nobody needs, and sweeping what has expired."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.identifiers import new_id
from domain.storage.errors import StorageUnavailableError
from domain.storage.files import ReadyBytes, UploadKind
from domain.storage.objects import Expected, new_object_key
from domain.storage.removing import BATCH, PurgeFiles, RemoveBucket, RemoveObjects
from domain.storage.showing_images import MOST_KEPT, DerivedImage
from domain.storage.sweeping import SweepFiles
from persistence.objects.disk.store import DiskObjectStore
from persistence.storage.derived import PostgresDerivedImages
from tests.persistence.storage.kept import Kept, keeping, pieces

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from domain.storage.sweeping import Swept

DAY = timedelta(days=1)
DERIVED = """
INSERT INTO selfgraph.derived_objects (file_id, version, transform, object_key, size, content_type, etag, used_at)
VALUES ($1::text::uuid, $2, 'w=16', $3, 8, 'image/png', '""', now() - $4::text::interval)
"""
MANY_DERIVED = """
INSERT INTO selfgraph.derived_objects (file_id, version, transform, object_key, size, content_type, etag, used_at)
SELECT $1::text::uuid, 1, 'w=' || number, gen_random_uuid()::text, 8, 'image/png', '""', now() - number * interval '1 hour'
FROM generate_series(1, $2::int) AS number
"""
JOBS = "SELECT COALESCE(array_agg(task_name || args::text ORDER BY id), '{}') FROM selfgraph.procrastinate_jobs"


@pytest.fixture
async def kept(any_migrated_database: str, tmp_path: Path) -> AsyncGenerator[Kept]:
    async with keeping(any_migrated_database, tmp_path / "data" / "objects") as opened:
        await opened.bucket()
        yield opened


async def sweep(kept: Kept) -> Swept:
    purge = PurgeFiles(kept.open, kept.objects)
    remove_bucket = RemoveBucket(kept.open, purge)
    return await SweepFiles(kept.open, kept.objects, purge, remove_bucket, retention=DAY, upload_expiry=DAY)()


async def some_object(kept: Kept) -> str:
    key = new_object_key()
    await kept.objects.write(key, pieces(b"an image"), Expected())
    return key


def breaking(monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    """Have the store be away for these keys, or for all."""
    remove = DiskObjectStore.remove

    async def broken(store: DiskObjectStore, key: str) -> None:
        if not keys or key in keys:
            raise StorageUnavailableError
        await remove(store, key)

    monkeypatch.setattr(DiskObjectStore, "remove", broken)


async def test_objects_are_removed_and_once_more_is_nothing(kept: Kept) -> None:
    file = await kept.file("a.txt")
    keys = [await some_object(kept) for _ in range(BATCH + 1)]

    await RemoveObjects(kept.objects)(keys)
    await RemoveObjects(kept.objects)(keys)

    assert len(await kept.keys()) == 1
    assert await kept.body(file) == b"hello"


async def test_an_object_that_cannot_be_removed_now_does_not_keep_the_others(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [await some_object(kept) for _ in range(5)]
    breaking(monkeypatch, keys[1])

    with pytest.raises(StorageUnavailableError):
        await RemoveObjects(kept.objects)(keys)

    assert await kept.keys() == [keys[1]]


async def test_a_purge_removes_what_is_deleting_and_nothing_else(kept: Kept) -> None:
    file, doomed = await kept.file("a.txt"), await kept.file("b.png")
    await kept.execute(DERIVED, doomed, 1, await some_object(kept), "0 s")
    await kept.execute("UPDATE selfgraph.files SET status = 'deleting' WHERE path = 'b.png'")

    assert await PurgeFiles(kept.open, kept.objects)() == 1

    assert await kept.value("SELECT array_agg(id::text) FROM selfgraph.files") == [file]
    assert len(await kept.keys()) == 1


async def test_a_row_stays_until_its_bytes_are_gone(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        await kept.file(f"{number}.txt")
    stubborn = (await kept.keys())[2]
    await kept.execute("UPDATE selfgraph.files SET status = 'deleting'")

    with monkeypatch.context() as broken:
        breaking(broken, stubborn)
        with pytest.raises(StorageUnavailableError):
            await PurgeFiles(kept.open, kept.objects)()

    assert await kept.value("SELECT array_agg(object_key) FROM selfgraph.files") == [stubborn]
    assert await PurgeFiles(kept.open, kept.objects)() == 1
    assert await kept.value("SELECT count(*) FROM selfgraph.files") == 0


async def test_something_that_is_made_of_a_file_while_it_is_purged_is_removed_the_next_time(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = await kept.file("a.png")
    await kept.execute("UPDATE selfgraph.files SET status = 'deleting'")
    remove, late = DiskObjectStore.remove, await some_object(kept)

    async def remove_late(store: DiskObjectStore, key: str) -> None:
        await kept.execute(DERIVED, file, 1, late, "0 s")
        monkeypatch.setattr(DiskObjectStore, "remove", remove)
        await remove(store, key)

    monkeypatch.setattr(DiskObjectStore, "remove", remove_late)

    await PurgeFiles(kept.open, kept.objects)()
    assert await kept.value("SELECT count(*) FROM selfgraph.files") == 1
    await PurgeFiles(kept.open, kept.objects)()
    assert (await kept.value("SELECT count(*) FROM selfgraph.files"), await kept.keys()) == (0, [])


async def test_a_sweep_deletes_for_good_what_was_deleted_long_ago(kept: Kept) -> None:
    for number, age in enumerate(("2 days", "1 hour", None)):
        file = await kept.file(f"{number}.txt")
        await kept.execute(
            "UPDATE selfgraph.files SET deleted_at = now() - $2::text::interval WHERE id = $1::text::uuid", file, age
        )

    swept = await sweep(kept)

    assert swept.files == 1
    assert await kept.value("SELECT array_agg(path ORDER BY path) FROM selfgraph.files") == ["1.txt", "2.txt"]
    assert len(await kept.keys()) == 2


async def test_a_sweep_ends_expired_uploads_and_gives_their_quota_back(kept: Kept) -> None:
    await kept.pending("nothing.txt", seconds=-1)
    await kept.pending("arrived.txt", body=b"hello", seconds=-1)
    going_on = await kept.pending("going-on.txt", body=b"hello")

    swept = await sweep(kept)

    assert swept.uploads == 2
    assert await kept.value("SELECT array_agg(id::text) FROM selfgraph.files") == [going_on]
    assert (await kept.used(), len(await kept.keys())) == (5, 1)


async def test_a_sweep_forgets_completed_uploads_whose_time_is_over_and_keeps_their_files(kept: Kept) -> None:
    for name, seconds in (("old.txt", -1), ("new.txt", 60)):
        file = UUID(await kept.pending(name, body=b"hello", seconds=seconds))
        async with kept.open() as work:
            await work.uploads.make_ready(file, ReadyBytes(f"ke/{name}", 5, b"digest", "text/plain"), remember=True)

    swept = await sweep(kept)

    assert swept.uploads == 0
    assert await kept.paths() == ["new.txt", "old.txt"]
    path = "SELECT string_agg(path, ' ') FROM selfgraph.files JOIN selfgraph.uploads ON file_id = id"
    assert await kept.value(path) == "new.txt"


async def test_the_pieces_of_an_expired_upload_are_abandoned(kept: Kept, tmp_path: Path) -> None:
    file = await kept.pending("a.txt", kind=UploadKind.RESUMABLE, seconds=-1)
    key = await kept.value("SELECT object_key FROM selfgraph.files WHERE id = $1::text::uuid", file)
    upload = await kept.objects.append(await kept.objects.begin(key, "text/plain"), pieces(b"hel"), 5)
    await kept.execute("UPDATE selfgraph.uploads SET token = $1, received = $2", upload.token, upload.offset)

    await sweep(kept)

    assert await kept.value("SELECT count(*) FROM selfgraph.files") == 0
    assert list((tmp_path / "data" / "objects" / "staging").iterdir()) == []


async def test_an_upload_that_this_server_took_is_not_the_store_s_to_abandon(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept.pending("a.txt", kind=UploadKind.DIRECT, seconds=-1, token="receiving")
    await kept.pending("b.txt", kind=UploadKind.DIRECT, seconds=-1, token='{"the": "store\'s"}')
    abandoned: list[str] = []

    async def abandon(_: object, key: str, token: str) -> None:  # noqa: ARG001 - the port's signature
        abandoned.append(token)

    monkeypatch.setattr(DiskObjectStore, "abandon_direct", abandon)

    await sweep(kept)

    assert abandoned == ['{"the": "store\'s"}']
    assert await kept.value("SELECT count(*) FROM selfgraph.files") == 0


async def test_a_sweep_drops_what_was_made_of_files_and_is_not_needed(kept: Kept) -> None:
    file = await kept.file("a.png")
    recent, old, outdated = [await some_object(kept) for _ in range(3)]
    await kept.execute(DERIVED, file, 1, recent, "29 days")
    await kept.execute(DERIVED.replace("w=16", "w=32"), file, 1, old, "31 days")
    await kept.execute(DERIVED, file, 7, outdated, "0 s")

    swept = await sweep(kept)

    assert swept.derived == 2
    assert await kept.value("SELECT array_agg(object_key) FROM selfgraph.derived_objects") == [recent]
    (job,) = await kept.value(JOBS)
    assert job.startswith("remove_objects")
    assert all(key in job for key in (old, outdated))


async def test_a_sweep_leaves_the_images_of_a_file_that_were_asked_for_last(kept: Kept) -> None:
    file_id = await kept.file("a.png")
    await kept.execute(MANY_DERIVED, file_id, MOST_KEPT)
    images = PostgresDerivedImages(kept.database)
    oldest, next_oldest = f"w={MOST_KEPT}", f"w={MOST_KEPT - 1}"

    for number in range(2):
        new = DerivedImage(new_object_key(), 8, "image/png", '""')
        assert await images.add(UUID(file_id), 1, f"new={number}", new)
    assert await images.find(UUID(file_id), 1, oldest) is not None  # and so it is one that was asked for last
    swept = await sweep(kept)

    assert swept.derived == 1
    assert await images.find(UUID(file_id), 1, next_oldest) is None
    for transform in (oldest, "new=0", "new=1"):
        assert await images.find(UUID(file_id), 1, transform) is not None


async def test_a_sweep_removes_what_interrupted_writes_have_left(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    swept_before: list[Any] = []

    async def sweeping(_: object, before: Any) -> int:
        swept_before.append(before)
        return 3

    monkeypatch.setattr(DiskObjectStore, "sweep", sweeping)

    assert (await sweep(kept)).leftovers == 3
    assert len(swept_before) == 1


async def test_a_sweep_goes_on_although_the_store_is_away(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    await kept.pending("a.txt", seconds=-1)
    breaking(monkeypatch)

    with pytest.raises(StorageUnavailableError):
        await sweep(kept)

    assert await kept.used() == 0
    assert await kept.value("SELECT status FROM selfgraph.files") == "deleting"


async def test_an_upload_that_is_being_completed_is_not_swept(kept: Kept) -> None:
    await kept.pending("a.txt", body=b"hello", seconds=-1)

    async with kept.open() as work:
        file_id = await kept.value("SELECT id FROM selfgraph.files")
        assert await work.uploads.lock(file_id) is not None
        assert (await sweep(kept)).uploads == 0

    assert (await sweep(kept)).uploads == 1


async def test_a_bucket_is_emptied_and_removed(kept: Kept) -> None:
    await kept.bucket("other")
    other = await kept.file("a.txt", bucket="other")
    bucket_id = await kept.value("SELECT id FROM selfgraph.buckets WHERE name = 'box'")
    for number in range(BATCH + 5):
        await kept.file(f"{number}.txt", b"")
    await kept.pending("pending.txt", body=b"hello")
    await kept.allow("select")
    await kept.execute("UPDATE selfgraph.buckets SET deleted_at = now() WHERE name = 'box'")

    assert await RemoveBucket(kept.open, PurgeFiles(kept.open, kept.objects))(bucket_id)

    assert await kept.value("SELECT array_agg(name) FROM selfgraph.buckets") == ["other"]
    assert await kept.value("SELECT count(*) FROM selfgraph.file_rules") == 0
    assert await kept.value("SELECT array_agg(id::text) FROM selfgraph.files") == [other]
    assert len(await kept.keys()) == 1


async def test_a_bucket_that_is_not_deleted_stays(kept: Kept) -> None:
    bucket_id = await kept.value("SELECT id FROM selfgraph.buckets")
    await kept.file("a.txt")
    remove = RemoveBucket(kept.open, PurgeFiles(kept.open, kept.objects))

    await remove(bucket_id)
    await remove(new_id())

    assert await kept.paths() == ["a.txt"]


async def test_a_sweep_ends_the_removal_of_buckets(kept: Kept) -> None:
    await kept.file("a.txt")
    await kept.execute("UPDATE selfgraph.buckets SET deleted_at = now()")

    await sweep(kept)

    assert await kept.value("SELECT count(*) FROM selfgraph.buckets") == 0
    assert await kept.keys() == []
