"""Copying files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.storage.errors import StorageUnavailableError
from persistence.objects.disk.store import DiskObjectStore
from tests.graph.storage.kept_files import COPY, DELETE, KeptFiles, serving_files

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path


@pytest.fixture
async def files(migrated_database: str, tmp_path: Path) -> AsyncGenerator[KeptFiles]:
    async with serving_files(migrated_database, tmp_path) as served:
        await served.bucket()
        yield served


async def test_a_copy_is_another_file_of_the_same_bytes(files: KeptFiles) -> None:
    file = await files.file("a.txt", b"12345")
    await files.execute("UPDATE selfgraph.files SET metadata = '{\"k\": 1}'")

    copy = await files.data(None, COPY, id=file, path="b.txt")

    assert copy["id"] != file
    assert (copy["path"], copy["metadata"], copy["version"]) == ("b.txt", {"k": 1}, 1)
    assert await files.body(copy["id"]) == b"12345"
    assert await files.used() == 10
    assert await files.paths() == ["a.txt", "b.txt"]
    assert await files.value("SELECT count(*) FROM selfgraph.uploads") == 0


async def test_a_copy_outlives_its_source(files: KeptFiles) -> None:
    file = await files.file("a.txt", b"12345")
    copy = (await files.data(None, COPY, id=file, path="b.txt"))["id"]

    await files.data(None, DELETE, id=file)
    await files.execute(
        "UPDATE selfgraph.files SET deleted_at = now() - interval '1 year' WHERE deleted_at IS NOT NULL"
    )
    await files.jobs.sweep()

    assert await files.body(copy) == b"12345"
    assert len(await files.keys()) == 1


async def test_a_copy_belongs_to_the_caller(files: KeptFiles) -> None:
    ann, bob = await files.people.make(), await files.people.make()
    file = await files.file("a.txt", owner=bob)
    await files.allow("select")
    await files.allow("insert", '{"owner_id": {"_eq": "X-User-Id"}}')

    assert (await files.data(ann, COPY, id=file, path="b.txt"))["ownerId"] == ann.id


async def test_a_copy_goes_to_another_bucket(files: KeptFiles) -> None:
    await files.bucket("other")
    file = await files.file("a.txt")

    assert (await files.data(None, COPY, id=file, path="a.txt", bucket="other"))["bucket"] == "other"
    assert (await files.used("box"), await files.used("other")) == (5, 5)


async def test_what_a_copy_replaces_keeps_its_id_and_gets_another_version(files: KeptFiles) -> None:
    file, other = await files.file("a.txt", b"new"), await files.file("b.txt", b"old!")

    copy = await files.data(None, COPY, id=file, path="b.txt", overwrite=True)
    await files.run_jobs()

    assert (copy["id"], copy["version"], copy["size"]) == (other, 2, 3)
    assert await files.body(other) == b"new"
    assert await files.used() == 6
    assert len(await files.keys()) == 2


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"quota": 4}, "PAYLOAD_TOO_LARGE"),
        ({"max_file_size": 4}, "PAYLOAD_TOO_LARGE"),
        ({"allowed_types": ["image/*"]}, "VALIDATION"),
    ],
)
async def test_a_bucket_s_limits_hold(files: KeptFiles, limits: dict[str, Any], code: str) -> None:
    await files.bucket("other", **limits)
    file = await files.file("a.txt", b"12345")
    before = await files.everything()

    assert await files.code(None, COPY, id=file, path="a.txt", bucket="other") == code
    assert await files.everything() == before


async def test_a_taken_path_is_a_conflict(files: KeptFiles) -> None:
    file = await files.file("a.txt")
    before = await files.everything()

    assert await files.code(None, COPY, id=file, path="a.txt") == "CONFLICT"
    assert await files.everything() == before


async def test_two_copies_at_once_do_not_exceed_the_quota(files: KeptFiles) -> None:
    await files.bucket("other", quota=14)
    file = await files.file("a.txt", b"12345")

    codes = await asyncio.gather(
        *(files.code(None, COPY, id=file, path=f"{number}.txt", bucket="other") for number in range(5))
    )

    assert sorted(codes, key=str) == [None] * 2 + ["PAYLOAD_TOO_LARGE"] * 3
    assert await files.used("other") == 10
    await files.run_jobs()
    assert len(await files.keys()) == 3


async def test_another_version_is_a_conflict(files: KeptFiles) -> None:
    file = await files.file("a.txt")

    assert await files.code(None, COPY, id=file, path="b.txt", ifVersion=2) == "CONFLICT"
    assert await files.paths() == ["a.txt"]


async def test_who_may_not_read_a_file_may_not_copy_it(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt")
    await files.allow("insert")
    before = await files.everything()

    assert await files.code(ann, COPY, id=file, path="b.txt") == "NOT_FOUND"
    assert await files.everything() == before


async def test_who_may_not_add_a_file_may_not_copy_one(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt")
    await files.allow("select")
    before = await files.everything()

    assert await files.code(ann, COPY, id=file, path="b.txt") == "FORBIDDEN"
    await files.allow("insert", '{"top_folder": {"_eq": "X-User-Id"}}')
    assert await files.code(ann, COPY, id=file, path="b.txt") == "FORBIDDEN"
    assert (await files.everything())[:2] == before[:2]
    assert await files.keys() == before[-1]
    assert await files.code(ann, COPY, id=file, path=f"{ann.id}/b.txt") is None


async def test_who_may_not_change_a_file_does_not_copy_over_it(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt", b"new")
    other = await files.file("b.txt", b"old")
    for action in ("select", "insert", "delete"):
        await files.allow(action)
    before = await files.everything()

    assert await files.code(ann, COPY, id=file, path="b.txt", overwrite=True) == "FORBIDDEN"
    assert await files.everything() == before
    assert await files.body(other) == b"old"


async def test_a_store_that_is_away_leaves_nothing_and_gives_the_quota_back(
    files: KeptFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = await files.file("a.txt", b"12345")

    async def away(*_: Any) -> None:
        raise StorageUnavailableError

    monkeypatch.setattr(DiskObjectStore, "copy", away)

    assert await files.code(None, COPY, id=file, path="b.txt") == "UNAVAILABLE"
    await files.run_jobs()
    assert await files.used() == 5
    assert await files.value("SELECT count(*) FROM selfgraph.files") == 1
    assert len(await files.keys()) == 1


async def test_a_source_that_is_deleted_meanwhile_is_no_copy(files: KeptFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    file = await files.file("a.txt", b"12345")
    copy = DiskObjectStore.copy

    async def late(store: DiskObjectStore, source: str, target: str) -> None:
        await files.data(None, DELETE, id=file)
        await store.remove(source)
        await copy(store, source, target)

    monkeypatch.setattr(DiskObjectStore, "copy", late)

    assert await files.code(None, COPY, id=file, path="b.txt") == "NOT_FOUND"
    assert await files.paths() == []
    assert await files.used() == 0
