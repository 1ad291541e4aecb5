"""Buckets through GraphQL: who sees them, who changes them, and what is left of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.storage.shelves import CREATE, DELETE, EMPTY, FILE, FILES, UPDATE, serving_shelves, statements_on

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.graph.storage.shelves import Shelves

BUCKETS = "{ buckets { nodes { name } } }"
BUCKET = "query($name: String!) { bucket(name: $name) { name public ownerId quota usedBytes maxFileSize } }"
ANY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
async def shelves(migrated_database: str) -> AsyncGenerator[Shelves]:
    async with serving_shelves(migrated_database) as opened:
        yield opened


async def names(shelves: Shelves, person: Any) -> list[str]:
    found = await shelves.data(person, BUCKETS)
    return [node["name"] for node in found["nodes"]]


async def test_a_bucket_is_made_with_its_limits(shelves: Shelves) -> None:
    owner = await shelves.make()
    admin = await shelves.make("admin")
    limits = {
        "description": " Pictures ",
        "public": True,
        "ownerId": owner.id,
        "maxFileSize": 5 * 1024**4,
        "allowedTypes": ["Image/PNG", "text/*"],
        "quota": 2**63 - 1,
    }
    await shelves.data(admin, CREATE, {"input": {"name": "photos", **limits}})
    query = '{ bucket(name: "photos") { description public ownerId maxFileSize allowedTypes quota usedBytes } }'
    assert await shelves.data(admin, query) == {
        **limits,
        "description": "Pictures",
        "allowedTypes": ["image/png", "text/*"],
        "usedBytes": 0,
    }


async def test_only_admins_make_buckets(shelves: Shelves) -> None:
    user = await shelves.make()
    before = await shelves.kept()
    assert await shelves.code(user, CREATE, {"input": {"name": "photos"}}) == "FORBIDDEN"
    assert await shelves.anonymous_code(CREATE, {"input": {"name": "photos"}}) == "UNAUTHENTICATED"
    assert await shelves.kept() == before


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"name": "No"}, ["name"]),
        ({"name": "uploads"}, ["name"]),
        ({"description": "x" * 501}, ["description"]),
        ({"maxFileSize": 0}, ["maxFileSize"]),
        ({"maxFileSize": 5 * 1024**4 + 1}, ["maxFileSize"]),
        ({"quota": -1}, ["quota"]),
        ({"allowedTypes": ["image"]}, ["allowedTypes"]),
        ({"ownerId": ANY}, ["ownerId"]),
        ({"ownerId": "nobody"}, ["ownerId"]),
    ],
)
async def test_a_value_that_does_not_fit_is_named(shelves: Shelves, given: dict[str, Any], path: list[str]) -> None:
    before = await shelves.kept()
    refusal = await shelves.refusal(None, CREATE, {"input": {"name": "photos", **given}})
    assert (refusal["code"], refusal["path"]) == ("VALIDATION", path)
    assert await shelves.kept() == before


async def test_a_name_is_one_buckets(shelves: Shelves) -> None:
    await shelves.bucket("photos")
    before = await shelves.kept()
    assert await shelves.code(None, CREATE, {"input": {"name": "photos"}}) == "CONFLICT"
    assert await shelves.kept() == before


async def test_admins_see_every_bucket_by_name(shelves: Shelves) -> None:
    for name in ("shelf-b", "shelf-a", "shelf.c"):
        await shelves.bucket(name)
    assert await names(shelves, await shelves.make("admin")) == ["shelf-a", "shelf-b", "shelf.c"]


async def test_a_user_sees_own_buckets_public_ones_and_those_with_a_rule(shelves: Shelves) -> None:
    user = await shelves.make()
    await shelves.bucket("hidden")
    await shelves.bucket("own", ownerId=user.id)
    await shelves.bucket("public", public=True)
    await shelves.bucket("ruled")
    await shelves.rule({"size": {"_lt": 0}}, "ruled", action="DELETE")
    assert await names(shelves, user) == ["own", "public", "ruled"]


async def test_strangers_see_public_buckets(shelves: Shelves) -> None:
    await shelves.bucket("hidden")
    await shelves.bucket("public", public=True)
    assert await shelves.anonymous(BUCKETS) == {"nodes": [{"name": "public"}]}


async def test_a_rule_about_every_bucket_shows_all(shelves: Shelves) -> None:
    user = await shelves.make()
    await shelves.bucket("one")
    await shelves.bucket("two")
    assert await names(shelves, user) == []
    await shelves.rule({}, None)
    assert await names(shelves, user) == ["one", "two"]


async def test_a_bucket_with_a_rule_of_an_inherited_role_is_seen(shelves: Shelves) -> None:
    await shelves.role("grandparent")
    await shelves.role("parent", "grandparent")
    await shelves.role("child", "parent")
    await shelves.bucket()
    await shelves.rule({}, role="grandparent")
    user = await shelves.make(roles=["child"])
    headers = {"X-Role": "child"}
    found = await shelves.accounts.data(BUCKETS, token=user.token, headers=headers)
    assert found == {"nodes": [{"name": "shelf"}]}
    assert await names(shelves, user) == []


async def test_a_bucket_that_is_not_the_callers_is_null_or_tells_no_numbers(shelves: Shelves) -> None:
    user, owner = await shelves.make(), await shelves.make()
    await shelves.bucket("hidden")
    await shelves.bucket("public", public=True, ownerId=owner.id, quota=10, maxFileSize=5)
    seen = {"name": "public", "public": True, "maxFileSize": 5}
    assert await shelves.data(user, BUCKET, {"name": "hidden"}) is None
    assert await shelves.data(user, BUCKET, {"name": "public"}) == {
        **seen,
        "ownerId": None,
        "quota": None,
        "usedBytes": None,
    }
    assert await shelves.data(owner, BUCKET, {"name": "public"}) == {
        **seen,
        "ownerId": owner.id,
        "quota": 10,
        "usedBytes": 0,
    }


async def test_a_bucket_is_found_by_its_id(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    query = "query($id: ID!) { bucket(id: $id) { name } }"
    assert await shelves.data(None, query, {"id": bucket}) == {"name": "shelf"}
    assert await shelves.data(None, query, {"id": ANY}) is None


@pytest.mark.parametrize("arguments", ["", f'(id: "{ANY}", name: "shelf")'])
async def test_a_bucket_is_asked_for_by_one_thing(shelves: Shelves, arguments: str) -> None:
    assert await shelves.code(None, f"{{ bucket{arguments} {{ name }} }}") == "VALIDATION"


async def test_files_of_a_page_of_buckets_are_counted_by_one_statement(shelves: Shelves) -> None:
    for name in ("aaa", "bbb", "ccc"):
        bucket = await shelves.bucket(name)
        for number in range(len(name) - 1 if name == "aaa" else 0):
            await shelves.file(bucket, f"f{number}", size=10)
    found = await shelves.data(None, "{ buckets { nodes { name fileCount totalSize } } }")
    assert found["nodes"] == [
        {"name": "aaa", "fileCount": 2, "totalSize": 20},
        {"name": "bbb", "fileCount": 0, "totalSize": 0},
        {"name": "ccc", "fileCount": 0, "totalSize": 0},
    ]
    assert len(statements_on(shelves.accounts, "files")) == 1
    await shelves.data(None, BUCKETS)
    assert not statements_on(shelves.accounts, "files")


async def test_only_files_are_counted_that_the_caller_lists(shelves: Shelves) -> None:
    user = await shelves.make()
    bucket = await shelves.bucket(public=True)
    await shelves.file(bucket, "a.txt", size=1)
    await shelves.file(bucket, "a.png", size=2, content_type="image/png")
    await shelves.file(bucket, "b.png", size=4, content_type="image/png", status="pending")
    await shelves.file(bucket, "c.png", size=8, content_type="image/png", deleted_at=None, status="deleting")
    query = '{ bucket(name: "shelf") { fileCount totalSize } }'
    assert await shelves.data(user, query) == {"fileCount": 0, "totalSize": 0}
    await shelves.rule({"content_type": {"_like": "image/%"}})
    assert await shelves.data(user, query) == {"fileCount": 1, "totalSize": 2}
    assert await shelves.data(None, query) == {"fileCount": 2, "totalSize": 3}


async def test_buckets_come_in_pages_both_ways(shelves: Shelves) -> None:
    for number in range(5):
        await shelves.bucket(f"shelf-{number}")
    query = """query($first: Int, $after: String, $last: Int, $before: String) {
        buckets(first: $first, after: $after, last: $last, before: $before) {
            totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    page = await shelves.data(None, query, {"first": 2})
    assert [node["name"] for node in page["nodes"]] == ["shelf-0", "shelf-1"]
    assert page["totalCount"] == 5
    page = await shelves.data(None, query, {"first": 3, "after": page["pageInfo"]["endCursor"]})
    assert [node["name"] for node in page["nodes"]] == ["shelf-2", "shelf-3", "shelf-4"]
    assert page["pageInfo"]["hasNextPage"] is False
    page = await shelves.data(None, query, {"last": 1, "before": page["pageInfo"]["startCursor"]})
    assert [node["name"] for node in page["nodes"]] == ["shelf-1"]
    assert page["pageInfo"]["hasPreviousPage"] is True


async def test_what_is_given_of_a_bucket_changes_and_the_rest_stays(shelves: Shelves) -> None:
    owner = await shelves.make()
    bucket = await shelves.bucket(description="Old", quota=5, allowedTypes=["image/png"])
    changes = {"name": "other", "public": True, "description": None, "ownerId": owner.id, "allowedTypes": None}
    assert await shelves.data(None, UPDATE, {"id": bucket, "input": changes}) == {
        **changes,
        "maxFileSize": None,
        "quota": 5,
        "usedBytes": 0,
    }


@pytest.mark.parametrize("field", ["name", "public"])
async def test_what_a_bucket_always_has_is_not_null(shelves: Shelves, field: str) -> None:
    bucket = await shelves.bucket()
    before = await shelves.kept()
    refusal = await shelves.refusal(None, UPDATE, {"id": bucket, "input": {field: None}})
    assert (refusal["code"], refusal["path"]) == ("VALIDATION", [field])
    assert await shelves.kept() == before


async def test_the_owner_changes_all_but_owner_and_quota(shelves: Shelves) -> None:
    owner = await shelves.make()
    bucket = await shelves.bucket(ownerId=owner.id, quota=5)
    changed = await shelves.data(owner, UPDATE, {"id": bucket, "input": {"public": True, "maxFileSize": 3}})
    assert (changed["public"], changed["maxFileSize"]) == (True, 3)
    before = await shelves.kept()
    for given in ({"quota": None}, {"quota": 6}, {"ownerId": None}, {"ownerId": owner.id}):
        assert await shelves.code(owner, UPDATE, {"id": bucket, "input": given}) == "FORBIDDEN"
    assert await shelves.kept() == before


@pytest.mark.parametrize(("public", "code"), [(False, "NOT_FOUND"), (True, "FORBIDDEN")])
async def test_others_change_nothing(shelves: Shelves, public: bool, code: str) -> None:  # noqa: FBT001 - a parameter
    user = await shelves.make()
    bucket = await shelves.bucket(public=public)
    await shelves.file(bucket, "a.txt")
    before = await shelves.kept()
    calls: list[tuple[str, dict[str, Any]]] = [
        (UPDATE, {"id": bucket, "input": {"name": "mine"}}),
        (DELETE, {"id": bucket}),
        (DELETE, {"id": bucket, "force": True}),
        (EMPTY, {"id": bucket}),
    ]
    for query, variables in calls:
        assert await shelves.code(user, query, variables) == code
        assert await shelves.anonymous_code(query, variables) == code
    assert await shelves.kept() == before


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (
            "updateBucket(id: $id, name: $name, input: {public: true}) { name public }",
            {"name": "shelf", "public": True},
        ),
        ("emptyBucket(id: $id, name: $name)", 1),
        ("deleteBucket(id: $id, name: $name, force: true) { name }", {"name": "shelf"}),
    ],
)
async def test_a_bucket_is_changed_by_its_name_as_by_its_id(shelves: Shelves, change: str, answer: object) -> None:
    owner, user = await shelves.make(), await shelves.make()
    bucket = await shelves.bucket(ownerId=owner.id)
    await shelves.file(bucket, "a.txt")
    mutation = f"mutation($id: ID, $name: String) {{ {change} }}"
    before = await shelves.kept()

    for both in ({}, {"id": None, "name": None}, {"id": bucket, "name": "shelf"}, {"id": "shelf"}):
        assert await shelves.code(owner, mutation, both) == "VALIDATION"
    for one in ({"name": "none"}, {"name": bucket}, {"id": ANY}):
        assert await shelves.code(owner, mutation, one) == "NOT_FOUND"
    assert await shelves.code(user, mutation, {"name": "shelf"}) == "NOT_FOUND"
    assert await shelves.kept() == before

    assert await shelves.data(owner, mutation, {"name": "shelf"}) == answer


async def test_a_quota_that_is_used_up_already_is_refused(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt", size=10)
    before = await shelves.kept()
    assert await shelves.code(None, UPDATE, {"id": bucket, "input": {"quota": 9}}) == "PAYLOAD_TOO_LARGE"
    assert await shelves.kept() == before
    changed = await shelves.data(None, UPDATE, {"id": bucket, "input": {"quota": 10}})
    assert (changed["quota"], changed["usedBytes"]) == (10, 10)


async def test_a_bucket_takes_no_name_of_another_one(shelves: Shelves) -> None:
    bucket = await shelves.bucket("one")
    await shelves.bucket("two")
    before = await shelves.kept()
    assert await shelves.code(None, UPDATE, {"id": bucket, "input": {"name": "two"}}) == "CONFLICT"
    assert await shelves.kept() == before


async def test_visibility_acts_at_once(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    place = {"bucket": "shelf", "path": "a.txt"}
    assert await shelves.anonymous(FILE, place) is None
    await shelves.data(None, UPDATE, {"id": bucket, "input": {"public": True}})
    assert (await shelves.anonymous(FILE, place))["path"] == "a.txt"
    await shelves.data(None, UPDATE, {"id": bucket, "input": {"public": False}})
    assert await shelves.anonymous(FILE, place) is None


async def test_a_bucket_with_files_is_deleted_by_force_only(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    await shelves.file(bucket, "b.txt", status="pending")
    await shelves.file(bucket, "c.txt", status="deleting")
    before = await shelves.kept()
    refusal = await shelves.refusal(None, DELETE, {"id": bucket})
    assert (refusal["code"], refusal["files"]) == ("CONFLICT", 2)
    assert await shelves.kept() == before


async def test_nothing_is_seen_of_a_bucket_that_was_deleted_by_force(shelves: Shelves) -> None:
    bucket = await shelves.bucket(public=True)
    file = await shelves.file(bucket, "a.txt")
    await shelves.rule({})
    assert await shelves.data(None, DELETE, {"id": bucket, "force": True}) == {"name": "shelf"}
    assert await shelves.data(None, BUCKETS) == {"nodes": []}
    assert await shelves.data(None, BUCKET, {"name": "shelf"}) is None
    assert await shelves.data(None, FILE, {"bucket": "shelf", "path": "a.txt"}) is None
    assert await shelves.data(None, "query($id: ID!) { file(id: $id) { id } }", {"id": file}) is None
    assert await shelves.data(None, "{ fileRules { nodes { id } } }") == {"nodes": []}
    assert await shelves.code(None, FILES, {"bucket": "shelf"}) == "NOT_FOUND"
    assert await shelves.code(None, DELETE, {"id": bucket, "force": True}) == "NOT_FOUND"


async def test_the_bytes_of_a_deleted_bucket_go_by_a_job(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.data(None, DELETE, {"id": bucket})
    jobs = "SELECT args->>'bucket_id' FROM selfgraph.procrastinate_jobs WHERE task_name = 'remove_bucket'"
    assert await shelves.accounts.value(jobs) == bucket


async def test_the_name_of_a_deleted_bucket_is_free(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    await shelves.data(None, DELETE, {"id": bucket, "force": True})
    other = await shelves.bucket()
    assert other != bucket
    assert await shelves.paths(None) == []


async def test_the_owner_deletes_a_bucket(shelves: Shelves) -> None:
    owner = await shelves.make()
    bucket = await shelves.bucket(ownerId=owner.id)
    await shelves.data(owner, DELETE, {"id": bucket})
    assert await names(shelves, owner) == []


async def test_an_emptied_bucket_has_no_files_and_its_quota_back(shelves: Shelves) -> None:
    owner = await shelves.make()
    bucket = await shelves.bucket(ownerId=owner.id, quota=20)
    other = await shelves.bucket("other")
    for number in range(3):
        await shelves.file(bucket, f"f{number}", size=5)
    await shelves.file(other, "stays")
    assert await shelves.data(owner, EMPTY, {"id": bucket}) == 3
    assert await shelves.paths(owner) == []
    assert (await shelves.data(owner, BUCKET, {"name": "shelf"}))["usedBytes"] == 0
    assert await shelves.paths(None, "other") == ["stays"]
    assert await shelves.data(owner, EMPTY, {"id": bucket}) == 0


async def test_the_trail_tells_of_buckets(shelves: Shelves) -> None:
    admin = await shelves.make("admin")
    bucket = (await shelves.data(admin, CREATE, {"input": {"name": "shelf"}}))["id"]
    await shelves.data(admin, UPDATE, {"id": bucket, "input": {"public": True, "description": None}})
    await shelves.file(bucket, "a.txt")
    await shelves.data(admin, EMPTY, {"id": bucket})
    await shelves.data(admin, DELETE, {"id": bucket})
    query = """SELECT json_agg(json_build_array(action, actor_id, target, details) ORDER BY at, id)::text
        FROM selfgraph.audit_events WHERE action LIKE 'bucket%'"""
    told = json.loads(await shelves.accounts.value(query))
    target = f"bucket:{bucket}"
    assert told == [
        ["bucket.create", admin.id, target, {"name": "shelf", "public": False}],
        ["bucket.update", admin.id, target, {"public": True}],
        ["bucket.empty", admin.id, target, {"name": "shelf", "files": 1}],
        ["bucket.delete", admin.id, target, {"name": "shelf", "files": 0}],
    ]
