"""Rules that ask of what functions make of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from domain.document import Node
from domain.tables.metadata_reading import from_document
from persistence.metadata.work import PostgresOpenMetadata
from persistence.transactions import Transactions
from persistence.yaml_text import read_yaml
from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

TABLES = """
CREATE TABLE mark (id int PRIMARY KEY, physics int NOT NULL, chemistry int NOT NULL);
CREATE TABLE remark (id int PRIMARY KEY, about int, public bool NOT NULL);
CREATE FUNCTION total(of mark) RETURNS int LANGUAGE sql STABLE AS 'SELECT of.physics + of.chemistry';
CREATE FUNCTION above(session json, of mark) RETURNS int LANGUAGE sql STABLE AS
    $$ SELECT of.physics + of.chemistry - (session ->> 'x-bound')::int $$;
CREATE FUNCTION remarks(of mark) RETURNS SETOF remark LANGUAGE sql STABLE AS
    'SELECT * FROM remark WHERE about = of.id';
CREATE FUNCTION scaled(of mark, factor int) RETURNS int LANGUAGE sql STABLE AS 'SELECT of.physics * factor';
INSERT INTO mark VALUES (1, 10, 10), (2, 30, 20), (3, 50, 50);
INSERT INTO remark VALUES (1, 1, true), (2, 2, false), (3, 3, true);
"""
METADATA = """
version: 1
tables:
  public:
    mark:
      computed_fields:
        above: {function: public.above, table_argument: of, session_argument: session}
      permissions:
        by_value:
          select: {columns: [id, physics], filter: {total: {_gte: 50}}}
          insert: {columns: '*', check: {total: {_lte: 100}}}
          update: {columns: [physics], filter: {total: {_gte: 50}}, check: {total: {_lte: 100}}}
          delete: {filter: {total: 100}}
        by_session:
          select: {columns: [id], filter: {above: {_gt: 0}}}
        by_rows:
          select: {columns: [id], filter: {remarks: {public: true}}}
        by_argument:
          select: {columns: [id], filter: {scaled: {_gt: 0}}}
"""
ROLES = ("by_value", "by_session", "by_rows", "by_argument")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def marks(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with new_database(embedded_server.url, TABLES) as url, serving(url) as served:
        async with PostgresOpenMetadata(Transactions(served.database))() as work:
            stored = await work.metadata.lock()
            for role in ROLES:
                await work.roles.add(role, None)
            await work.metadata.save(stored.metadata, from_document(Node(read_yaml(METADATA).value)))
        await served.data("mutation { reloadCatalog { version } }")
        yield served


async def ids(served: Served, role: str, **session: str) -> Any:
    headers = {"x-role": role, **{f"x-hasura-{name}": value for name, value in session.items()}}
    response = await served.http.post("/graphql", json={"query": "{ mark { id } }"}, headers=headers)
    answer: dict[str, Any] = response.json()
    return [row["id"] for row in answer["data"]["mark"]] if "errors" not in answer else answer["errors"]


async def test_a_value_decides_which_rows_are_read(marks: Served) -> None:
    assert await ids(marks, "by_value") == [2, 3]


async def test_a_value_may_depend_on_the_session(marks: Served) -> None:
    assert await ids(marks, "by_session", bound="50") == [3]
    assert await ids(marks, "by_session", bound="0") == [1, 2, 3]


async def test_rows_that_a_function_returns_decide_too(marks: Served) -> None:
    assert await ids(marks, "by_rows") == [1, 3]


async def test_a_field_with_arguments_is_no_rule(marks: Served) -> None:
    (error,) = await ids(marks, "by_argument")

    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("mutation", "code"),
    [
        ("insertMarkOne(object: {id: 4, physics: 50, chemistry: 51}) { id }", "FORBIDDEN"),
        ("insertMarkOne(object: {id: 4, physics: 50, chemistry: 50}) { id }", None),
        ("updateMark(where: {id: {_eq: 2}}, _set: {physics: 90}) { affectedRows }", "FORBIDDEN"),
        ("updateMark(where: {id: {_eq: 2}}, _set: {physics: 80}) { affectedRows }", None),
    ],
)
async def test_a_value_is_checked_of_rows_that_are_written(marks: Served, mutation: str, code: str | None) -> None:
    response = await marks.http.post("/graphql", json={"query": f"mutation {{ {mutation} }}"}, headers={"x-role": "by_value"})  # fmt: skip
    errors = response.json().get("errors", [])

    assert [error["extensions"]["code"] for error in errors] == ([code] if code else [])


async def test_a_value_decides_which_rows_are_changed_and_deleted(marks: Served) -> None:
    changes = (
        "mutation { updateMark(where: {}, _inc: {physics: 0}) { affectedRows } deleteMark(where: {}) { affectedRows } }"
    )

    response = await marks.http.post("/graphql", json={"query": changes}, headers={"x-role": "by_value"})

    assert response.json()["data"] == {"updateMark": {"affectedRows": 3}, "deleteMark": {"affectedRows": 3}}
    assert await marks.data("{ mark { id } }") == {"mark": [{"id": 1}]}
