"""Operations explained: their statements for a role, PostgreSQL's plans, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

SCHEMA = """
CREATE TABLE book (id integer PRIMARY KEY, title text NOT NULL, owner text NOT NULL, added date);
INSERT INTO book SELECT n, 'Book ' || n, 'somebody' FROM generate_series(1, 500) AS n;
ANALYZE book;
"""
EXPLAIN = """
query ($query: String!, $variables: jsonb, $role: String, $session: jsonb, $analyze: Boolean! = false) {
  explain(query: $query, variables: $variables, role: $role, session: $session, analyze: $analyze) {
    fields sql values plan cost
  }
}"""
BY_KEY = "query ($id: Int!) { bookByPk(id: $id) { title } }"


async def explained(served: Served, query: str, **given: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await served.data(EXPLAIN, {"query": query, **given}))["explain"]
    return found


async def test_a_query_is_one_statement_with_its_plan_and_is_not_run(serve: Serve) -> None:
    served = await serve(SCHEMA)

    (found,) = await explained(served, BY_KEY, variables={"id": 7})

    assert found["fields"] == ["bookByPk"]
    assert found["sql"].startswith("SELECT ")
    assert found["values"] == ["7"]
    assert "Actual Rows" not in found["plan"][0]["Plan"]
    assert "Index Scan" in str(found["plan"])
    assert found["cost"] == found["plan"][0]["Plan"]["Total Cost"] > 0


async def test_a_query_can_be_analyzed(serve: Serve) -> None:
    served = await serve(SCHEMA)

    (found,) = await explained(served, BY_KEY, variables={"id": 7}, analyze=True)

    assert found["plan"][0]["Plan"]["Actual Rows"] == 1
    assert found["plan"][0]["Execution Time"] > 0


async def test_a_mutation_is_explained_and_changes_nothing(serve: Serve) -> None:
    served = await serve(SCHEMA)

    (found,) = await explained(served, "mutation { deleteBook(where: {}) { affectedRows } }")

    assert found["fields"] == ["deleteBook"]
    assert "DELETE FROM" in found["sql"]
    assert (await served.data("{ bookAggregate { aggregate { count } } }"))["bookAggregate"]["aggregate"][
        "count"
    ] == 500


async def test_an_operation_that_asks_for_no_table_has_no_statement(serve: Serve) -> None:
    served = await serve(SCHEMA)

    assert await explained(served, "{ __typename }") == []


async def test_a_role_that_sees_no_table_is_told_so(serve: Serve) -> None:
    served = await serve(SCHEMA)

    error = await served.refusal(EXPLAIN, {"query": BY_KEY, "variables": {"id": 1}, "role": "user"})

    assert error["extensions"]["code"] == "VALIDATION"
    assert "bookByPk" in error["message"]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"query": "{ book {"}, "Syntax"),
        ({"query": BY_KEY, "variables": {}}, "$id"),
        ({"query": BY_KEY, "variables": [1]}, "variables"),
        ({"query": "{ __typename }", "session": {"x-user-id": 1}}, "session"),
        ({"query": "mutation { deleteBook(where: {}) { affectedRows } }", "analyze": True}, "analyzed"),
    ],
)
async def test_what_cannot_be_explained_is_refused(serve: Serve, given: dict[str, Any], word: str) -> None:
    served = await serve(SCHEMA)

    error = await served.refusal(EXPLAIN, given)

    assert error["extensions"]["code"] == "VALIDATION"
    assert word in error["message"]


async def test_only_administrators_are_told(serve: Serve) -> None:
    served = await serve(SCHEMA)

    response = await served.http.post(
        "/graphql", json={"query": EXPLAIN, "variables": {"query": BY_KEY}}, headers={"x-role": "user"}
    )

    assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


PERMIT = """
mutation {
  setTablePermission(input: {
    table: "book", role: "user", action: SELECT, columns: ["id", "title"], filter: {owner: {_eq: "X-User-Id"}}
  }) { role }
}"""
AS_USER = {"x-role": "user", "x-user-id": "somebody"}


async def test_a_query_is_explained_with_the_rules_of_a_role(serve: Serve) -> None:
    served = await serve(SCHEMA)
    await served.data(PERMIT)

    (found,) = await explained(
        served, BY_KEY, variables={"id": 7}, role="user", session={"X-Hasura-User-Id": "somebody"}
    )

    assert '"owner" = $' in found["sql"]
    assert sorted(found["values"]) == ["7", "somebody"]


async def test_what_costs_too_much_is_refused_before_it_is_run_but_not_for_administrators(serve: Serve) -> None:
    served = await serve(SCHEMA, max_query_cost=20)
    await served.data(PERMIT)

    cheap = await served.http.post("/graphql", json={"query": "{ bookByPk(id: 1) { id } }"}, headers=AS_USER)
    refused = await served.http.post("/graphql", json={"query": "{ book { id title } }"}, headers=AS_USER)
    free = await served.answer("{ book { id title owner } }")

    assert cheap.json() == {"data": {"bookByPk": {"id": 1}}}
    assert refused.json()["errors"][0]["extensions"]["code"] == "TOO_EXPENSIVE"
    assert "data" not in refused.json()
    assert len(free["data"]["book"]) == 500


async def test_a_value_that_cannot_be_read_is_named_where_costs_are_limited_too(serve: Serve) -> None:
    served = await serve(SCHEMA, max_query_cost=20)
    await served.data(PERMIT.replace('"id", "title"', '"id", "title", "added"'))
    query = '{ book(where: {added: {_gt: "later"}}) { id } }'

    response = await served.http.post("/graphql", json={"query": query}, headers=AS_USER)

    extensions = response.json()["errors"][0]["extensions"]
    assert extensions == {"code": "VALIDATION", "path": ["book", "where", "added", "_gt"]}
