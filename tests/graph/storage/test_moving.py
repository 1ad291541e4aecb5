"""Moving files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.storage.kept_files import COPY, MOVE, KeptFiles, serving_files

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path


@pytest.fixture
async def files(migrated_database: str, tmp_path: Path) -> AsyncGenerator[KeptFiles]:
    async with serving_files(migrated_database, tmp_path) as served:
        await served.bucket()
        yield served


async def test_a_file_is_moved_and_its_bytes_stay(files: KeptFiles) -> None:
    file = await files.file("a/old.txt")
    before = await files.keys()

    moved = await files.data(None, MOVE, id=file, path="b/new.txt")

    assert (moved["id"], moved["bucket"], moved["path"], moved["version"]) == (file, "box", "b/new.txt", 1)
    assert await files.paths() == ["b/new.txt"]
    assert await files.keys() == before


async def test_a_path_is_normalised(files: KeptFiles) -> None:
    file = await files.file("old.txt")

    moved = await files.data(None, MOVE, id=file, path="e\u0301.txt")

    assert moved["path"] == "\u00e9.txt"


@pytest.mark.parametrize("path", ["", "/a", "a//b", "../a", "a\\b", "a\x00", "a" * 1025])
async def test_what_is_no_path_is_refused(files: KeptFiles, path: str) -> None:
    file = await files.file("old.txt")
    before = await files.everything()

    assert await files.code(None, MOVE, id=file, path=path) == "VALIDATION"
    assert await files.everything() == before


async def test_a_file_can_be_moved_to_where_it_is(files: KeptFiles) -> None:
    file = await files.file("a.txt")

    assert (await files.data(None, MOVE, id=file, path="a.txt", overwrite=True))["path"] == "a.txt"
    assert await files.paths() == ["a.txt"]


async def test_a_file_is_moved_to_another_bucket_with_its_bytes_counted_there(files: KeptFiles) -> None:
    await files.bucket("other", quota=5)
    file = await files.file("a.txt", b"12345")

    moved = await files.data(None, MOVE, id=file, path="a.txt", bucket="other")

    assert moved["bucket"] == "other"
    assert (await files.used("box"), await files.used("other")) == (0, 5)
    assert await files.body(file) == b"12345"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"quota": 4}, "PAYLOAD_TOO_LARGE"),
        ({"max_file_size": 4}, "PAYLOAD_TOO_LARGE"),
        ({"allowed_types": ["image/*"]}, "VALIDATION"),
    ],
)
async def test_another_bucket_s_limits_hold(files: KeptFiles, limits: dict[str, Any], code: str) -> None:
    await files.bucket("other", **limits)
    file = await files.file("a.txt", b"12345")
    before = await files.everything()

    assert await files.code(None, MOVE, id=file, path="a.txt", bucket="other") == code
    assert await files.everything() == before


async def test_a_taken_path_is_a_conflict(files: KeptFiles) -> None:
    file = await files.file("a.txt")
    await files.file("b.txt")
    before = await files.everything()

    assert await files.code(None, MOVE, id=file, path="b.txt") == "CONFLICT"
    assert await files.everything() == before


async def test_what_gives_way_is_deleted_and_can_be_restored(files: KeptFiles) -> None:
    file, other = await files.file("a.txt", b"new"), await files.file("b.txt", b"old!")

    await files.data(None, MOVE, id=file, path="b.txt", overwrite=True)

    assert await files.paths() == ["b.txt"]
    assert await files.used() == 3
    assert await files.value("SELECT deleted_at IS NOT NULL FROM selfgraph.files WHERE id = $1::text::uuid", other)
    assert await files.body(other) == b"old!"


async def test_of_two_that_move_onto_a_path_at_once_one_succeeds(files: KeptFiles) -> None:
    movers = [await files.file(f"{number}.txt") for number in range(6)]

    codes = await asyncio.gather(*(files.code(None, MOVE, id=each, path="taken.txt") for each in movers))

    assert sorted(codes, key=str) == ["CONFLICT"] * 5 + [None]
    assert len(await files.paths()) == 6
    assert "taken.txt" in await files.paths()


async def test_two_that_move_onto_each_other_leave_one_living_file_a_path(files: KeptFiles) -> None:
    one, two = await files.file("1.txt"), await files.file("2.txt")

    codes = await asyncio.gather(
        files.code(None, MOVE, id=one, path="2.txt", overwrite=True),
        files.code(None, MOVE, id=two, path="1.txt", overwrite=True),
    )

    assert set(codes) <= {None, "CONFLICT", "NOT_FOUND"}
    assert None in codes
    assert len(await files.paths()) == 1
    assert await files.used() == 5


async def test_another_version_is_a_conflict(files: KeptFiles) -> None:
    file = await files.file("a.txt")

    assert await files.code(None, MOVE, id=file, path="b.txt", ifVersion=2) == "CONFLICT"
    assert await files.paths() == ["a.txt"]
    assert await files.code(None, MOVE, id=file, path="b.txt", ifVersion=1) is None


async def test_a_file_that_is_not_there_is_not_found(files: KeptFiles) -> None:
    missing = "00000000-0000-7000-8000-000000000000"

    assert await files.code(None, MOVE, id=missing, path="b.txt") == "NOT_FOUND"
    assert await files.code(None, MOVE, id="x", path="b.txt") == "VALIDATION"


async def test_a_bucket_that_the_caller_does_not_see_is_not_found(files: KeptFiles) -> None:
    ann = await files.people.make()
    await files.bucket("hers", ann)
    file = await files.file("a.txt", bucket="hers")
    before = await files.everything()

    assert await files.code(ann, MOVE, id=file, path="a.txt", bucket="box") == "NOT_FOUND"
    assert await files.code(ann, MOVE, id=file, path="a.txt", bucket="no-such") == "NOT_FOUND"
    assert await files.everything() == before


async def test_the_owner_of_a_bucket_moves_its_files(files: KeptFiles) -> None:
    ann = await files.people.make()
    await files.bucket("hers", ann)
    file = await files.file("a.txt", bucket="hers")

    assert (await files.data(ann, MOVE, id=file, path="b.txt"))["path"] == "b.txt"


async def test_a_stranger_finds_no_file_to_move(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt")
    before = await files.everything()

    assert await files.code(ann, MOVE, id=file, path="b.txt") == "NOT_FOUND"
    await files.allow("update")
    assert await files.code(ann, MOVE, id=file, path="b.txt") == "NOT_FOUND"
    assert await files.everything() == before


async def test_a_reader_may_not_move(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt")
    await files.allow("select")
    before = await files.everything()

    assert await files.code(ann, MOVE, id=file, path="b.txt") == "FORBIDDEN"
    assert await files.everything() == before


async def test_readers_of_a_public_bucket_may_not_move(files: KeptFiles) -> None:
    ann = await files.people.make()
    await files.bucket("open", public=True)
    file = await files.file("a.txt", bucket="open")
    before = await files.everything()

    assert await files.code(ann, MOVE, id=file, path="b.txt") == "FORBIDDEN"
    assert await files.everything() == before


@pytest.mark.parametrize("overwrite", [False, True])
async def test_who_may_not_have_a_path_is_not_told_whether_it_is_taken(files: KeptFiles, *, overwrite: bool) -> None:
    ann = await files.people.make()
    file = await files.file(f"{ann.id}/a.txt")
    await files.file("hers/secret.txt")
    for action in ("select", "insert", "update", "delete"):
        await files.allow(action, '{"top_folder": {"_eq": "X-User-Id"}}')
    before = await files.everything()

    for query in (MOVE, COPY):
        taken, free = [
            await files.people.refusal(ann, query, {"id": file, "path": path, "overwrite": overwrite})
            for path in ("hers/secret.txt", "hers/none.txt")
        ]
        assert taken == free
        assert taken["code"] == "FORBIDDEN"
    assert await files.everything() == before


async def test_a_bucket_that_takes_nothing_of_the_caller_does_not_tell_its_quota(files: KeptFiles) -> None:
    ann = await files.people.make()
    file = await files.file("a.txt", b"12345")
    await files.bucket("other", quota=4)
    for action in ("select", "update"):
        await files.allow(action)
        await files.allow(action, bucket="other")

    assert await files.code(ann, MOVE, id=file, path="a.txt", bucket="other") == "FORBIDDEN"


async def test_a_file_stays_within_what_the_rule_allows(files: KeptFiles) -> None:
    ann = await files.people.make()
    file = await files.file(f"{ann.id}/a.txt", owner=ann)
    await files.allow("select")
    await files.allow("update", '{"top_folder": {"_eq": "X-User-Id"}}')
    before = await files.everything()

    assert await files.code(ann, MOVE, id=file, path="elsewhere/a.txt") == "FORBIDDEN"
    assert await files.everything() == before
    assert await files.code(ann, MOVE, id=file, path=f"{ann.id}/b.txt") is None


@pytest.mark.parametrize("overwrite", [False, True])
async def test_who_may_not_move_a_file_somewhere_is_not_told_what_is_there(
    files: KeptFiles,
    overwrite: bool,  # noqa: FBT001 - a parameter
) -> None:
    ann = await files.people.make()
    file = await files.file(f"{ann.id}/a.txt", owner=ann)
    await files.file("elsewhere/taken.txt")
    for action in ("select", "update", "delete"):
        await files.allow(action, '{"top_folder": {"_eq": "X-User-Id"}}')
    before = await files.everything()

    taken, free = [
        await files.people.refusal(ann, MOVE, {"id": file, "path": f"elsewhere/{name}.txt", "overwrite": overwrite})
        for name in ("taken", "free")
    ]

    assert taken == free
    assert await files.everything() == before


async def test_who_may_not_delete_does_not_make_a_file_give_way(files: KeptFiles) -> None:
    ann = await files.people.make()
    file, _ = await files.file("a.txt"), await files.file("b.txt")
    for action in ("select", "update"):
        await files.allow(action)
    before = await files.everything()

    assert await files.code(ann, MOVE, id=file, path="b.txt", overwrite=True) == "FORBIDDEN"
    assert await files.everything() == before
    await files.allow("delete")
    assert await files.code(ann, MOVE, id=file, path="b.txt", overwrite=True) is None


async def test_moving_to_another_bucket_needs_the_right_to_add_there(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt")
    await files.bucket("other")
    for action in ("select", "update"):
        await files.allow(action)
        await files.allow(action, bucket="other")
    before = await files.everything()

    assert await files.code(ann, MOVE, id=file, path="a.txt", bucket="other") == "FORBIDDEN"
    assert await files.everything() == before
    await files.allow("insert", bucket="other")
    assert await files.code(ann, MOVE, id=file, path="a.txt", bucket="other") is None


async def test_a_refusal_to_move_says_what_it_is(files: KeptFiles) -> None:
    ann, file = await files.people.make(), await files.file("a.txt")
    await files.bucket("other")
    await files.allow("select")
    await files.allow("select", bucket="other")

    async def refusal(**given: Any) -> Any:
        return (await files.people.refusal(ann, MOVE, {"id": file, "path": "b.txt", **given}))["message"]

    assert await refusal() == "You may not change this file."
    await files.allow("update")
    assert await refusal(bucket="other") == "You may not add files to the bucket other."
    await files.allow("insert", '{"path": "c.txt"}', bucket="other")
    there = "You may not move this file there: no rule lets you"
    assert await refusal(bucket="other") == f"{there} change files of that place."
    await files.allow("update", bucket="other")
    assert await refusal(bucket="other") == f"{there} add it to the other bucket."
    await files.file("b.txt")
    assert await refusal(overwrite=True) == "You may not delete the file that is there, which would give way."


async def test_a_key_without_the_scope_may_not_move(files: KeptFiles) -> None:
    file = await files.file("a.txt")
    made = await files.data(
        None,
        "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }",
        input={"name": "reader", "role": "admin", "scopes": ["storage:read"]},
    )

    answer = await files.people.accounts.refusal(
        MOVE, {"id": file, "path": "b.txt"}, headers={"apikey": made["secret"]}
    )

    assert answer["code"] == "FORBIDDEN"
    assert await files.paths() == ["a.txt"]


async def test_what_gives_way_goes_for_good_where_nothing_is_kept(migrated_database: str, tmp_path: Path) -> None:
    async with serving_files(migrated_database, tmp_path, file_retention=0) as files:
        await files.bucket()
        file, other = await files.file("a.txt"), await files.file("b.txt")

        await files.data(None, MOVE, id=file, path="b.txt", overwrite=True)
        await files.run_jobs()

        assert await files.value("SELECT count(*) FROM selfgraph.files") == 1
        assert len(await files.keys()) == 1
        assert await files.body(other) is None
