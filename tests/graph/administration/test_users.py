"""The users as a connection."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.tables.serving import KEY

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

USERS = """
INSERT INTO selfgraph.users (id, email, name, role, active, created_at)
SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'u' || n || '@x.test',
    CASE WHEN n % 2 = 0 THEN 'Name ' || n END, CASE WHEN n = 5 THEN 'admin' ELSE 'user' END, n % 3 > 0,
    TIMESTAMPTZ '2026-01-01 00:00Z' + n * INTERVAL '1 day'
FROM generate_series(1, 25) n;
"""
PAGE = """
query($where: UserFilter, $orderBy: [UserOrder!], $first: Int, $after: String, $last: Int, $before: String) {
  users(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    nodes { email }
    edges { cursor node { email } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


async def filled(serve: Serve) -> Served:
    served = await serve()
    await served.change(USERS)
    return served


async def page(served: Served, **variables: Any) -> dict[str, Any]:
    users: dict[str, Any] = (await served.data(PAGE, variables))["users"]
    return users


def numbers(users: dict[str, Any]) -> list[int]:
    assert [edge["node"] for edge in users["edges"]] == users["nodes"]
    return [int(user["email"][1:].partition("@")[0]) for user in users["nodes"]]


async def test_the_newest_come_first_by_twenty(serve: Serve) -> None:
    served = await filled(serve)

    first = await page(served)
    second = await page(served, after=first["pageInfo"]["endCursor"])

    assert numbers(first) == list(range(25, 5, -1))
    assert numbers(second) == [5, 4, 3, 2, 1]
    assert first["pageInfo"]["hasNextPage"] is True
    assert second["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": second["edges"][0]["cursor"],
        "endCursor": second["edges"][-1]["cursor"],
    }


async def test_pages_from_the_end(serve: Serve) -> None:
    served = await filled(serve)
    order = [{"name": "ASC_NULLS_FIRST"}, {"createdAt": "DESC"}]
    everybody = numbers(await page(served, orderBy=order, first=100))

    last = await page(served, orderBy=order, last=7)
    before = await page(served, orderBy=order, last=100, before=last["pageInfo"]["startCursor"])

    assert numbers(before) + numbers(last) == everybody
    assert (before["pageInfo"]["hasPreviousPage"], before["pageInfo"]["hasNextPage"]) == (False, True)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, list(range(25, 0, -1))),
        ({"email": {"_in": ["u3@x.test", "u4@x.test", "x"]}}, [4, 3]),
        ({"email": {"_in": []}}, []),
        ({"name": {"_ilike": "name 2%"}, "active": {"_eq": True}}, [22, 20, 2]),
        ({"name": {"_isNull": True}, "createdAt": {"_lt": "2026-01-05T00:00:00Z"}}, [3, 1]),
        ({"_or": [{"role": {"_eq": "admin"}}, {"email": {"_eq": "u7@x.test"}}]}, [7, 5]),
        ({"_or": []}, []),
        ({"_and": []}, list(range(25, 0, -1))),
        ({"_not": {"createdAt": {"_gte": "2026-01-04T00:00:00+00:00"}}}, [2, 1]),
        ({"_and": [{"active": {"_neq": True}}, {"name": {"_isNull": False}}]}, [24, 18, 12, 6]),
        ({"id": {"_eq": "00000000-0000-7000-8000-000000000009"}}, [9]),
        ({"email": None, "_not": None}, list(range(25, 0, -1))),
        ({"lastSeenAt": {"_isNull": False}}, []),
    ],
)
async def test_filters_of_the_dialect(serve: Serve, where: dict[str, Any], found: list[int]) -> None:
    served = await filled(serve)

    assert numbers(await page(served, where=where, first=100)) == found
    assert (await served.data("query($w: UserFilter) { usersCount(where: $w) }", {"w": where}))["usersCount"] == len(
        found
    )


def nested(levels: int) -> dict[str, Any]:
    where: dict[str, Any] = {"active": {"_eq": True}}
    for _ in range(levels):
        where = {"_not": where}
    return where


@pytest.mark.parametrize(
    "variables",
    [
        {"first": 0},
        {"first": 101},
        {"last": -1},
        {"first": 1, "last": 1},
        {"after": "x"},
        {"before": "é"},
        {"where": {"email": {"_eq": None}}},
        {"where": {"id": {"_eq": "no id"}}},
        {"where": {"id": {"_like": "%"}}},
        {"where": {"password": {"_eq": "x"}}},
        {"where": {"passwordHash": {"_like": "$argon2id%"}}},
        {"where": {"createdAt": {"_gt": "2026-01-01T00:00:00"}}},
        {"where": {"createdAt": {"_gt": "yesterday"}}},
        {"where": {"email": {"_in": ["x"] * 101}}},
        {"where": {"_or": [{"name": {"_eq": "x"}}] * 101}},
        {"where": nested(10)},
        {"where": nested(300)},
        {"where": {"name": {"_eq": "a\u0000b"}}},
        {"orderBy": [{}]},
        {"orderBy": [{"name": "ASC", "email": "ASC"}]},
        {"orderBy": [{"name": "ASC"}] * 11},
        {"orderBy": [{"passwordHash": "ASC"}]},
    ],
)
async def test_what_makes_no_page_is_refused(serve: Serve, variables: dict[str, Any]) -> None:
    served = await filled(serve)

    refusal = await served.refusal(PAGE, variables)

    assert refusal["extensions"]["code"] == "VALIDATION"


async def test_a_cursor_of_another_order_is_refused(serve: Serve) -> None:
    served = await filled(serve)
    cursor = (await page(served, first=1))["pageInfo"]["endCursor"]

    refusal = await served.refusal(PAGE, {"after": cursor, "orderBy": [{"createdAt": "ASC"}]})

    assert refusal["extensions"] == {"code": "VALIDATION", "path": ["after"]}


async def test_a_total_is_counted_where_it_is_asked_for(serve: Serve) -> None:
    served = await filled(serve)
    statements: list[str] = []
    note_statements(served, statements)

    await served.data("{ users(first: 5) { nodes { email roles } edges { cursor } pageInfo { endCursor } } }")
    assert len(statements) == 1
    statements.clear()
    counted = await served.data('{ users(first: 5, where: {role: {_eq: "user"}}) { totalCount nodes { email } } }')

    assert counted["users"]["totalCount"] == 24
    assert len(statements) == 2


def note_statements(served: Served, statements: list[str]) -> None:
    from sqlalchemy import event  # noqa: PLC0415 - for this test alone

    event.listen(
        served.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: statements.append(statement),
    )


async def test_one_user_by_id(serve: Serve) -> None:
    served = await filled(serve)
    one = "00000000-0000-7000-8000-000000000009"

    found = await served.data(
        "query($a: ID!, $b: ID!) { a: user(id: $a) { email } b: user(id: $b) { email } }",
        {"a": one, "b": one.replace("9", "8")},
    )

    assert found == {"a": {"email": "u9@x.test"}, "b": {"email": "u8@x.test"}}
    assert (await served.data('{ user(id: "00000000-0000-7000-8000-999999999999") { email } }'))["user"] is None
    answer = await served.answer('{ user(id: "1") { email } }')
    assert answer["errors"][0]["extensions"] == {"code": "VALIDATION", "path": ["id"]}


async def test_nothing_of_a_password_is_to_be_had(serve: Serve) -> None:
    served = await serve()

    schema = await served.data('{ __type(name: "User") { fields { name } } }')

    assert not [field["name"] for field in schema["__type"]["fields"] if "password" in field["name"].lower()]
    assert json.dumps(KEY) not in json.dumps(schema)
