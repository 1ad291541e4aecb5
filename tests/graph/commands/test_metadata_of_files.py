"""Buckets and rules on files in the file of metadata."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from tests.docs.pages import blocks

if TYPE_CHECKING:
    from pathlib import Path

    from tests.graph.commands.conftest import Call

TABLES = "CREATE TABLE member (id int PRIMARY KEY, team text, user_id uuid);"
METADATA = """\
version: 1
buckets:
  empty: {}
  photos:
    description: Of people
    public: true
    max_file_size: 1000
    allowed_types:
      - image/*
      - text/plain
    quota: 5000
    rules:
      editor:
        select: {}
        delete:
          _or:
            - owner_id:
                _eq: X-User-Id
            - _exists:
                _table: member
                _where:
                  team:
                    _ceq:
                      - $
                      - top_folder
      user:
        select:
          content_type:
            _like: image/%
file_rules:
  user:
    insert:
      size:
        _lt: 100
      top_folder:
        _eq: X-User-Id
"""
KEPT = """
SELECT json_build_object(
    'buckets', (SELECT json_agg(b ORDER BY name) FROM selfgraph.buckets b),
    'rules', (SELECT json_agg(r ORDER BY r::text) FROM selfgraph.file_rules r),
    'roles', (SELECT json_agg(name ORDER BY name) FROM selfgraph.roles),
    'permissions', (SELECT json_agg(p) FROM selfgraph.table_permissions p),
    'events', (SELECT json_agg(e ORDER BY at, id) FROM selfgraph.audit_events e))::text
"""


@pytest.fixture
def given(call: Call, migrated_database: str, tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "tables.sql").write_text(TABLES)
    assert call("sql", tmp_path / "tables.sql", DATABASE_URL=migrated_database).code == 0
    return {"DATABASE_URL": migrated_database}


def run(url: str, statement: str) -> Any:
    """What a statement finds, as JSON; the database was migrated by a command before."""

    async def running() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(running())


def kept(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(given["DATABASE_URL"], KEPT))
    return found


def test_what_is_applied_is_exported_again(call: Call, given: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "metadata.yaml"
    file.write_text(METADATA)

    applied = call("metadata", "apply", file, **given)
    exported = call("metadata", "export", **given)
    same = call("metadata", "diff", file, **given)
    before = kept(given)
    again = call("metadata", "apply", file, **given)

    assert (applied.code, applied.err) == (0, "")
    assert applied.out == "Applied: 0 tables, 0 permissions, 2 buckets, 4 rules on files; made the roles editor.\n"
    assert exported.out == METADATA
    assert (same.code, same.out) == (0, "")
    assert again.out == "Nothing is another than before.\n"
    assert kept(given) == before
    actions = [event["action"] for event in before["events"]]
    assert actions == ["metadata.replace", "bucket.create", "bucket.create", *["file_rule.set"] * 4]


def test_what_is_otherwise_is_shown_and_changed_and_the_rest_stays(
    call: Call, given: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "metadata.yaml"
    file.write_text(METADATA)
    call("metadata", "apply", file, **given)
    user = "INSERT INTO selfgraph.users (id, email) VALUES (gen_random_uuid(), 'a@x.test') RETURNING id::text"
    owner = run(given["DATABASE_URL"], user)
    run(
        given["DATABASE_URL"],
        f"UPDATE selfgraph.buckets SET owner_id = '{owner}', used_bytes = 7 WHERE name = 'photos'",
    )
    before = {bucket["name"]: bucket for bucket in kept(given)["buckets"]}
    file.write_text(
        "version: 1\nbuckets:\n  photos:\n    quota: 7\n    rules:\n      user:\n        select: {}\n  new: {}\n"
    )

    shown = call("metadata", "diff", file, **given)
    applied = call("metadata", "apply", file, **given)
    exported = call("metadata", "export", **given)

    assert shown.code == 1
    lines = [line for line in shown.out.splitlines()[2:] if line[0] in "+-"]
    assert "+  new: {}" in lines
    assert "-  empty: {}" not in lines  # a bucket of which nothing is said stays
    assert "-    public: true" in lines
    assert "-file_rules:" in lines
    assert applied.code == 0, applied.err
    assert exported.out == (
        "version: 1\nbuckets:\n  empty: {}\n  new: {}\n  photos:\n    quota: 7\n"
        "    rules:\n      user:\n        select: {}\n"
    )
    after = {bucket["name"]: bucket for bucket in kept(given)["buckets"]}
    assert after["empty"] == before["empty"]
    assert [after["photos"][name] for name in ("id", "owner_id", "used_bytes")] == [before["photos"]["id"], owner, 7]


def test_the_file_of_the_docs_is_taken(call: Call, given: dict[str, Any], tmp_path: Path) -> None:
    (text,) = (text for language, text in blocks("docs/storage.md") if language == "yaml")
    file = tmp_path / "metadata.yaml"
    file.write_text(text)

    applied = call("metadata", "apply", file, **given)

    assert applied.out == "Applied: 0 tables, 0 permissions, 2 buckets, 3 rules on files; made the roles auditor.\n"
    assert call("metadata", "diff", file, **given).out == ""


def test_a_file_that_says_nothing_of_files_changes_none(call: Call, given: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "metadata.yaml"
    file.write_text(METADATA)
    call("metadata", "apply", file, **given)
    before = kept(given)
    file.write_text("version: 1\nroles:\n  lead:\n    inherits:\n      - user\n")

    shown = call("metadata", "diff", file, **given)
    call("metadata", "apply", file, **given)

    assert [line for line in shown.out.splitlines()[2:] if line[0] in "+-"] == [
        "+roles:", "+  lead:", "+    inherits:", "+      - user",
    ]  # fmt: skip
    after = kept(given)
    assert (after["buckets"], after["rules"]) == (before["buckets"], before["rules"])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("_table: member", "_table: members"), "file rule editor: delete in photos of selfgraph.files: "),
        (("_like: image/%", "_like: 5\n          nothing: 1"), "file rule user: select in photos of selfgraph.files: "),
        (("_lt: 100", "_lt: many"), "file rule user: insert in every bucket of selfgraph.files: "),
        (("      editor:", "      admin:"), "file rule admin: select in photos of selfgraph.files: Administrators"),
        (("      editor:", "      No Role:"), "role No Role of selfgraph.roles: "),
        (("quota: 5000", "quota: 4"), "bucket photos of selfgraph.buckets: It holds more than the quota."),
    ],
)
def test_where_anything_is_wrong_nothing_is_changed(
    call: Call, given: dict[str, Any], tmp_path: Path, wrong: tuple[str, str], message: str
) -> None:
    file = tmp_path / "metadata.yaml"
    file.write_text("version: 1\nbuckets:\n  photos: {}\n")
    call("metadata", "apply", file, **given)
    run(given["DATABASE_URL"], "UPDATE selfgraph.buckets SET used_bytes = 5")
    there = kept(given)
    file.write_text(METADATA.replace(*wrong) + "roles:\n  lead:\n    inherits:\n      - user\n")

    refused = call("metadata", "apply", file, **given)

    assert refused.code == 1
    assert message in refused.err, refused.err
    assert refused.err.splitlines()[-1] == "selfgraph: The metadata do not fit; nothing was changed."
    assert kept(given) == there


def test_rules_that_do_not_fit_yet_may_be_taken(call: Call, given: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "metadata.yaml"
    file.write_text(METADATA.replace("_table: member", "_table: members"))

    applied = call("metadata", "apply", "--allow-misfits", file, **given)

    assert applied.code == 0, applied.err
    assert "left out until it fits: file rule editor: delete in photos of selfgraph.files: " in applied.err
    assert "_table: members" in call("metadata", "export", **given).out


def test_what_fails_while_it_is_written_leaves_nothing(call: Call, given: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "metadata.yaml"
    call("metadata", "export", **given)
    for statement in (
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
        "CREATE TRIGGER fail BEFORE INSERT ON selfgraph.file_rules FOR EACH ROW EXECUTE FUNCTION fail()",
    ):
        run(given["DATABASE_URL"], statement)
    there = kept(given)
    permission = "tables:\n  public:\n    member:\n      permissions:\n        editor:\n          delete:\n            filter: {}\n"
    file.write_text(METADATA + permission)

    failed = call("metadata", "apply", file, **given)

    assert failed.code != 0
    assert kept(given) == there


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("buckets:\n  a: {}\n", "2: buckets.a: name: A bucket's name has"),
        ("buckets:\n  tus: {}\n", "2: buckets.tus: name: This name is reserved."),
        ("buckets:\n  abc:\n    owner: me\n", "3: buckets.abc.owner: Unknown; there is description,"),
        ("buckets:\n  abc:\n    allowed_types: [image]\n", "2: buckets.abc: allowedTypes: 'image' is no MIME type"),
        ("buckets:\n  abc:\n    max_file_size: 0\n", "2: buckets.abc: maxFileSize: This is a whole number of 1"),
        ("buckets:\n  abc:\n    quota: -1\n", "3: buckets.abc.quota: A whole number from 0 on is expected."),
        ("buckets:\n  abc:\n    rules:\n      user:\n        read: {}\n", "5: buckets.abc.rules.user.read: Unknown;"),
        ("buckets:\n  abc:\n    rules:\n      user:\n        select: all\n", "5: buckets.abc.rules.user.select: A map"),
        ("buckets:\n  abc:\n", "2: buckets.abc: Something is expected here."),
        ("file_rules:\n  user: [select]\n", "2: file_rules.user: A mapping is expected."),
        ("bucket: {}\n", "1: bucket: Unknown; there is version, tables, functions, roles, buckets, file_rules."),
    ],
)
def test_what_is_not_written_as_it_has_to_be_is_told_with_its_line(
    call: Call, tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "metadata.yaml"
    file.write_text(text + "version: 1\n")

    refused = call("metadata", "apply", file, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert refused.code == 1
    assert refused.err.startswith(f"selfgraph: {file}:{message}"), refused.err
