"""Requests of the same operation that come at the same moment: few statements, and each caller's own answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

SCHEMA = """
CREATE TABLE note (id integer PRIMARY KEY, owner text NOT NULL, at date NOT NULL);
INSERT INTO note SELECT number, 'user' || number % 10, '2026-11-30' FROM generate_series(1, 100) AS number;
"""
PERMIT = """mutation {
  setTablePermission(
    input: {table: "note", role: "user", action: SELECT, columns: ["*"], filter: {owner: "X-Hasura-User-Id"}}
  ) { role }
}"""
BY_KEY = "query ($id: Int!) { noteByPk(id: $id) { id owner } }"
SINCE = "query ($at: date!) { note(where: {at: {_gte: $at}}, orderBy: {id: ASC}, limit: 2) { id owner } }"
RECORDED_AT_ONCE = 40


async def ask(served: Served, query: str, user: str, **variables: Any) -> dict[str, Any]:
    headers = {"x-role": "user", "x-hasura-user-id": user}
    response = await served.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    answer: dict[str, Any] = response.json()
    return answer


async def test_each_caller_sees_its_own_rows_whoever_it_is_asked_for_with(serve: Serve) -> None:
    served = await serve(SCHEMA)
    await served.data(PERMIT)
    # Some come together: what the statement costs is asked for, and once it is known they share one.
    async with asyncio.timeout(10):
        while not any(sent.text.startswith("SELECT array_agg") for sent in served.sent):
            await asyncio.gather(*(ask(served, BY_KEY, "user1", id=1) for _ in range(8)))
    served.sent.clear()

    asked = [(f"user{number % 10}", 1 + number // 2) for number in range(RECORDED_AT_ONCE)]
    answers = await asyncio.gather(*(ask(served, BY_KEY, user, id=key) for user, key in asked))

    for (user, key), answer in zip(asked, answers, strict=True):
        own = user == f"user{key % 10}"
        assert answer == {"data": {"noteByPk": {"id": key, "owner": user} if own else None}}
    assert len(served.sent) <= RECORDED_AT_ONCE / 2


async def test_a_value_that_does_not_fit_is_named_to_who_gave_it_and_to_nobody_else(serve: Serve) -> None:
    served = await serve(SCHEMA)
    await served.data(PERMIT)

    for _ in range(3):  # once with nothing known, then together
        good, bad = [
            await asyncio.gather(*(ask(served, SINCE, "user3", at=at) for at in days))
            for days in (["2026-11-30"] * 4, ["2026-11-30", "later", "2026-11-30", "2027-01-01"])
        ]
        rows = {"data": {"note": [{"id": 3, "owner": "user3"}, {"id": 13, "owner": "user3"}]}}
        assert good == [rows] * 4
        assert [bad[0], bad[2], bad[3]] == [rows, rows, {"data": {"note": []}}]
        assert bad[1]["errors"][0]["extensions"] == {"code": "VALIDATION", "path": ["note", "where", "at", "_gte"]}
        await asyncio.sleep(0.05)
