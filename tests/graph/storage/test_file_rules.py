"""Rules on files through GraphQL: how they are set, and what they let people do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.storage.shelves import DROP_RULE, FILE, FILES, RULES, SET_RULE, serving_shelves

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.graph.storage.shelves import Shelves

OWN_FOLDER = {"top_folder": {"_eq": "X-User-Id"}}
CREATE_KEY = 'mutation { createApiKey(input: {name: "robot", role: "user"}) { secret } }'


@pytest.fixture
async def shelves(migrated_database: str) -> AsyncGenerator[Shelves]:
    async with serving_shelves(migrated_database) as opened:
        yield opened


def rule_input(rule: object, **given: Any) -> dict[str, Any]:
    return {"input": {"bucket": "shelf", "role": "user", "action": "SELECT", "rule": rule, **given}}


async def test_a_role_with_rules_is_not_deleted(shelves: Shelves) -> None:
    await shelves.bucket()
    await shelves.role("editor")
    await shelves.rule({}, role="editor")
    await shelves.rule({}, None, role="editor")
    delete = 'mutation { deleteRole(name: "editor") { name } }'

    refusal = await shelves.refusal(None, delete, {})
    assert (refusal["code"], refusal["fileRules"]) == ("CONFLICT", 2)
    assert await shelves.accounts.value("SELECT count(*) FROM selfgraph.file_rules") == 2

    await shelves.data(None, DROP_RULE, {"role": "editor", "action": "SELECT"})
    await shelves.data(None, 'mutation { deleteBucket(name: "shelf", force: true) { name } }')
    assert await shelves.data(None, delete) == {"name": "editor"}


async def test_a_rule_is_kept_and_takes_the_place_of_the_one_before(shelves: Shelves) -> None:
    admin = await shelves.make("admin")
    await shelves.bucket()
    first = await shelves.data(admin, SET_RULE, rule_input(OWN_FOLDER))
    second = await shelves.data(admin, SET_RULE, rule_input({}))
    assert first == {"id": second["id"], "bucket": "shelf", "role": "user", "action": "SELECT", "rule": OWN_FOLDER}
    told = {"bucket": "shelf", "role": "user", "action": "SELECT", "rule": {}}
    assert await shelves.data(admin, RULES) == {"nodes": [told]}


async def test_rules_are_found_by_bucket_and_by_role(shelves: Shelves) -> None:
    await shelves.role("guest")
    for name in ("one", "two"):
        await shelves.bucket(name)
        await shelves.rule({}, name)
    await shelves.rule({}, None)
    await shelves.rule({}, "one", role="guest", action="INSERT")
    found = await shelves.data(None, RULES, {"bucket": "one"})
    assert [(each["role"], each["action"]) for each in found["nodes"]] == [("user", "SELECT"), ("guest", "INSERT")]
    found = await shelves.data(None, RULES, {"role": "user"})
    assert [each["bucket"] for each in found["nodes"]] == ["one", "two", None]
    assert await shelves.code(None, RULES, {"bucket": "three"}) == "NOT_FOUND"


async def test_rules_come_in_pages(shelves: Shelves) -> None:
    for number in range(3):
        await shelves.bucket(f"shelf{number}")
        await shelves.rule({}, f"shelf{number}")
    query = """query($after: String) {
        fileRules(first: 2, after: $after) { edges { cursor node { bucket } } pageInfo { hasNextPage } } }"""
    page = await shelves.data(None, query)
    assert page["pageInfo"] == {"hasNextPage": True}
    page = await shelves.data(None, query, {"after": page["edges"][-1]["cursor"]})
    assert [edge["node"]["bucket"] for edge in page["edges"]] == ["shelf2"]


async def test_a_dropped_rule_is_given_as_it_was_and_acts_no_more(shelves: Shelves) -> None:
    user = await shelves.make()
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    await shelves.rule({})
    await shelves.rule({}, None, action="DELETE")
    assert await shelves.paths(user) == ["a.txt"]
    place = {"bucket": "shelf", "role": "user", "action": "SELECT"}
    assert await shelves.data(None, DROP_RULE, place) == {**place, "rule": {}}
    assert await shelves.code(user, FILES, {"bucket": "shelf"}) == "FORBIDDEN"
    assert await shelves.code(None, DROP_RULE, place) == "NOT_FOUND"
    everywhere = {"bucket": None, "role": "user", "action": "DELETE"}
    assert await shelves.data(None, DROP_RULE, everywhere) == {**everywhere, "rule": {}}


async def test_only_admins_have_to_do_with_rules(shelves: Shelves) -> None:
    owner = await shelves.make()
    await shelves.bucket(ownerId=owner.id)
    await shelves.rule({})
    before = await shelves.kept()
    place = {"bucket": "shelf", "role": "user", "action": "SELECT"}
    for query, variables in [(SET_RULE, rule_input(OWN_FOLDER)), (DROP_RULE, place), (RULES, {})]:
        assert await shelves.code(owner, query, variables) == "FORBIDDEN"
        assert await shelves.anonymous_code(query, variables) == "UNAUTHENTICATED"
    assert await shelves.kept() == before


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"object_key": "a"}, ["object_key"]),
        ({"_or": [{}, {"path": {"_near": "a"}}]}, ["_or", 1, "path", "_near"]),
        ({"owner_id": {"_eq": "me"}}, ["owner_id", "_eq"]),
        ({"_not": {"size": {"_gt": "big"}}}, ["_not", "size", "_gt"]),
        ({"_exists": {"_table": "nowhere", "_where": {}}}, ["_exists", "_table"]),
        ({"_exists": {"_table": {"schema": "selfgraph", "name": "users"}, "_where": {}}}, ["_exists", "_table"]),
        ({"created_at": {"_gt": "2026-01-01T00:00:00Z", "_lt": "soon"}}, ["created_at", "_lt"]),
        ({"path": {"_like": "a%\\"}}, ["path", "_like"]),
        ({"_and": [{"path": {"_regex": "a("}}]}, ["_and", 0, "path", "_regex"]),
        ({"path": {"_nin": ["a", 1, {"b": 2}]}}, ["path", "_nin", 2]),
        ({"_exists": {"_table": "members", "_where": {"since": "never"}}}, ["_exists", "_where", "since"]),
        ([], []),
    ],
)
async def test_what_does_not_fit_in_a_rule_is_named(shelves: Shelves, given: object, path: list[object]) -> None:
    await shelves.accounts.execute("CREATE TABLE public.members (id uuid PRIMARY KEY, since timestamptz)")
    await shelves.data(None, "mutation { reloadCatalog { version } }")
    await shelves.bucket()
    before = await shelves.kept()
    refusal = await shelves.refusal(None, SET_RULE, rule_input(given))
    assert (refusal["code"], refusal["path"]) == ("VALIDATION", ["rule", *path])
    assert await shelves.kept() == before


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"role": "nobody"}, "VALIDATION"),
        ({"role": "admin"}, "VALIDATION"),
        ({"role": "superadmin"}, "VALIDATION"),
        ({"bucket": "nowhere"}, "NOT_FOUND"),
    ],
)
async def test_a_rule_is_about_a_role_and_a_bucket_that_there_are(
    shelves: Shelves, given: dict[str, str], code: str
) -> None:
    await shelves.bucket()
    before = await shelves.kept()
    assert await shelves.code(None, SET_RULE, rule_input({}, **given)) == code
    assert await shelves.kept() == before


async def test_session_variables_in_a_rule_need_nobody_who_has_them(shelves: Shelves) -> None:
    await shelves.bucket()
    rule = {"_or": [{"owner_id": "X-User-Id"}, {"path": {"_like": "X-Pattern"}}, {"size": {"_in": "X-Sizes"}}]}
    assert (await shelves.data(None, SET_RULE, rule_input(rule)))["rule"] == rule


async def test_people_list_what_their_rule_names(shelves: Shelves) -> None:
    ann, bob = await shelves.make(), await shelves.make()
    bucket = await shelves.bucket()
    for path in (f"{ann.id}/a.txt", f"{bob.id}/b.txt", f"{ann.id}.txt", "c.txt"):
        await shelves.file(bucket, path)
    await shelves.rule(OWN_FOLDER)
    assert await shelves.paths(ann) == [f"{ann.id}/a.txt"]
    assert await shelves.paths(bob) == [f"{bob.id}/b.txt"]
    assert await shelves.data(ann, FILE, {"bucket": "shelf", "path": f"{bob.id}/b.txt"}) is None
    assert (await shelves.data(ann, FILE, {"bucket": "shelf", "path": f"{ann.id}/a.txt"}))["path"].endswith("a.txt")


async def test_a_rule_about_every_bucket_and_one_about_this_are_both_good(shelves: Shelves) -> None:
    user = await shelves.make()
    bucket, other = await shelves.bucket(), await shelves.bucket("other")
    for path, type_ in (("a.png", "image/png"), ("b.txt", "text/plain"), ("c.pdf", "application/pdf")):
        await shelves.file(bucket, path, content_type=type_)
        await shelves.file(other, path, content_type=type_)
    await shelves.rule({"content_type": "image/png"}, None)
    await shelves.rule({"content_type": "text/plain"})
    assert await shelves.paths(user) == ["a.png", "b.txt"]
    assert await shelves.paths(user, "other") == ["a.png"]


async def test_rules_are_inherited(shelves: Shelves) -> None:
    await shelves.role("reader")
    await shelves.role("editor", "reader")
    await shelves.role("chief", "editor")
    bucket = await shelves.bucket()
    for path in ("a.txt", "b.png", "c.pdf"):
        await shelves.file(bucket, path)
    await shelves.rule({"path": {"_like": "%.txt"}}, role="reader")
    await shelves.rule({"path": {"_like": "%.png"}}, role="chief")
    person = await shelves.make(roles=["chief"])
    for role, paths in (("reader", ["a.txt"]), ("editor", ["a.txt"]), ("chief", ["a.txt", "b.png"])):
        found = await shelves.accounts.data(FILES, {"bucket": "shelf"}, token=person.token, headers={"X-Role": role})
        assert [node["path"] for node in found["nodes"]] == paths


async def test_the_rules_of_a_caller_are_read_by_one_statement(shelves: Shelves) -> None:
    user = await shelves.make()
    await shelves.bucket()
    await shelves.rule({})
    await shelves.paths(user)
    await shelves.paths(user)
    assert [re.findall(r"FROM (selfgraph\.(?!role)\w+)", each) for each in shelves.accounts.statements] == [
        ["selfgraph.buckets"],
        ["selfgraph.file_rules"],
        ["selfgraph.files"],
    ]


async def test_a_bucket_without_a_rule_to_read_lists_nothing(shelves: Shelves) -> None:
    user = await shelves.make()
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    assert await shelves.code(user, FILES, {"bucket": "shelf"}) == "NOT_FOUND"
    await shelves.rule({}, action="INSERT")
    assert await shelves.code(user, FILES, {"bucket": "shelf"}) == "FORBIDDEN"
    assert await shelves.data(user, FILE, {"bucket": "shelf", "path": "a.txt"}) is None


async def test_a_public_bucket_is_read_by_name_and_not_listed(shelves: Shelves) -> None:
    bucket = await shelves.bucket(public=True)
    await shelves.file(bucket, "a.txt")
    assert (await shelves.anonymous(FILE, {"bucket": "shelf", "path": "a.txt"}))["path"] == "a.txt"
    assert await shelves.anonymous_code(FILES, {"bucket": "shelf"}) == "FORBIDDEN"
    assert await shelves.anonymous_code('{ folders(bucket: "shelf") { nodes { name } } }') == "FORBIDDEN"


async def test_a_session_variable_that_is_missing_is_named(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    await shelves.rule({"owner_id": "X-User-Id"})
    key = (await shelves.data(None, CREATE_KEY))["secret"]
    refusal = await shelves.accounts.refusal(FILES, {"bucket": "shelf"}, headers={"apikey": key})
    assert (refusal["code"], refusal["message"]) == ("FORBIDDEN", "The session variable x-user-id is missing.")


async def test_a_session_variable_that_is_missing_does_not_tell_of_a_file(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    await shelves.rule({"owner_id": "X-User-Id"})
    key = (await shelves.data(None, CREATE_KEY))["secret"]
    for path in ("a.txt", "none.txt"):
        found = await shelves.accounts.data(FILE, {"bucket": "shelf", "path": path}, headers={"apikey": key})
        assert found is None


async def test_a_hidden_file_is_looked_for_as_one_that_is_not_there(shelves: Shelves) -> None:
    ann, bucket = await shelves.make(), await shelves.bucket()
    await shelves.file(bucket, "hidden.txt")
    await shelves.rule({"top_folder": "X-User-Id"})
    await shelves.data(ann, FILE, {"bucket": "no-such", "path": "none.txt"})  # who calls is known from now on
    asked = []
    for name, path in (("shelf", "hidden.txt"), ("shelf", "none.txt"), ("no-such", "none.txt")):
        assert await shelves.data(ann, FILE, {"bucket": name, "path": path}) is None
        asked.append(len(shelves.accounts.statements))
    assert asked[0] > 0
    assert asked == [asked[0]] * 3


async def test_a_session_variable_that_does_not_fit_is_named(shelves: Shelves) -> None:
    user = await shelves.make(claims={"quota": "much"})
    await shelves.bucket()
    await shelves.rule({"size": {"_lt": "X-Quota"}})
    refusal = await shelves.refusal(user, FILES, {"bucket": "shelf"})
    message = "The session variable x-quota does not fit the type int8."
    assert (refusal["code"], refusal["message"]) == ("FORBIDDEN", message)


async def test_a_rule_about_another_bucket_asks_nothing_of_this_one(shelves: Shelves) -> None:
    bucket = await shelves.bucket()
    await shelves.bucket("other")
    await shelves.file(bucket, "a.txt")
    await shelves.rule({})
    await shelves.rule({"owner_id": "X-User-Id"}, "other")
    key = (await shelves.data(None, CREATE_KEY))["secret"]
    found = await shelves.accounts.data(FILES, {"bucket": "shelf"}, headers={"apikey": key})
    assert found == {"nodes": [{"path": "a.txt"}]}


async def test_a_rule_looks_into_tables(shelves: Shelves) -> None:
    ann, bob = await shelves.make(), await shelves.make()
    await shelves.accounts.execute("CREATE TABLE public.members (user_id uuid PRIMARY KEY)")
    await shelves.accounts.execute("INSERT INTO public.members VALUES ($1)", ann.id)
    await shelves.data(None, "mutation { reloadCatalog { version } }")
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    await shelves.rule({"_exists": {"_table": "members", "_where": {"user_id": "X-User-Id"}}})
    assert await shelves.paths(ann) == ["a.txt"]
    assert await shelves.paths(bob) == []


async def test_a_rule_over_a_table_that_is_gone_allows_nothing(shelves: Shelves) -> None:
    user = await shelves.make()
    await shelves.accounts.execute("CREATE TABLE public.members (user_id uuid PRIMARY KEY)")
    await shelves.data(None, "mutation { reloadCatalog { version } }")
    bucket = await shelves.bucket()
    await shelves.file(bucket, "a.txt")
    await shelves.rule({"_not": {"_exists": {"_table": "members", "_where": {}}}})
    assert await shelves.paths(user) == ["a.txt"]
    await shelves.accounts.execute("DROP TABLE public.members")
    await shelves.data(None, "mutation { reloadCatalog { version } }")
    assert await shelves.paths(user) == []


async def test_the_trail_tells_of_rules(shelves: Shelves) -> None:
    admin = await shelves.make("admin")
    bucket = await shelves.bucket()
    await shelves.data(admin, SET_RULE, rule_input(OWN_FOLDER))
    await shelves.data(admin, SET_RULE, rule_input({}, bucket=None, action="DELETE"))
    await shelves.data(admin, DROP_RULE, {"bucket": "shelf", "role": "user", "action": "SELECT"})
    rows = """SELECT string_agg(concat_ws(' ', action, target, details->>'role', details->>'may', details->>'files'),
        E'\\n' ORDER BY at, id) FROM selfgraph.audit_events WHERE action LIKE 'file_rule%'"""
    told = await shelves.accounts.value(rows)
    assert told.splitlines() == [
        f'file_rule.set bucket:{bucket} user select {{"top_folder": {{"_eq": "X-User-Id"}}}}',
        "file_rule.set bucket:* user delete {}",
        f"file_rule.drop bucket:{bucket} user select",
    ]
