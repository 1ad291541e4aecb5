"""Whether a value fails does not depend on rows that the caller does not see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.metadata.shop import grant
from tests.graph.tables.serving import execute

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

NOTES = (
    "CREATE TABLE note (id integer PRIMARY KEY, name text NOT NULL, word text NOT NULL, made date NOT NULL,"
    " code uuid, owner integer NOT NULL, data jsonb);"
    "INSERT INTO note VALUES (1, 'mine', 'a', '2020-01-01', NULL, 1, '{}'),"
    " (2, 'hidden', 'ab', '2020-01-01', NULL, 2, '{\"card\": \"4111\"}');"
)
OWN = {"owner": {"_eq": "X-User-Id"}}
FAILING = [
    r'word: {_like: "a\\"}',
    r'word: {_like: "\\a\\"}',
    r'word: {_nilike: "%a\\"}',
    'word: {_regex: "("}',
    'word: {_niregex: "["}',
    r'word: {_similar: "(a"}',
    'made: {_eq: "2020-99-99"}',
    'made: {_in: ["2020-01-01", "never"]}',
    'data: {_jsonbPathExists: "$.card ? ($v == 1)"}',
    'data: {_jsonbPathMatch: "$.card == $v"}',
    r'data: {_jsonbPathExists: "$ ? (@.card starts with \"4\").card.datetime(\"x%\")"}',
    r'data: {_jsonbPathExists: "$.card.\\u0064atetime(\"x%\")"}',
    r'data: {_jsonbPathExists: "$ ? (\"2023-08-15\".datetime() < \"2023-08-15T10:00:00+00\".datetime())"}',
]


@pytest.mark.parametrize("failing", FAILING)
async def test_a_value_fails_whatever_is_hidden(serve: Serve, failing: str) -> None:
    served = await serve(NOTES)
    await grant(served, table="note", role="user", action="SELECT", columns="*", filter={"owner": {"_eq": "X-User-Id"}})

    there = await _asked(served, f'{{ note(where: {{name: {{_eq: "hidden"}}, {failing}}}) {{ id }} }}')
    nowhere = await _asked(served, f'{{ note(where: {{name: {{_eq: "nothing"}}, {failing}}}) {{ id }} }}')

    assert there == nowhere
    assert there["errors"][0]["extensions"]["code"] == "VALIDATION"


ROW = '{id: 2, name: "mine", word: "a", made: "2020-01-01", owner: 2}'
UPSERT = "onConflict: {constraint: NOTE_PKEY, updateColumns: [NAME], where: WHERE}"
CHANGES = [
    'updateNote(where: WHERE, _set: {name: "new"}) { affectedRows }',
    'updateNote(where: WHERE, _set: {name: "new"}) { returning { keeper { id } } }',
    'updateNoteMany(updates: [{where: WHERE, _set: {name: "new"}}]) { affectedRows }',
    "deleteNote(where: WHERE) { affectedRows }",
    "deleteNote(where: WHERE) { returning { keeper { id } } }",
    f"insertNote(objects: [{ROW}], {UPSERT}) {{ affectedRows }}",
    f"insertKeeper(objects: [{{id: 3, note: {{data: [{ROW.replace(', owner: 2', '')}], {UPSERT}}}}}]) {{ affectedRows }}",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "failing", [r'word: {_like: "a\\"}', 'made: {_eq: "2020-99-99"}', 'data: {_jsonbPathExists: "$.card ? ($v == 1)"}']
)
async def test_a_value_of_a_change_fails_whatever_is_hidden(serve: Serve, change: str, failing: str) -> None:
    served = await serve(
        f"CREATE TABLE keeper (id integer PRIMARY KEY); INSERT INTO keeper VALUES (1), (2);{NOTES}"
        "ALTER TABLE note ADD FOREIGN KEY (owner) REFERENCES keeper;"
    )
    # A rule about another table costs more than a comparison, which PostgreSQL therefore makes first.
    own = {"keeper": {"id": {"_eq": "X-User-Id"}}}
    rights: dict[str, dict[str, Any]] = {
        "SELECT": {"columns": "*", "filter": own},
        "INSERT": {"columns": "*", "check": {}},
        "UPDATE": {"columns": "*", "filter": own},
        "DELETE": {"filter": own},
    }
    for action, right in rights.items():
        await grant(served, table="note", role="user", action=action, **right)
    await grant(served, table="keeper", role="user", action="SELECT", columns="*", filter={})
    await grant(served, table="keeper", role="user", action="INSERT", columns="*", check={})

    there = await _asked(served, _with(change, "hidden", failing))
    nowhere = await _asked(served, _with(change, "nothing", failing))

    assert there == nowhere
    assert there["errors"][0]["extensions"]["code"] == "VALIDATION"


async def test_paths_that_cannot_fail_are_for_everybody(serve: Serve) -> None:
    served = await serve(NOTES)
    await grant(served, table="note", role="user", action="SELECT", columns="*", filter=OWN)
    await execute(served.url, """UPDATE note SET data = '{"date": {"a.time(": "$"}}' WHERE id = 1""")
    path = r"$.date ? (@.\"a.time(\" == \"$\" || @ == \"\\\".date()\")"

    answer = await _asked(served, f'{{ note(where: {{data: {{_jsonbPathExists: "{path}"}}}}) {{ id }} }}')

    assert answer == {"data": {"note": [{"id": 1}]}}


async def test_a_path_that_fails_is_told_of_at_its_place(serve: Serve) -> None:
    served = await serve(NOTES)

    refusal = await served.refusal('{ note(where: {data: {_jsonbPathExists: "$v"}}) { id } }')

    assert refusal["extensions"] == {"code": "VALIDATION", "path": ["note", "where", "data", "_jsonbPathExists"]}


@pytest.mark.parametrize("rule", [{"data": {"_jsonb_path_exists": "$$$"}}, {"kind": {"_eq": "pg_catalog."}}])
async def test_a_value_of_a_rule_that_cannot_be_read_is_no_failure_of_the_server(
    serve: Serve, rule: dict[str, Any]
) -> None:
    served = await serve(NOTES + "ALTER TABLE note ADD kind regclass;")
    await grant(served, table="note", role="user", action="SELECT", columns="*", filter=rule)

    (error,) = (await _asked(served, "{ note { id } }"))["errors"]

    assert error["extensions"]["code"] == "VALIDATION"
    assert error["message"] == "A rule of the role has a value that does not fit its type."


def _with(change: str, name: str, failing: str) -> str:
    where = f'{{name: {{_eq: "{name}"}}, {failing}}}'
    return f"mutation {{ {change.replace('WHERE', where)} }}"


async def _asked(served: Served, query: str) -> Any:
    response = await served.respond(query, headers={"X-Role": "user", "X-User-Id": "1"})
    return response.json()
