"""Functions that are query fields, each over a schema of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.graph.conftest import Serve


async def test_more_rows_than_are_allowed_are_refused(serve: Serve) -> None:
    served = await serve(
        "CREATE TABLE t (id integer PRIMARY KEY); CREATE FUNCTION f(n integer) RETURNS SETOF t STABLE LANGUAGE sql AS"
        " 'SELECT * FROM generate_series(1, n)';",
        max_rows=5,
    )

    assert len((await served.data("{ f(args: {n: 5}) { id } }"))["f"]) == 5
    assert (await served.refusal("{ f(args: {n: 6}) { id } }"))["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


async def test_odd_names_are_served(serve: Serve) -> None:
    served = await serve(
        'CREATE SCHEMA "a b"; CREATE TABLE "T x" (id integer PRIMARY KEY, s text, v text, t0 text, place text);'
        """INSERT INTO "T x" VALUES (1, 's', 'v', 't0', 'place'), (2, null, null, null, null);"""
        'CREATE FUNCTION "get ""it""; --"("an arg" integer DEFAULT 0, "select" text DEFAULT $$$$) RETURNS SETOF "T x"'
        ' STABLE LANGUAGE sql AS $$ SELECT * FROM "T x" WHERE id > "an arg" $$;'
        'CREATE FUNCTION public_t_x() RETURNS "T x" STABLE LANGUAGE sql AS $$ SELECT * FROM "T x" LIMIT 1 $$;'
        'CREATE FUNCTION system() RETURNS SETOF "T x" STABLE LANGUAGE sql AS $$ SELECT * FROM "T x" $$;'
    )

    data = await served.data(
        '{ publicGetIt(args: {select: "x"}, limit: 1) { s v t0 place _version } publicPublicTX { s v } publicSystem { id } }'
    )

    assert len(data["publicGetIt"][0].pop("_version")) > 1
    assert data == {
        "publicGetIt": [{"s": "s", "v": "v", "t0": "t0", "place": "place"}],
        "publicPublicTX": {"s": "s", "v": "v"},
        "publicSystem": [{"id": 1}, {"id": 2}],
    }


async def test_a_function_that_comes_and_goes_is_served_as_long_as_it_is_there(serve: Serve) -> None:
    served = await serve("CREATE TABLE t (id integer PRIMARY KEY);")
    await served.change("CREATE FUNCTION f() RETURNS SETOF t STABLE LANGUAGE sql AS 'SELECT * FROM t';")
    assert await served.data("{ f { id } fAggregate { aggregate { count } } }") == {
        "f": [],
        "fAggregate": {"aggregate": {"count": 0}},
    }

    await served.change("DROP FUNCTION f();")
    assert (await served.refusal("{ f { id } }"))["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
