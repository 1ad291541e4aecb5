"""A table is served as soon as it is there, and is no longer asked for once it is gone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.graph.tables.serving import execute

if TYPE_CHECKING:
    from tests.graph.conftest import Serve


async def test_a_table_just_made_is_answered_at_once(serve: Serve) -> None:
    served = await serve()

    for number in range(10):
        await execute(served.url, f"CREATE TABLE t{number} (id integer PRIMARY KEY); INSERT INTO t{number} VALUES (1)")
        assert await served.data(f"{{ t{number} {{ id }} }}") == {f"t{number}": [{"id": 1}]}


async def test_a_column_just_made_is_answered_at_once(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1);")
    assert await served.data("{ t { id } }") == {"t": [{"id": 1}]}

    await execute(served.url, "ALTER TABLE t ADD COLUMN more text DEFAULT 'x'")

    assert await served.data("{ t { id more } }") == {"t": [{"id": 1, "more": "x"}]}


async def test_without_triggers_a_table_just_made_is_answered_at_once(serve: Serve) -> None:
    served = await serve(catalog_poll_interval=600)
    await execute(served.url, "DROP EVENT TRIGGER selfgraph_ddl_end; DROP EVENT TRIGGER selfgraph_drop")

    await execute(served.url, "CREATE TABLE later (id integer)")

    assert await served.data("{ later { id } }") == {"later": []}


async def test_a_table_that_has_just_gone_is_unavailable_or_unknown(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (id integer PRIMARY KEY); CREATE TABLE u (id integer);")
    await served.data("{ t { id } }")

    await execute(served.url, "DROP TABLE t")

    error = await served.refusal("{ t { id } }")
    assert error["extensions"]["code"] in {"UNAVAILABLE", "GRAPHQL_VALIDATION_FAILED"}


async def test_a_column_that_changes_its_type_is_answered_by_its_new_one(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (id integer PRIMARY KEY, c integer); INSERT INTO t VALUES (1, 7);")
    query = "{ t(where: {c: {_eq: 7}}) { c } }"
    assert await served.data(query) == {"t": [{"c": 7}]}

    await served.change("ALTER TABLE t ALTER COLUMN c TYPE text USING 'x' || c")

    assert await served.data('{ t(where: {c: {_like: "x%"}}) { c } }') == {"t": [{"c": "x7"}]}


async def test_requests_during_changes_are_answered_or_refused_clearly(serve: Serve) -> None:
    """Never INTERNAL, never an answer of half a schema."""
    served = await serve("CREATE TABLE kept (id integer PRIMARY KEY, a integer); INSERT INTO kept VALUES (1, 2);")
    done = asyncio.Event()
    codes: set[str] = set()

    async def ask() -> None:
        while not done.is_set():
            response = await served.http.post("/graphql", json={"query": "{ kept { id a } coming { id b } }"})
            await asyncio.sleep(0)  # in-process transport: an answer may come without the loop having turned
            answer = response.json()
            if "errors" in answer:
                codes.update(error["extensions"]["code"] for error in answer["errors"])
            else:
                assert answer["data"]["kept"] == [{"id": 1, "a": 2}]

    asking = [asyncio.create_task(ask()) for _ in range(3)]
    for _ in range(4):
        await execute(served.url, "CREATE TABLE coming (id integer, b text)")
        await execute(served.url, "ALTER TABLE coming DROP COLUMN b")
        await execute(served.url, "DROP TABLE coming")
    done.set()
    await asyncio.gather(*asking)

    assert codes <= {"GRAPHQL_VALIDATION_FAILED", "UNAVAILABLE"}
