"""Deleting files and folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.storage.errors import StorageUnavailableError
from persistence.jobs.registry import JobError
from persistence.objects.disk.store import DiskObjectStore
from tests.graph.storage.kept_files import DELETE, DELETE_FOLDER, DELETE_MANY, DELETED, KeptFiles, serving_files

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.graph.administration.people import Person


@pytest.fixture
async def files(migrated_database: str, tmp_path: Path) -> AsyncGenerator[KeptFiles]:
    async with serving_files(migrated_database, tmp_path) as served:
        await served.bucket()
        yield served


@pytest.fixture
async def forgetful(migrated_database: str, tmp_path: Path) -> AsyncGenerator[KeptFiles]:
    """An installation that keeps nothing of what is deleted."""
    async with serving_files(migrated_database, tmp_path, file_retention=0) as served:
        await served.bucket()
        yield served


async def test_a_deleted_file_frees_its_path_and_its_bytes_stay_for_now(files: KeptFiles) -> None:
    file = await files.file("a.txt")

    deleted = await files.data(None, DELETE, id=file)

    assert deleted["deletedAt"] is not None
    assert (await files.paths(), await files.used()) == ([], 0)
    await files.run_jobs()
    assert await files.body(file) == b"hello"
    assert await files.code(None, DELETE, id=file) == "NOT_FOUND"
    await files.file("a.txt")


async def test_where_nothing_is_kept_the_bytes_go_at_once(forgetful: KeptFiles) -> None:
    file = await forgetful.file("a.txt")

    await forgetful.data(None, DELETE, id=file)
    assert await forgetful.value("SELECT status FROM selfgraph.files") == "deleting"
    await forgetful.run_jobs()

    assert await forgetful.value("SELECT count(*) FROM selfgraph.files") == 0
    assert await forgetful.keys() == []


async def test_a_store_that_is_away_keeps_the_row_until_the_bytes_are_gone(
    forgetful: KeptFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = await forgetful.file("a.txt")
    await forgetful.data(None, DELETE, id=file)

    async def away(*_: object) -> None:
        raise StorageUnavailableError

    with monkeypatch.context() as broken:
        broken.setattr(DiskObjectStore, "remove", away)
        with pytest.raises(JobError) as failed:
            await forgetful.run_jobs()
    assert failed.value.permanent is False
    assert await forgetful.value("SELECT status FROM selfgraph.files") == "deleting"

    await forgetful.jobs.sweep()
    assert await forgetful.value("SELECT count(*) FROM selfgraph.files") == 0
    assert await forgetful.keys() == []


async def test_another_version_is_a_conflict(files: KeptFiles) -> None:
    file = await files.file("a.txt")

    assert await files.code(None, DELETE, id=file, ifVersion=2) == "CONFLICT"
    assert await files.paths() == ["a.txt"]


async def test_who_may_not_delete_a_file_does_not(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt")
    before = await files.everything()

    assert await files.code(ann, DELETE, id=file) == "NOT_FOUND"
    await files.allow("select")
    await files.allow("delete", '{"owner_id": {"_eq": "X-User-Id"}}')
    assert await files.code(ann, DELETE, id=file) == "FORBIDDEN"
    assert await files.everything() == before
    own = await files.file("own.txt", owner=ann)
    assert await files.code(ann, DELETE, id=own) is None


async def test_several_files_are_deleted_and_the_trail_tells_how_many(files: KeptFiles) -> None:
    ids = [await files.file(f"{number}.txt") for number in range(3)]

    deleted = await files.data(None, DELETE_MANY, ids=[*ids, ids[0]])

    assert [each["id"] for each in deleted] == ids
    assert (await files.paths(), await files.used()) == ([], 0)
    ((action, details),) = await files.trail()
    assert (action, details["files"]) == ("files.delete", 3)


async def test_none_of_several_is_deleted_if_one_is_not_there(files: KeptFiles) -> None:
    file = await files.file("a.txt")
    before = await files.everything()
    missing = "00000000-0000-7000-8000-000000000000"

    assert await files.code(None, DELETE_MANY, ids=[file, missing]) == "NOT_FOUND"
    assert await files.everything() == before


async def test_none_of_several_is_deleted_if_one_is_beyond_reach(files: KeptFiles) -> None:
    ann = await files.people.make()
    await files.bucket("hers", ann)
    ids = [await files.file("a.txt", bucket="hers"), await files.file("b.txt")]
    before = await files.everything()

    assert await files.code(ann, DELETE_MANY, ids=ids) == "NOT_FOUND"
    await files.allow("select")
    assert await files.code(ann, DELETE_MANY, ids=ids) == "FORBIDDEN"
    assert (await files.everything())[:4] == before[:4]
    await files.allow("delete")
    assert await files.code(ann, DELETE_MANY, ids=ids) is None


async def test_a_session_variable_that_is_missing_does_not_tell_of_a_file(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt")
    for action in ("select", "delete"):
        await files.allow(action, '{"top_folder": {"_eq": "X-Team"}}')

    assert await files.code(ann, DELETE_MANY, ids=[file]) == "NOT_FOUND"
    assert await files.code(ann, DELETE, id=file) == "NOT_FOUND"


async def test_more_than_a_hundred_are_refused_and_none_is_nothing(files: KeptFiles) -> None:
    ids = [f"00000000-0000-7000-8000-{number:012}" for number in range(101)]

    assert await files.code(None, DELETE_MANY, ids=ids) == "VALIDATION"
    assert await files.data(None, DELETE_MANY, ids=[]) == []
    assert await files.trail() == []


async def test_a_folder_is_deleted_with_all_below_and_nothing_beside(files: KeptFiles) -> None:
    for path in ("a/1", "a/b/2", "a/b/c/3", "a", "ab/4", "a.txt", "a0", "b/a/5"):
        await files.file(path)

    assert await files.data(None, DELETE_FOLDER, bucket="box", path="a/") == 3

    assert await files.paths() == ["a", "a.txt", "a0", "ab/4", "b/a/5"]
    assert await files.used() == 25
    assert await files.trail() == [("folder.delete", {"path": "a", "files": 3})]


async def test_a_folder_of_the_same_name_in_another_bucket_stays(files: KeptFiles) -> None:
    await files.bucket("other")
    for bucket in ("box", "other"):
        await files.file("a/1", bucket=bucket)

    assert await files.data(None, DELETE_FOLDER, bucket="box", path="a") == 1
    assert (await files.paths("box"), await files.paths("other")) == ([], ["a/1"])


async def test_a_folder_without_files_is_nothing(files: KeptFiles) -> None:
    assert await files.data(None, DELETE_FOLDER, bucket="box", path="none") == 0
    assert await files.trail() == []


@pytest.mark.parametrize("path", ["", "/", "..", "a/../b", "a//"])
async def test_what_is_no_folder_is_refused(files: KeptFiles, path: str) -> None:
    await files.file("a/1")

    assert await files.code(None, DELETE_FOLDER, bucket="box", path=path) == "VALIDATION"
    assert await files.paths() == ["a/1"]


async def test_a_folder_of_hidden_files_is_like_one_without_files(files: KeptFiles) -> None:
    ann = await files.people.make()
    await files.file("hidden/1")
    for action in ("select", "delete"):
        await files.allow(action, '{"owner_id": {"_eq": "X-User-Id"}}')

    assert await files.data(ann, DELETE_FOLDER, bucket="box", path="hidden") == 0
    assert await files.data(ann, DELETE_FOLDER, bucket="box", path="none") == 0
    assert await files.paths() == ["hidden/1"]


async def test_of_a_folder_with_files_beyond_reach_nothing_is_deleted(files: KeptFiles) -> None:
    ann = await files.people.make()
    for path, owner in (("a/1", ann), ("a/2", None), ("b/3", ann)):
        await files.file(path, owner=owner)
    await files.allow("select")
    await files.allow("delete", '{"owner_id": {"_eq": "X-User-Id"}}')
    before = await files.everything()

    assert await files.code(ann, DELETE_FOLDER, bucket="box", path="a") == "FORBIDDEN"
    assert await files.everything() == before
    assert await files.data(ann, DELETE_FOLDER, bucket="box", path="b") == 1


async def test_who_has_nothing_to_do_with_a_bucket_deletes_no_folder(files: KeptFiles) -> None:
    ann = await files.people.make()
    await files.file("a/1")
    before = await files.everything()

    assert await files.code(ann, DELETE_FOLDER, bucket="box", path="a") == "NOT_FOUND"
    await files.allow("select")
    assert await files.code(ann, DELETE_FOLDER, bucket="box", path="a") == "FORBIDDEN"
    assert (await files.everything())[:4] == before[:4]


async def test_a_folder_goes_for_good_where_nothing_is_kept(forgetful: KeptFiles) -> None:
    for number in range(250):
        await forgetful.file(f"a/{number}", b"")
    await forgetful.file("b", b"")

    assert await forgetful.data(None, DELETE_FOLDER, bucket="box", path="a") == 250
    await forgetful.run_jobs()

    assert await forgetful.value("SELECT count(*) FROM selfgraph.files") == 1
    assert len(await forgetful.keys()) == 1


async def test_the_deleted_files_that_may_be_restored_are_listed(files: KeptFiles) -> None:
    ann = await files.people.make()
    ids = [await files.file(f"{number}.txt", owner=owner) for number, owner in enumerate((ann, None))]
    for each in ids:
        await files.data(None, DELETE, id=each)
    await files.allow("select")

    async def listed(person: Person | None) -> list[str]:
        return [node["id"] for node in (await files.data(person, DELETED, bucket="box"))["nodes"]]

    assert await listed(None) == ids[::-1]
    assert await listed(ann) == []
    await files.allow("delete", '{"owner_id": {"_eq": "X-User-Id"}}')
    assert await listed(ann) == ids[:1]
    assert await files.code(ann, DELETED, bucket="other") == "NOT_FOUND"
