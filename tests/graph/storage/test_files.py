"""Finding files and folders through GraphQL, and what is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.storage.shelves import FILE, FILES, serving_shelves, statements_on

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.graph.storage.shelves import Shelves

BY_ID = "query($id: ID!) { file(id: $id) { path } }"
FOLDERS = """query($bucket: String!, $prefix: String! = "", $first: Int, $after: String) {
    folders(bucket: $bucket, prefix: $prefix, first: $first, after: $after) {
        nodes { path name } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
STATS = """{ storageStats { ready { files size } pending { files size } deleted { files size }
    buckets { nodes { bucket ready { files size } pending { files size } deleted { files size } } } } }"""
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
async def shelves(migrated_database: str) -> AsyncGenerator[Shelves]:
    async with serving_shelves(migrated_database) as opened:
        yield opened


async def test_a_file_is_told_of_as_it_is(shelves: Shelves) -> None:
    owner = await shelves.make()
    bucket = await shelves.bucket()
    size = 5 * 1024**4
    file = await shelves.file(bucket, "a/b.txt", size=size, owner_id=owner.id, metadata={"n": [1]}, created_at=MOMENT)
    await shelves.accounts.execute("UPDATE selfgraph.files SET sha256 = $1", sha256(b"a").digest())
    query = """query($id: ID!) { file(id: $id) { id bucket path name size contentType sha256 etag metadata version
        ownerId status createdAt deletedAt } }"""
    assert await shelves.data(None, query, {"id": file}) == {
        "id": file,
        "bucket": "shelf",
        "path": "a/b.txt",
        "name": "b.txt",
        "size": size,
        "contentType": "text/plain",
        "sha256": sha256(b"a").hexdigest(),
        "etag": '"e"',
        "metadata": {"n": [1]},
        "version": 1,
        "ownerId": owner.id,
        "status": "READY",
        "createdAt": "2026-01-02T03:04:05+00:00",
        "deletedAt": None,
    }


async def test_a_file_that_the_caller_does_not_reach_is_null(shelves: Shelves) -> None:
    user = await shelves.make()
    bucket = await shelves.bucket()
    file = await shelves.file(bucket, "a.txt")
    assert await shelves.data(user, BY_ID, {"id": file}) is None
    assert await shelves.data(user, FILE, {"bucket": "shelf", "path": "a.txt"}) is None
    assert await shelves.anonymous(BY_ID, {"id": file}) is None
    await shelves.rule({})
    assert await shelves.data(user, BY_ID, {"id": file}) == {"path": "a.txt"}


async def test_anybody_finds_a_file_of_a_public_bucket(shelves: Shelves) -> None:
    bucket = await shelves.bucket(public=True)
    file = await shelves.file(bucket, "a.txt")
    assert await shelves.anonymous(BY_ID, {"id": file}) == {"path": "a.txt"}


@pytest.mark.parametrize("state", [{"status": "pending"}, {"status": "deleting"}, {"deleted_at": MOMENT}])
async def test_a_file_that_is_not_there_is_null_even_for_admins(shelves: Shelves, state: dict[str, Any]) -> None:
    bucket = await shelves.bucket(public=True)
    file = await shelves.file(bucket, "a.txt", **state)
    assert await shelves.data(None, BY_ID, {"id": file}) is None
    assert await shelves.anonymous(FILE, {"bucket": "shelf", "path": "a.txt"}) is None


@pytest.mark.parametrize("arguments", ["", '(bucket: "a")', '(path: "a")', '(id: "x", bucket: "a", path: "b")'])
async def test_a_file_is_asked_for_by_one_thing(shelves: Shelves, arguments: str) -> None:
    assert await shelves.code(None, f"{{ file{arguments} {{ id }} }}") == "VALIDATION"


async def test_the_owner_of_a_bucket_lists_all_of_it(shelves: Shelves) -> None:
    owner = await shelves.make()
    bucket = await shelves.bucket(ownerId=owner.id)
    await shelves.file(bucket, "a.txt")
    assert await shelves.paths(owner) == ["a.txt"]


async def test_files_are_filtered_and_ordered(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    for number in range(6):
        metadata = {"tags": [f"t{number % 2}"]}
        await shelves.file(bucket, f"d/f{number}", size=(number * 5) % 6, metadata=metadata)
    await shelves.file(bucket, "other", size=2, metadata={"tags": ["t1"]})
    odd = {"metadata": {"_contains": {"tags": ["t1"]}}}
    where = {"_and": [odd, {"_not": {"size": {"_gte": 5}}}, {"_or": [{"size": {"_eq": "3"}}, {"size": {"_lt": 2}}]}]}
    given: dict[str, Any] = {"prefix": "d/", "orderBy": {"size": "DESC"}}
    assert await shelves.paths(None, where=odd, **given) == ["d/f1", "d/f3", "d/f5"]
    assert await shelves.paths(None, where=where, **given) == ["d/f3", "d/f5"]
    assert await shelves.paths(None, folder="") == ["other"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"prefix": "../"}, ["prefix"]),
        ({"folder": "a//b"}, ["folder"]),
        ({"where": {"size": {"_eq": None}}}, ["where"]),
        ({"where": {"ownerId": {"_eq": "me"}}}, ["where"]),
        ({"where": {"createdAt": {"_gt": "2026-01-01T00:00:00"}}}, ["where"]),
        ({"orderBy": {}}, ["orderBy"]),
        ({"orderBy": {"size": "ASC", "path": "ASC"}}, ["orderBy"]),
        ({"first": 101}, ["first"]),
    ],
)
async def test_arguments_that_make_no_list_are_named(shelves: Shelves, given: dict[str, Any], path: list[str]) -> None:
    await shelves.bucket()
    refusal = await shelves.refusal(None, FILES, {"bucket": "shelf", **given})
    assert (refusal["code"], refusal["path"]) == ("VALIDATION", path)


async def test_a_cursor_of_another_order_is_refused(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    query = """query($orderBy: FileOrder, $after: String) {
        files(bucket: "shelf", orderBy: $orderBy, after: $after) { edges { cursor } } }"""
    cursor = (await shelves.data(None, query))["edges"][0]["cursor"]
    refusal = await shelves.refusal(None, query, {"orderBy": {"size": "ASC"}, "after": cursor})
    assert (refusal["code"], refusal["path"]) == ("VALIDATION", ["after"])


async def test_files_are_counted_where_it_is_asked_for(shelves: Shelves) -> None:
    user = await shelves.make()
    bucket = await shelves.bucket()
    for number in range(3):
        await shelves.file(bucket, f"f{number}", size=number)
    await shelves.rule({"size": {"_gt": 0}})
    query = """{ files(bucket: "shelf", first: 1, where: {path: {_neq: "f2"}}) { %s nodes { path } } }"""
    found = await shelves.data(user, query % "totalCount")
    assert found == {"totalCount": 1, "nodes": [{"path": "f1"}]}
    await shelves.data(user, query % "")
    assert len(statements_on(shelves.accounts, "files")) == 1


async def test_folders_come_in_pages(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    for path in ("a/x/1", "a/x/2", "a/y/z/1", "a/w", "b/c", "d"):
        await shelves.file(bucket, path)
    page = await shelves.data(None, FOLDERS, {"bucket": "shelf", "prefix": "a", "first": 1})
    assert page["nodes"] == [{"path": "a/x", "name": "x"}]
    assert page["pageInfo"]["hasNextPage"] is True
    after = page["pageInfo"]["endCursor"]
    page = await shelves.data(None, FOLDERS, {"bucket": "shelf", "prefix": "a/", "after": after})
    assert page["nodes"] == [{"path": "a/y", "name": "y"}]
    assert page["pageInfo"]["hasNextPage"] is False
    page = await shelves.data(None, FOLDERS, {"bucket": "shelf"})
    assert [node["name"] for node in page["nodes"]] == ["a", "b"]


async def test_folders_of_files_that_are_not_there_are_not_told_of(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a/1", status="pending")
    await shelves.file(bucket, "b/1", deleted_at=MOMENT)
    assert (await shelves.data(None, FOLDERS, {"bucket": "shelf"}))["nodes"] == []


async def test_a_folder_that_is_none_is_refused(shelves: Shelves) -> None:
    await shelves.bucket()
    refusal = await shelves.refusal(None, FOLDERS, {"bucket": "shelf", "prefix": "a//b"})
    assert (refusal["code"], refusal["path"]) == ("VALIDATION", ["prefix"])


async def test_what_is_stored_is_told_by_bucket_and_all_together(shelves: Shelves) -> None:
    first, second = await shelves.bucket("one"), await shelves.bucket("two")
    gone = await shelves.bucket("gone")
    await shelves.file(first, "a", size=1)
    await shelves.file(first, "b", size=2)
    await shelves.file(first, "c", size=4, status="pending")
    await shelves.file(second, "d", size=8, deleted_at=MOMENT)
    await shelves.file(second, "e", size=16, status="deleting")
    await shelves.file(gone, "f", size=32)
    await shelves.data(None, "mutation($id: ID!) { deleteBucket(id: $id, force: true) { id } }", {"id": gone})
    nothing = {"files": 0, "size": 0}
    assert await shelves.data(await shelves.make("admin"), STATS) == {
        "ready": {"files": 2, "size": 3},
        "pending": {"files": 1, "size": 4},
        "deleted": {"files": 3, "size": 56},
        "buckets": {
            "nodes": [
                {
                    "bucket": "one",
                    "ready": {"files": 2, "size": 3},
                    "pending": {"files": 1, "size": 4},
                    "deleted": nothing,
                },
                {"bucket": "two", "ready": nothing, "pending": nothing, "deleted": {"files": 2, "size": 24}},
            ]
        },
    }
    assert len(statements_on(shelves.accounts, "files")) == 2


async def test_only_admins_are_told_what_is_stored(shelves: Shelves) -> None:
    assert await shelves.code(await shelves.make(), STATS) == "FORBIDDEN"
    assert await shelves.anonymous_code(STATS) == "UNAUTHENTICATED"


async def test_a_restricted_key_does_what_its_scopes_say(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    create = """mutation($scopes: [String!]) {
        createApiKey(input: {name: "robot", role: "admin", scopes: $scopes}) { secret } }"""
    key = (await shelves.data(None, create, {"scopes": ["storage:read"]}))["secret"]
    found = await shelves.accounts.data(FILES, {"bucket": "shelf"}, headers={"apikey": key})
    assert found == {"nodes": [{"path": "a.txt"}]}
    before = await shelves.kept()
    empty = "mutation($id: ID!) { emptyBucket(id: $id) }"
    assert (await shelves.accounts.refusal(empty, {"id": bucket}, headers={"apikey": key}))["code"] == "FORBIDDEN"
    assert await shelves.kept() == before
