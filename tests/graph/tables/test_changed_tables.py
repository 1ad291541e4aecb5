"""Tables that change while nothing tells of it: no value of another column, no failure that stays, and a look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.graph.metadata.shop import grant
from tests.graph.tables.serving import execute

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

US = """
CREATE TABLE us (id integer PRIMARY KEY, name text, secret text, n integer);
CREATE TABLE po (id integer PRIMARY KEY, us_id integer REFERENCES us, x text);
INSERT INTO us VALUES (1, 'Ann', 's3cr3t', 0);
INSERT INTO po VALUES (1, 1, 'x');
"""
UPDATE = "mutation { updateUs(where: {}, _set: {n: 1}) { returning { id name po { x } } } }"
SILENT = "ALTER EVENT TRIGGER selfgraph_ddl_end DISABLE; ALTER EVENT TRIGGER selfgraph_drop DISABLE"


async def silently(served: Served, script: str) -> None:
    """Change the database without a notice, as nothing of ours can hinder."""
    await execute(served.url, f"{SILENT}; {script}")


async def codes(served: Served, query: str) -> list[str]:
    """The codes of the errors of an answer, as the role `user`."""
    response = await served.respond(query, headers={"x-role": "user"})
    assert "s3cr3t" not in response.text
    return [error["extensions"]["code"] for error in response.json().get("errors", ())]


async def test_a_column_that_takes_the_place_of_another_is_not_shown_for_it(serve: Serve) -> None:
    served = await serve(US)
    for table, columns in (("us", ["id", "name"]), ("po", "*")):
        await grant(served, table=table, role="user", action="SELECT", columns=columns, filter={})
    await grant(served, table="us", role="user", action="UPDATE", columns=["n"], filter={})
    assert await codes(served, UPDATE) == []

    await silently(served, "ALTER TABLE us DROP COLUMN name, ADD COLUMN nick text")

    assert await codes(served, UPDATE) == ["UNAVAILABLE"]
    assert await codes(served, UPDATE) == ["GRAPHQL_VALIDATION_FAILED"]
    assert await codes(served, "mutation { updateUs(where: {}, _set: {n: 2}) { returning { id po { x } } } }") == []


async def test_a_column_of_another_type_is_answered_at_once_and_ever_after(serve: Serve) -> None:
    served = await serve(US, database_pool_size=1)
    change = "mutation { updateUs(where: {}, _inc: {n: 1}) { returning { n po { x } } } }"
    await served.data(change)

    await served.change("ALTER TABLE us ALTER n TYPE bigint")

    for n in (2, 3, 4):
        assert await served.data(change) == {"updateUs": {"returning": [{"n": n, "po": [{"x": "x"}]}]}}


@pytest.mark.parametrize("type_", ["integer", "boolean", "jsonb", "uuid", "bigint"])
async def test_a_text_is_not_taken_for_the_json_that_a_column_was(serve: Serve, type_: str) -> None:
    served = await serve(f"""CREATE TABLE pb (id integer PRIMARY KEY, c1 {type_}, t text);
        INSERT INTO pb VALUES (1, NULL, '7,"admin":true')""")
    assert (await served.data("{ pb { id c1 } }"))["pb"][0]["c1"] is None

    await silently(served, "ALTER TABLE pb RENAME c1 TO c2; ALTER TABLE pb RENAME t TO c1")

    found: dict[str, Any] = (await served.respond("{ pb { id c1 } }")).json()
    assert "data" not in found or found["data"] is None
    assert found["errors"][0]["extensions"]["code"] in {"UNAVAILABLE", "VALIDATION"}


async def test_a_column_that_is_gone_is_looked_for(serve: Serve) -> None:
    served = await serve(US)
    await served.data("{ us { id n } }")

    await silently(served, "ALTER TABLE us DROP COLUMN n")

    assert (await served.refusal("{ us { id n } }"))["extensions"]["code"] == "UNAVAILABLE"
    assert (await served.refusal("{ us { id n } }"))["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_change_that_was_made_is_not_answered_as_an_error(serve: Serve) -> None:
    served = await serve("CREATE TABLE ty (id serial PRIMARY KEY, a integer[])")
    mutation = "mutation($o: [TyInsertInput!]!) { __typename insertTy(objects: $o) { affectedRows } }"

    found = await served.data(mutation, {"o": [{"a": "{41,42}"}]})

    assert found == {"__typename": "Mutation", "insertTy": {"affectedRows": 1}}
    asked = """query($w: TyBoolExp, $no: Boolean = false) {
        ...Rows tables { name @skip(if: $no) } }
        fragment Rows on Query { ty(where: $w) { a } }"""
    assert (await served.data(asked, {"w": {"a": {"_contains": "{41}"}}}))["ty"] == [{"a": [41, 42]}]
