"""How many rows a list may hold and how many values a statement may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.graph.tables.refusals import SCHEMA, assert_clear

if TYPE_CHECKING:
    from tests.graph.conftest import Serve


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("{ part { id } }", False),
        ("{ part(limit: 10) { id } }", True),
        ("{ part(limit: 11) { id } }", False),
        ("{ part(where: {id: {_lte: 10}}) { id } }", True),
        ("{ thing { part { id } } }", False),
        ("{ thing { part(limit: 10) { id } } }", True),
        ("{ thingByPk(id: 1) { part { id } } }", False),
        ("{ partByPk(id: 1) { thing { part { id } } } }", False),
    ],
)
async def test_a_list_longer_than_allowed_is_refused_whole(serve: Serve, query: str, *, allowed: bool) -> None:
    served = await serve(SCHEMA, max_rows=10)

    if allowed:
        await served.data(query)
    else:
        error = await served.refusal(query)
        assert_clear(error, "PAYLOAD_TOO_LARGE")
        assert "10 rows" in error["message"]


_SEVEN = ("_eq", "_neq", "_gt", "_gte", "_lt", "_lte", "_in")


async def test_more_values_than_a_statement_takes_are_refused(serve: Serve) -> None:
    served = await serve(SCHEMA, max_body_bytes=10_000_000)
    query = "query ($w: [ThingBoolExp!]!) { thing(where: {_or: $w}) { id } }"

    error = await served.refusal(query, {"w": [{"id": dict.fromkeys(_SEVEN, 1)}] * 4_900})

    assert_clear(error, "PAYLOAD_TOO_LARGE")
    assert "values" in error["message"]


async def test_filters_of_more_parts_than_are_compiled_while_others_wait_are_refused(serve: Serve) -> None:
    served = await serve(SCHEMA)
    query = "query ($w: [ThingBoolExp!]!) { thing(where: {_or: $w}) { id } }"

    error = await served.refusal(query, {"w": [{"_not": {}}] * 6_000})

    assert_clear(error, "PAYLOAD_TOO_LARGE")
    assert "10000 parts" in error["message"]


async def test_a_long_list_is_one_value(serve: Serve) -> None:
    served = await serve(SCHEMA)

    data = await served.data(
        "query ($v: [Int!]!) { thing(where: {id: {_in: $v}}) { id } }", {"v": list(range(2, 50_000))}
    )

    assert data["thing"] == [{"id": 2}, {"id": 3}]


async def test_many_alternatives_are_taken(serve: Serve) -> None:
    served = await serve(SCHEMA)

    data = await served.data(
        "query ($w: [ThingBoolExp!]!) { thing(where: {_or: $w}) { id } }",
        {"w": [{"id": {"_eq": number}} for number in range(2, 5000)]},
    )

    assert data["thing"] == [{"id": 2}, {"id": 3}]


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("{ long(where: {id: {_lte: 9}}) { body } }", True),
        ("{ long { body } }", False),
        ("{ longByPk(id: 1) { body } }", True),
        ("{ longByPk(id: 11) { body } }", False),
        ("{ longConnection(first: 10) { nodes { body } } }", False),
        ("mutation { updateLong(where: {}, _set: {seen: true}) { affectedRows } }", True),
        ("mutation { updateLong(where: {}, _set: {seen: true}) { returning { body } } }", False),
        ("mutation { updateLong(where: {}, _set: {seen: true}) { returning { body other { id } } } }", False),
    ],
)
async def test_an_answer_of_more_bytes_than_allowed_is_refused_whole(
    serve: Serve, query: str, *, allowed: bool
) -> None:
    served = await serve(
        """
        CREATE TABLE long (id integer PRIMARY KEY, body text, seen boolean, other_id integer REFERENCES long (id));
        INSERT INTO long SELECT n, repeat('x', 1000), false, n FROM generate_series(1, 10) AS n;
        INSERT INTO long VALUES (11, repeat('x', 10000));
        """,
        max_answer_bytes=10_000,
    )

    if allowed:
        await served.data(query)
    else:
        error = await served.refusal(query)
        assert_clear(error, "PAYLOAD_TOO_LARGE")
        assert "10000 bytes" in error["message"]
        assert (await served.data("{ long(where: {seen: {_eq: true}}) { id } }"))["long"] == []
