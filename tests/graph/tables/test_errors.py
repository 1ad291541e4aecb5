"""What the table API refuses: with a code, with the place in the request, without data and without database text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.graph.tables.refusals import SCHEMA, assert_clear

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

PLACE = ("thing", "where")


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ("{label: {_eq: null}}", ("label", "_eq")),
        ("{label: {_in: null}}", ("label", "_in")),
        ("{label: {_like: null}}", ("label", "_like")),
        ("{label: {_isNull: null}}", ("label", "_isNull")),
        ("{numbers: {_contains: null}}", ("numbers", "_contains")),
        ("{label: null}", ("label",)),
        ("{_and: null}", ("_and",)),
        ("{_or: null}", ("_or",)),
        ("{_not: null}", ("_not",)),
        ("{part: null}", ("part",)),
        ("{_or: [{_not: {part: {id: {_gt: null}}}}]}", ("_or", 0, "_not", "part", "id", "_gt")),
    ],
)
async def test_null_is_no_value_to_compare_with(serve: Serve, where: str, path: tuple[str | int, ...]) -> None:
    served = await serve(SCHEMA)

    assert_clear(await served.refusal(f"{{ thing(where: {where}) {{ id }} }}"), "VALIDATION", *PLACE, *path)
    assert served.sent == []


async def test_null_by_variable_is_no_value_to_compare_with(serve: Serve) -> None:
    served = await serve(SCHEMA)
    query = "query ($v: String) { thing(where: {label: {_eq: $v}}) { id } }"

    assert_clear(await served.refusal(query, {"v": None}), "VALIDATION", *PLACE, "label", "_eq")


async def test_null_inside_a_variable_is_told_with_its_place(serve: Serve) -> None:
    served = await serve(SCHEMA)
    query = "query ($where: ThingBoolExp) { thing(where: $where) { id } }"

    error = await served.refusal(query, {"where": {"_or": [{}, {"label": {"_eq": None}}]}})

    assert_clear(error, "VALIDATION", *PLACE, "_or", 1, "label", "_eq")


@pytest.mark.parametrize(
    "query",
    [
        "{ nothing { id } }",
        "{ thing { nothing } }",
        "{ thing(nothing: 1) { id } }",
        "{ thing(where: {nothing: {_eq: 1}}) { id } }",
        "{ thing(where: {id: {_nothing: 1}}) { id } }",
        '{ thing(where: {id: {_like: "1"}}) { id } }',
        "{ thing(where: {raw: {_eq: 1}}) { id } }",
        "{ thing(orderBy: {raw: ASC}) { id } }",
        "{ thing(orderBy: {id: SIDEWAYS}) { id } }",
        "{ thing(orderBy: {part: {id: ASC}}) { id } }",
        '{ thing(where: {id: {_eq: "1"}}) { id } }',
        "{ thing(where: {id: {_eq: 1.5}}) { id } }",
        "{ thing(where: {id: {_eq: 2147483648}}) { id } }",
        "{ thing(where: {flag: {_eq: 1}}) { id } }",
        "{ thing(where: {label: {_eq: 1}}) { id } }",
        "{ thing(where: {feeling: {_eq: angry}}) { id } }",
        '{ thing(where: {feeling: {_eq: "sad"}}) { id } }',
        '{ thing(where: {identity: {_eq: "x"}}) { id } }',
        "{ thing(where: {big: {_eq: 9223372036854775808}}) { id } }",
        '{ thing(where: {exact: {_eq: "1,5"}}) { id } }',
        "{ thing(where: {id: {_in: [1, null]}}) { id } }",
        '{ thing(limit: "1") { id } }',
        "{ thing(limit: 99999999999) { id } }",
        "{ thing { part } }",
        "{ thing { id { x } } }",
        "{ thingByPk { id } }",
        "{ thingByPk(id: null) { id } }",
    ],
)
async def test_documents_that_do_not_fit_the_schema_are_refused(serve: Serve, query: str) -> None:
    served = await serve(SCHEMA)

    answer = await served.answer(query)

    assert "data" not in answer
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
    assert served.sent == []


@pytest.mark.parametrize(
    ("declared", "value", "path"),
    [
        ("ThingBoolExp", {"nothing": {}}, ("nothing",)),
        ("ThingBoolExp", {"id": {"_eq": "1"}}, ("id", "_eq")),
        ("ThingBoolExp", {"id": {"_in": [1, "x"]}}, ("id", "_in", 1)),
        ("ThingBoolExp", {"id": {"_in": [1, None]}}, ("id", "_in", 1)),
        ("ThingBoolExp", {"_and": [{}, {"flag": {"_eq": 1}}]}, ("_and", 1, "flag", "_eq")),
        ("ThingBoolExp", {"_and": [None]}, ("_and", 0)),
        ("ThingBoolExp", {"feeling": {"_eq": "angry"}}, ("feeling", "_eq")),
        ("ThingBoolExp", {"identity": {"_eq": "x"}}, ("identity", "_eq")),
        ("ThingBoolExp", {"big": {"_eq": 2**63}}, ("big", "_eq")),
        ("ThingBoolExp", {"exact": {"_eq": "x"}}, ("exact", "_eq")),
        ("ThingBoolExp", [], ()),
        ("ThingBoolExp", "x", ()),
        ("ThingBoolExp!", None, ()),
    ],
)
async def test_variables_that_do_not_fit_their_type_are_refused(
    serve: Serve, declared: str, value: Any, path: tuple[str | int, ...]
) -> None:
    served = await serve(SCHEMA)

    error = await served.refusal(f"query ($v: {declared}) {{ thing(where: $v) {{ id }} }}", {"v": value})

    assert_clear(error, "VALIDATION", "v", *path)
    assert served.sent == []


async def test_a_required_variable_that_is_not_given_is_refused(serve: Serve) -> None:
    served = await serve(SCHEMA)

    assert_clear(await served.refusal("query ($id: Int!) { thingByPk(id: $id) { id } }"), "VALIDATION", "id")


@pytest.mark.parametrize(
    ("column", "operator", "value"),
    [
        ("small", "_eq", "70000"),
        ("day", "_eq", '"2026-02-30"'),
        ("day", "_gt", '"yesterday evening"'),
        ("day", "_eq", '""'),
        ("moment", "_eq", '"noon"'),
        ("clock", "_eq", '"25:00"'),
        ("span", "_eq", '"1 fortnightish"'),
        ("exact", "_eq", '"1e200000"'),
        ("ratio", "_eq", "1e300"),
        ("answer", "_eq", '"three"'),
        ("bytes", "_eq", r'"\\xz"'),
        ("address", "_eq", '"10.0.0.300"'),
        ("period", "_eq", '"[5,1)"'),
        ("bits", "_eq", '"012"'),
        ("fee", "_eq", '"much"'),
        ("document", "_eq", r'"\u0000"'),
        ("document", "_contains", r'{a: "\u0000"}'),
        ("label", "_regex", '"["'),
        ("label", "_iregex", '"(?<x)"'),
        ("label", "_nregex", '"a{2,1}"'),
        ("label", "_similar", '"["'),
        ("label", "_like", r'"labe\\"'),
    ],
)
async def test_what_only_postgresql_knows_to_be_wrong_is_told_with_its_place(
    serve: Serve, column: str, operator: str, value: str
) -> None:
    served = await serve(SCHEMA)
    query = f'{{ thing(where: {{_and: [{{label: {{_neq: "["}}}}, {{{column}: {{{operator}: {value}}}}}]}}) {{ id }} }}'

    assert_clear(await served.refusal(query), "VALIDATION", *PLACE, "_and", 1, column, operator)


async def test_the_wrong_one_of_a_list_is_told_by_the_list(serve: Serve) -> None:
    served = await serve(SCHEMA)

    error = await served.refusal(
        "query ($v: [date!]!) { fine: thing { id } thing(where: {day: {_in: $v}}) { id } }", {"v": ["2026-01-01", "x"]}
    )

    assert_clear(error, "VALIDATION", "thing", "where", "day", "_in")


async def test_a_wrong_key_is_told_with_its_place(serve: Serve) -> None:
    served = await serve("CREATE TABLE daily (day date PRIMARY KEY);")

    assert_clear(await served.refusal('{ a: dailyByPk(day: "x") { day } }'), "VALIDATION", "a", "day")


async def test_a_wrong_value_in_a_nested_list_is_told_with_its_place(serve: Serve) -> None:
    served = await serve(SCHEMA)

    error = await served.refusal('{ part { t: thing { p: part(where: {thing: {day: {_eq: "x"}}}) { id } } } }')

    assert_clear(error, "VALIDATION", "part", "t", "p", "where", "thing", "day", "_eq")


@pytest.mark.parametrize("argument", ["limit", "offset"])
async def test_a_negative_number_of_rows_is_refused(serve: Serve, argument: str) -> None:
    served = await serve(SCHEMA)

    assert_clear(await served.refusal(f"{{ thing({argument}: -1) {{ id }} }}"), "VALIDATION", "thing", argument)
    by_variable = f"query ($n: Int) {{ thing {{ part({argument}: $n) {{ id }} }} }}"
    assert await served.data(by_variable, {"n": 1})
    assert_clear(await served.refusal(by_variable, {"n": -1}), "VALIDATION", "thing", "part", argument)


async def test_the_largest_numbers_of_rows_are_taken(serve: Serve) -> None:
    served = await serve(SCHEMA)

    assert len((await served.data("{ thing(limit: 2147483647) { id } }"))["thing"]) == 3
    assert (await served.data("{ thing(offset: 2147483647) { id } }"))["thing"] == []


def nested(depth: int) -> dict[str, Any]:
    where: dict[str, Any] = {"id": {"_eq": 1}}
    for _ in range(depth):
        where = {"_not": where}
    return where


@pytest.mark.parametrize("depth", [60, 300])
async def test_a_variable_that_is_nested_too_deeply_is_refused(serve: Serve, depth: int) -> None:
    served = await serve(SCHEMA)

    error = await served.refusal("query ($w: ThingBoolExp) { thing(where: $w) { id } }", {"w": nested(depth)})

    assert error["extensions"]["code"] == "VALIDATION"


@pytest.mark.parametrize("depth", [60, 300, 2500])
async def test_a_literal_that_is_nested_too_deeply_is_refused(serve: Serve, depth: int) -> None:
    served = await serve(SCHEMA)

    error = await served.refusal(f"{{ thing(where: {'{_not: ' * depth}{{}}{'}' * depth}) {{ id }} }}")

    assert error["extensions"]["code"] in {"VALIDATION", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}


async def test_an_ordering_that_is_nested_too_deeply_is_refused(serve: Serve) -> None:
    served = await serve("CREATE TABLE node (id integer PRIMARY KEY, parent_id integer REFERENCES node);")
    by: dict[str, Any] = {"id": "ASC"}
    for _ in range(200):
        by = {"parent": by}

    error = await served.refusal("query ($by: [NodeOrderBy!]) { node(orderBy: $by) { id } }", {"by": by})

    assert error["extensions"]["code"] == "VALIDATION"


async def test_a_filter_within_the_nesting_is_taken(serve: Serve) -> None:
    served = await serve(SCHEMA)

    assert await served.data("query ($w: ThingBoolExp) { thing(where: $w) { id } }", {"w": nested(40)})


async def test_a_statement_that_takes_too_long_is_stopped(serve: Serve) -> None:
    served = await serve(SCHEMA, statement_timeout=0.3)

    assert_clear(await served.refusal("{ slow { waited } }"), "TIMEOUT")


async def test_a_division_by_zero_is_told_as_such(serve: Serve) -> None:
    served = await serve(SCHEMA)

    error = await served.refusal("{ broken { value } }")

    assert_clear(error, "VALIDATION")
    assert "zero" in error["message"]


async def test_a_materialised_view_without_data_is_unavailable(serve: Serve) -> None:
    served = await serve(SCHEMA)

    assert_clear(await served.refusal("{ empty { id } }"), "UNAVAILABLE")


async def test_json_that_is_nested_beyond_measure_is_refused(serve: Serve) -> None:
    served = await serve(SCHEMA)
    value: list[Any] = []
    for _ in range(200):
        value = [value]

    answer = await served.answer("query ($v: jsonb!) { thing(where: {document: {_eq: $v}}) { id } }", {"v": value})

    assert "errors" not in answer or answer["errors"][0]["extensions"]["code"] != "INTERNAL"


async def test_what_the_user_of_the_database_may_not_read_is_forbidden(serve: Serve) -> None:
    served = await serve(SCHEMA)
    await served.database._lending.close()
    await served.database.pool.expire_connections()
    connection = await asyncpg.connect(served.url)
    try:
        role = f"narrow_{urlsplit(served.url).path[-12:]}"
        await connection.execute(f"CREATE ROLE {role}")
        await connection.execute(
            f"GRANT USAGE ON SCHEMA selfgraph TO {role}; GRANT SELECT (id) ON public.thing TO {role};"
            f"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET role = {role}', current_database()); END $$"
        )
        try:
            assert_clear(await served.refusal("{ thing { label } }"), "FORBIDDEN")
            assert await served.data("{ thing { id } }")
        finally:
            await _drop(connection, role)
    finally:
        await connection.close()


async def _drop(connection: asyncpg.Connection, role: str) -> None:
    await connection.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET role', current_database()); END $$;"
        f"DROP OWNED BY {role}; DROP ROLE {role}"
    )


async def test_a_database_that_is_gone_is_unavailable(serve: Serve) -> None:
    served = await serve(SCHEMA)
    await served.data("{ thing { id } }")
    await _allow_connections(served, allowed=False)

    assert_clear(await served.refusal("{ thing { id } }"), "UNAVAILABLE")

    await _allow_connections(served, allowed=True)
    await _until_back(served)


async def _allow_connections(served: Served, *, allowed: bool) -> None:
    """Close the database to everyone and end whoever is in it, or open it again."""
    parts = urlsplit(served.url)
    name = parts.path.strip("/")
    connection = await asyncpg.connect(parts._replace(path="/postgres").geturl())
    try:
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    finally:
        await connection.close()


async def _until_back(served: Served) -> None:
    answer = await served.answer("{ thing { id } }")
    for _ in range(5):
        if "errors" not in answer:
            return
        assert answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        answer = await served.answer("{ thing { id } }")
    assert "errors" not in answer, answer
