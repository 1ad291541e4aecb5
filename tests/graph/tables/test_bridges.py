"""Over a bridge a role sees the far rows that rows of the bridge lead to which it sees, and of them those it sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.graph.tables.serving import client_of, new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import httpx

    from persistence.embedded import EmbeddedServer

SCRIPT = """
CREATE TABLE student (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE course (id int PRIMARY KEY, title text NOT NULL, secret boolean NOT NULL);
CREATE TABLE takes (student int REFERENCES student, course int REFERENCES course, hidden boolean NOT NULL,
    PRIMARY KEY (student, course));
CREATE TABLE likes (student int REFERENCES student, course int REFERENCES course, PRIMARY KEY (student, course));
INSERT INTO student VALUES (1, 'Ada'), (2, 'Ben');
INSERT INTO course VALUES (1, 'art', false), (2, 'law', false), (3, 'spying', true);
INSERT INTO takes VALUES (1, 1, false), (1, 2, true), (1, 3, false), (2, 2, false), (2, 1, true);
INSERT INTO likes VALUES (1, 1);
"""
METADATA = """
version: 1
tables:
  public:
    student:
      permissions:
        anonymous: {select: {columns: [id, name], filter: {}}}
    course:
      permissions:
        anonymous: {select: {columns: [id, title], filter: {secret: {_eq: false}}, allow_aggregations: true}}
    takes:
      permissions:
        anonymous: {select: {columns: [student], filter: {hidden: {_eq: false}}}}
"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def anonymous(embedded_server: EmbeddedServer) -> AsyncGenerator[httpx.AsyncClient]:
    async with new_database(embedded_server.url, SCRIPT) as url, serving(url) as served:
        await served.say(METADATA)
        async with client_of(served.endpoint, "a" * 32) as client:
            yield client


async def answer(client: httpx.AsyncClient, query: str) -> Any:
    found = (await client.post("/graphql", json={"query": query})).json()
    assert "errors" not in found, found
    return found["data"]


async def test_the_list_holds_what_both_tables_show(anonymous: httpx.AsyncClient) -> None:
    found = await answer(anonymous, "{ student { name courseByTakes { title studentByTakes { name } } } }")

    assert found["student"] == [
        {"name": "Ada", "courseByTakes": [{"title": "art", "studentByTakes": [{"name": "Ada"}]}]},
        {"name": "Ben", "courseByTakes": [{"title": "law", "studentByTakes": [{"name": "Ben"}]}]},
    ]


async def test_filters_ask_what_both_tables_show(anonymous: httpx.AsyncClient) -> None:
    found = await answer(
        anonymous,
        """{
          art: student(where: {courseByTakes: {title: {_eq: "art"}}}) { name }
          law: student(where: {courseByTakes: {title: {_eq: "law"}}}) { name }
          spying: student(where: {courseByTakes: {title: {_eq: "spying"}}}) { name }
          counted: student(where: {courseByTakesAggregate: {count: {predicate: {_gt: 1}}}}) { name }
        }""",
    )

    assert found == {"art": [{"name": "Ada"}], "law": [{"name": "Ben"}], "spying": [], "counted": []}


async def test_what_is_computed_is_of_what_both_tables_show(anonymous: httpx.AsyncClient) -> None:
    found = await answer(
        anonymous,
        """{ student(orderBy: [{courseByTakesAggregate: {max: {title: DESC}}}]) {
            courseByTakesAggregate { aggregate { count max { title } } nodes { id } } } }""",
    )

    assert [each["courseByTakesAggregate"] for each in found["student"]] == [
        {"aggregate": {"count": 1, "max": {"title": "law"}}, "nodes": [{"id": 2}]},
        {"aggregate": {"count": 1, "max": {"title": "art"}}, "nodes": [{"id": 1}]},
    ]


async def test_no_way_leads_over_a_bridge_that_is_not_seen(anonymous: httpx.AsyncClient) -> None:
    found = await answer(anonymous, '{ __type(name: "Student") { fields { name } } }')

    assert [each["name"] for each in found["__type"]["fields"] if each["name"] != "_version"] == [
        "id",
        "name",
        "takes",
        "courseByTakes",
        "courseByTakesAggregate",
    ]
