"""Names and values full of what SQL, JSON, regular expressions and formats take for more than text: they stay text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from persistence.sql.fragments import identifier, literal
from tests.graph.tables.serving import execute

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

NASTY = (
    "'; DROP TABLE witness; --",
    '"; DROP TABLE witness; --',
    "'); DELETE FROM witness; --",
    "' OR '1'='1",
    '" OR ""="',
    "\\'; DROP TABLE witness; --",
    "\\",
    "\\\\",
    "\\x00",
    "\\u0000",
    "/* */ */ /*",
    "-- comment",
    "$1",
    "$2::text",
    "$$; DROP TABLE witness; $$",
    "$tag$",
    "{}",
    "{0}",
    "{self}",
    "%s",
    "%(name)s",
    "%",
    ":name",
    "?",
    "E'\\047'",
    "U&'\\0027'",
    "{NULL}",
    "NULL",
    "(SELECT 1)",
    "a\nb\r\nc\td",
    "\x01\x08\x1f\x7f",
    "\u2028\u2029\ufeff\u200b\u202e",
    "e\u0301\u00e9",
    "\u02bc\uff07\u2019",
    "\U0001f4a9\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0010ffff",
    ",",
    '{"a": "b"}',
    '"',
    "'",
    "''",
    "`",
    ";",
    " ",
    "",
)
NAMES = (
    *(name for name in NASTY if name),
    "x" * 63,
    "'" * 63,
    "\u00e9" * 31,
    "\U0001f4a9" * 15,
    "selfgraph",
    "select",
    "t0",
    "r",
    "o",
)


async def _witness_is_alive(served: Served) -> None:
    connection = await asyncpg.connect(served.url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM public.witness") == 1
    finally:
        await connection.close()


WITNESS = "CREATE TABLE witness (id integer PRIMARY KEY); INSERT INTO witness VALUES (1);"
VALUES_TABLE = """
CREATE TABLE kept (id integer PRIMARY KEY, value text NOT NULL, document jsonb, texts text[]);
"""


async def _served_with_values(serve: Serve) -> Served:
    served = await serve(WITNESS + VALUES_TABLE)
    connection = await asyncpg.connect(served.url)
    try:
        await connection.executemany(
            "INSERT INTO public.kept VALUES ($1, $2::text, jsonb_build_object($2::text, $2::text), ARRAY[$2::text])",
            list(enumerate(NASTY)),
        )
    finally:
        await connection.close()
    return served


async def test_values_come_back_byte_for_byte(serve: Serve) -> None:
    served = await _served_with_values(serve)

    rows = (await served.data("{ kept { value document texts } }"))["kept"]

    assert [row["value"] for row in rows] == list(NASTY)
    assert [row["document"] for row in rows] == [{value: value} for value in NASTY]
    assert [row["texts"] for row in rows] == [[value] for value in NASTY]


@pytest.mark.parametrize("how", ["literal", "variable", "list", "items", "array", "object"])
async def test_values_are_compared_as_they_are(serve: Serve, how: str) -> None:
    served = await _served_with_values(serve)

    for number, value in enumerate(NASTY):
        query, variables = _asking(how, value)
        rows = (await served.data(query, variables))["kept"]
        assert rows == [{"id": number}], value
    await _witness_is_alive(served)


def _asking(how: str, value: str) -> tuple[str, dict[str, Any]]:
    text = json.dumps(value)
    match how:
        case "literal":
            return f"{{ kept(where: {{value: {{_eq: {_graphql(value)}}}}}) {{ id }} }}", {}
        case "variable":
            return "query ($v: String!) { kept(where: {value: {_eq: $v}}) { id } }", {"v": value}
        case "list":
            return "query ($v: [String!]!) { kept(where: {value: {_in: $v}}) { id } }", {"v": [value]}
        case "items":
            return "query ($v: String!) { kept(where: {value: {_in: [$v]}}) { id } }", {"v": value}
        case "array":
            return "query ($v: [String]!) { kept(where: {texts: {_eq: $v}}) { id } }", {"v": [value]}
        case _:
            document = json.loads(f"{{{text}: {text}}}")
            return "query ($v: jsonb!) { kept(where: {document: {_eq: $v}}) { id } }", {"v": document}


def _graphql(value: str) -> str:
    """A string literal; GraphQL escapes as JSON does, but characters beyond U+FFFF in braces."""
    escaped = "".join(
        f"\\u{{{ord(c):x}}}" if ord(c) > 0xFFFF or ord(c) < 0x20 or c in {'"', "\\"} else c for c in value
    )
    return f'"{escaped}"'


@pytest.mark.parametrize("operator", ["_like", "_ilike", "_similar", "_regex", "_iregex"])
async def test_patterns_are_values_too(serve: Serve, operator: str) -> None:
    served = await _served_with_values(serve)

    for value in NASTY:
        answer = await served.answer(
            f"query ($v: String!) {{ kept(where: {{value: {{{operator}: $v}}}}) {{ id }} }}", {"v": value}
        )
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes <= {"VALIDATION"}, (value, answer)
    await _witness_is_alive(served)


@pytest.mark.parametrize(
    ("declared", "argument"),
    [
        ("String!", "value: {_eq: $v}"),
        ("String!", "value: {_regex: $v}"),
        ("[String!]!", "value: {_in: $v}"),
        ("[String]!", "texts: {_contains: $v}"),
        ("String!", "document: {_hasKey: $v}"),
        ("jsonb!", "document: {_contains: $v}"),
    ],
)
@pytest.mark.parametrize("value", ["a\0b", "\0", "\ud800", "x\udfffy"], ids=["nul", "only nul", "high", "low"])
async def test_what_postgresql_cannot_hold_is_refused_with_its_place(
    serve: Serve, declared: str, argument: str, value: str
) -> None:
    served = await serve(WITNESS + VALUES_TABLE)
    given: Any = [value] if declared.startswith("[") else value
    body = json.dumps(
        {"query": f"query ($v: {declared}) {{ kept(where: {{{argument}}}) {{ id }} }}", "variables": {"v": given}}
    )

    answer = (await served.http.post("/graphql", content=body, headers={"content-type": "application/json"})).json()

    assert "data" not in answer or answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] in {"VALIDATION", "BAD_REQUEST"}, answer


async def test_a_literal_with_nul_is_refused_with_its_place(serve: Serve) -> None:
    served = await serve(WITNESS + VALUES_TABLE)

    error = await served.refusal(r'{ kept(where: {_or: [{value: {_eq: "a\u0000"}}]}) { id } }')

    assert error["extensions"] == {"code": "VALIDATION", "path": ["kept", "where", "_or", 0, "value", "_eq"]}


def _named_tables() -> str:
    """A table for each name, with a column of that name, and a constraint and an index of it."""
    return "".join(
        f"CREATE TABLE public.{identifier(name)} (id integer PRIMARY KEY, {identifier(name)} text, twin integer,"
        f" CONSTRAINT {identifier(name[:20] + str(number))} FOREIGN KEY (twin)"
        f" REFERENCES public.{identifier(name)} (id));"
        f" COMMENT ON TABLE public.{identifier(name)} IS {literal(name)};"
        f" COMMENT ON COLUMN public.{identifier(name)}.{identifier(name)} IS {literal(name)};"
        f" INSERT INTO public.{identifier(name)} VALUES (1, {literal(name)}, 1);"
        for number, name in enumerate(NAMES)
    )


async def test_tables_and_columns_of_any_name_are_read(serve: Serve) -> None:
    served = await serve(WITNESS + _named_tables())
    tables = (await served.data("{ tables { name comment columns { name comment } } }"))["tables"]
    assert {table["name"] for table in tables} == {*NAMES, "witness"}
    fields = await _fields(served)

    for name in NAMES:
        field, column, forward, back = fields[name]
        row = await served.data(
            f"{{ it: {field}(where: {{{column}: {{_eq: {_graphql(name)}}}, {forward}: {{{back}: {{}}}}}},"
            f" orderBy: [{{{column}: ASC}}, {{{forward}: {{{column}: DESC}}}}]) {{ id {column}"
            f" {forward} {{ {column} }} {back} {{ {column} }} }} }}"
        )
        assert len(served.sent) == 1
        same = {column: name}
        assert row["it"] == [{"id": 1, column: name, forward: same, back: [same]}]
    await _witness_is_alive(served)


async def _fields(served: Served) -> dict[str, tuple[str, str, str, str]]:
    """By table: its root field, the field of its odd column, and those of its reference and of its reverse."""
    schema = await served.data(
        "{ __schema { queryType { fields { name description type { ofType { ofType { ofType { name description"
        " fields { name description type { kind name ofType { kind ofType { kind ofType { name } } } } } } } } } } } } }"
    )
    found: dict[str, tuple[str, str, str, str]] = {}
    for field in schema["__schema"]["queryType"]["fields"]:
        row = ((field["type"]["ofType"] or {}).get("ofType") or {}).get("ofType")
        if not row or not (field["description"] or "").startswith("Rows of `public."):
            continue
        name = field["description"].removeprefix("Rows of `public.").removesuffix("`.")
        if name == "witness":
            continue
        columns = [each for each in row["fields"] if each["description"] == name]
        ways = [each for each in row["fields"] if (each["description"] or "").startswith(("The row of", "Rows of"))]
        forward = next(each["name"] for each in ways if each["description"].startswith("The row of"))
        back = next(each["name"] for each in ways if each["description"].startswith("Rows of"))
        found[name] = (field["name"], columns[0]["name"], forward, back)
    return found


async def test_enums_of_any_label_are_read_and_compared(serve: Serve) -> None:
    labels = [name for name in NASTY if 0 < len(name.encode()) <= 63]
    made = ", ".join(literal(label) for label in labels)
    served = await serve(
        WITNESS + f"CREATE TYPE odd AS ENUM ({made}); CREATE TABLE chosen (id integer PRIMARY KEY, it odd, many odd[]);"
    )
    connection = await asyncpg.connect(served.url)
    try:
        await connection.execute(
            "INSERT INTO public.chosen SELECT n, l::public.odd, ARRAY[l]::public.odd[]"
            " FROM unnest($1::text[]) WITH ORDINALITY AS x(l, n)",
            labels,
        )
    finally:
        await connection.close()

    for number, label in enumerate(labels, 1):
        rows = await served.data(
            "query ($v: odd!, $w: [odd]!) { chosen(where: {it: {_eq: $v, _in: [$v]}, many: {_eq: $w}}) { id it many } }",
            {"v": label, "w": [label]},
        )
        assert rows["chosen"] == [{"id": number, "it": label, "many": [label]}]
    await _witness_is_alive(served)


async def test_types_of_any_name_are_read_and_compared(serve: Serve) -> None:
    names = [name for name in NAMES if len(name.encode()) < 60]
    script = "".join(
        f"CREATE DOMAIN public.{identifier('d' + name)} AS text;"
        f"CREATE TYPE public.{identifier('e' + name)} AS ENUM ('yes');"
        f"CREATE TABLE table{number} (id integer PRIMARY KEY, d public.{identifier('d' + name)},"
        f" ds public.{identifier('d' + name)}[], e public.{identifier('e' + name)});"
        f"INSERT INTO table{number} VALUES (1, 'x', '{{x}}', 'yes');"
        for number, name in enumerate(names)
    )
    served = await serve(WITNESS + script)

    for number in range(len(names)):
        field = f"table{number}"
        rows = await served.data(
            f'{{ {field}(where: {{d: {{_eq: "x"}}, ds: {{_contains: ["x"]}}, e: {{_in: [yes]}}}}) {{ d ds e }} }}'
        )
        assert rows[field] == [{"d": "x", "ds": ["x"], "e": "yes"}]
    await _witness_is_alive(served)


@pytest.mark.parametrize("setting", ["off", "on"])
async def test_backslashes_stay_whatever_the_database_makes_of_them(serve: Serve, setting: str) -> None:
    served = await _served_with_values(serve)
    await execute(
        served.url,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET standard_conforming_strings ="
        f" {setting}', current_database()); END $$",
    )
    await served.database._lending.close()
    await served.database.pool.expire_connections()

    rows = (await served.data("query ($v: String!) { kept(where: {value: {_eq: $v}}) { value } }", {"v": "\\"}))["kept"]

    assert rows == [{"value": "\\"}]
