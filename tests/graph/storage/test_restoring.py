"""Restoring deleted files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.storage.kept_files import DELETE, DELETE_MANY, DELETED, RESTORE, KeptFiles, serving_files

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path


@pytest.fixture
async def files(migrated_database: str, tmp_path: Path) -> AsyncGenerator[KeptFiles]:
    async with serving_files(migrated_database, tmp_path) as served:
        await served.bucket()
        yield served


async def deleted_file(files: KeptFiles, path: str = "a.txt", body: bytes = b"hello") -> str:
    file = await files.file(path, body)
    await files.data(None, DELETE, id=file)
    return file


async def test_a_deleted_file_comes_back(files: KeptFiles) -> None:
    file = await deleted_file(files)

    restored = await files.data(None, RESTORE, id=file)

    assert (restored["path"], restored["deletedAt"]) == ("a.txt", None)
    assert (await files.paths(), await files.used()) == (["a.txt"], 5)
    assert await files.body(file) == b"hello"


async def test_a_file_comes_back_at_another_path(files: KeptFiles) -> None:
    file = await deleted_file(files)

    assert (await files.data(None, RESTORE, id=file, path="b/b.txt"))["path"] == "b/b.txt"


async def test_a_file_that_is_not_deleted_is_not_found(files: KeptFiles) -> None:
    file = await files.file("a.txt")

    assert await files.code(None, RESTORE, id=file) == "NOT_FOUND"


async def test_a_file_whose_time_is_over_is_not_found(files: KeptFiles) -> None:
    file = await deleted_file(files)
    await files.execute("UPDATE selfgraph.files SET deleted_at = now() - interval '8 days'")

    assert await files.code(None, RESTORE, id=file) == "NOT_FOUND"
    await files.jobs.sweep()
    assert await files.value("SELECT count(*) FROM selfgraph.files") == 0
    assert await files.keys() == []


async def test_a_taken_path_is_a_conflict(files: KeptFiles) -> None:
    file = await deleted_file(files)
    await files.file("a.txt")
    before = await files.everything()

    assert await files.code(None, RESTORE, id=file) == "CONFLICT"
    assert await files.everything() == before


async def test_a_quota_without_room_refuses(files: KeptFiles) -> None:
    file = await deleted_file(files)
    await files.execute("UPDATE selfgraph.buckets SET quota = 4")
    before = await files.everything()

    assert await files.code(None, RESTORE, id=file) == "PAYLOAD_TOO_LARGE"
    assert await files.everything() == before


async def test_of_several_that_are_restored_at_once_the_quota_lets_some_back(files: KeptFiles) -> None:
    ids = [await deleted_file(files, f"{number}.txt") for number in range(4)]
    await files.execute("UPDATE selfgraph.buckets SET quota = 12")

    codes = await asyncio.gather(*(files.code(None, RESTORE, id=each) for each in ids))

    assert sorted(codes, key=str) == [None] * 2 + ["PAYLOAD_TOO_LARGE"] * 2
    assert await files.used() == 10


async def test_of_several_that_are_restored_to_a_path_at_once_one_is(files: KeptFiles) -> None:
    ids = [await deleted_file(files) for _ in range(4)]

    codes = await asyncio.gather(*(files.code(None, RESTORE, id=each) for each in ids))

    assert sorted(codes, key=str) == ["CONFLICT"] * 3 + [None]
    assert await files.paths() == ["a.txt"]


async def test_a_file_is_either_restored_or_purged(files: KeptFiles) -> None:
    ids = [await deleted_file(files, f"{number}.txt") for number in range(5)]
    # Some milliseconds more, in which both the sweep and a restoration find them.
    await files.execute("UPDATE selfgraph.files SET deleted_at = now() - interval '7 days' + interval '0.2 s'")

    async def restore(file: str) -> str | None:
        await asyncio.sleep(0)
        return await files.code(None, RESTORE, id=file)

    async def sweep() -> None:
        for _ in range(10):
            await files.jobs.sweep()

    *codes, _ = await asyncio.gather(*map(restore, ids), sweep())

    living = await files.paths()
    assert len(living) == codes.count(None)
    for file, code in zip(ids, codes, strict=True):
        there = await files.value("SELECT status FROM selfgraph.files WHERE id = $1::text::uuid", file)
        assert (there, await files.body(file)) == (("ready", b"hello") if code is None else (there, None))


async def test_who_may_not_delete_does_not_restore(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await deleted_file(files)
    before = await files.everything()

    assert await files.code(ann, RESTORE, id=file) == "NOT_FOUND"
    await files.allow("select")
    await files.allow("update")
    assert await files.code(ann, RESTORE, id=file) == "FORBIDDEN"
    assert (await files.everything())[:4] == before[:4]
    await files.allow("delete")
    assert await files.code(ann, RESTORE, id=file) is None


async def test_a_deleted_file_of_a_public_bucket_is_not_public(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await deleted_file(files)
    await files.execute("UPDATE selfgraph.buckets SET public = true")

    assert await files.code(ann, RESTORE, id=file) == "NOT_FOUND"


async def test_another_path_needs_the_right_to_change(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await deleted_file(files)
    for action in ("select", "delete"):
        await files.allow(action)
    before = await files.everything()

    assert await files.code(ann, RESTORE, id=file, path="b.txt") == "FORBIDDEN"
    assert await files.everything() == before


async def test_who_may_not_have_a_path_is_not_told_whether_it_is_taken(files: KeptFiles) -> None:
    ann = await files.people.make()
    file = await files.file(f"{ann.id}/a.txt")
    await files.file("hers/secret.txt")
    for action in ("select", "update", "delete"):
        await files.allow(action, '{"top_folder": {"_eq": "X-User-Id"}}')
    await files.data(ann, DELETE, id=file)
    before = await files.everything()

    taken, free = [
        await files.people.refusal(ann, RESTORE, {"id": file, "path": path})
        for path in ("hers/secret.txt", "hers/none.txt")
    ]

    assert taken == free
    assert taken["code"] == "FORBIDDEN"
    assert await files.everything() == before


@pytest.mark.parametrize(
    ("readable", "removable"),
    [
        ('{"owner_id": {"_eq": "X-User-Id"}}', '{"owner_id": {"_eq": "X-User-Id"}}'),
        ('{"path": {"_like": "mine%"}}', '{"path": {"_like": "%.txt"}}'),
        ('{"path": {"_like": "mine%"}}', '{"owner_id": {"_eq": "X-User-Id"}}'),
    ],
)
async def test_deleted_files_are_listed_within_both_rules(files: KeptFiles, readable: str, removable: str) -> None:
    ann = await files.people.make()
    await files.allow("select", readable)
    await files.allow("delete", removable)
    for path, owner in (("mine.txt", ann), ("mine.png", None), ("other.txt", None)):
        await files.data(None, DELETE, id=await files.file(path, owner=owner))

    assert [each["path"] for each in (await files.data(ann, DELETED, bucket="box"))["nodes"]] == ["mine.txt"]


PAGE = """query($first: Int, $after: String, $last: Int, $before: String) {
    deletedFiles(bucket: "box", first: $first, after: $after, last: $last, before: $before) {
        nodes { path } edges { cursor node { path } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def test_deleted_files_come_in_pages_both_ways_the_last_one_first(files: KeptFiles) -> None:
    ids = [await files.file(f"{number}.txt") for number in range(5)]
    await files.data(None, DELETE_MANY, ids=ids[3:])  # at the same time: the later id is the first
    for each in ids[:3]:
        await files.data(None, DELETE, id=each)
    await files.file("living.txt")
    await files.pending("pending.txt")

    async def page(**given: Any) -> tuple[list[str], Any]:
        found = await files.data(None, PAGE, **given)
        assert [edge["node"] for edge in found["edges"]] == found["nodes"]
        assert [found["edges"][place]["cursor"] for place in (0, -1)] == [
            found["pageInfo"]["startCursor"],
            found["pageInfo"]["endCursor"],
        ]
        return [node["path"][0] for node in found["nodes"]], found["pageInfo"]

    first, place = await page(first=2)
    second, further = await page(first=2, after=place["endCursor"])
    third, end = await page(first=2, after=further["endCursor"])
    back, _ = await page(last=3, before=end["startCursor"])

    assert (first, second, third) == (["2", "1"], ["0", "4"], ["3"])
    assert back == ["1", "0", "4"]
    assert [each["hasNextPage"] for each in (place, further, end)] == [True, True, False]


@pytest.mark.parametrize("given", [{"first": 0}, {"first": 101}, {"first": 1, "last": 1}, {"after": "x"}])
async def test_what_makes_no_page_of_deleted_files_is_refused(files: KeptFiles, given: dict[str, Any]) -> None:
    assert await files.code(None, PAGE, **given) == "VALIDATION"


async def test_a_file_whose_time_is_over_is_not_listed(files: KeptFiles) -> None:
    await deleted_file(files)
    await files.execute("UPDATE selfgraph.files SET deleted_at = now() - interval '8 days'")

    assert await files.data(None, DELETED, bucket="box") == {"nodes": []}


async def test_a_bucket_that_is_gone_restores_nothing(files: KeptFiles) -> None:
    file = await deleted_file(files)
    await files.execute("UPDATE selfgraph.buckets SET deleted_at = now()")

    assert await files.code(None, RESTORE, id=file) == "NOT_FOUND"
