from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from graph.transport.persisted import PersistedQueries
from graph.transport.rejections import PersistedQueryNotFoundError
from tests.graph.transport.conftest import code

if TYPE_CHECKING:
    import httpx


def persisted(query: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(query.encode()).hexdigest()}}


async def test_an_unknown_hash_is_asked_for(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", json={"extensions": persisted("{ hello } # unknown")})
    assert response.status_code == 200
    assert response.json()["errors"] == [
        {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
    ]


async def test_a_query_sent_with_its_hash_is_known_from_then_on(http: httpx.AsyncClient) -> None:
    query = "query($name: String) { hello(name: $name) } # known"
    first = await http.post("/graphql", json={"query": query, "extensions": persisted(query)})
    again = await http.post("/graphql", json={"extensions": persisted(query), "variables": {"name": "you"}})
    by_get = await http.get("/graphql", params={"extensions": orjson.dumps(persisted(query)).decode()})
    assert first.json() == by_get.json() == {"data": {"hello": "Hello, world!"}}
    assert again.json() == {"data": {"hello": "Hello, you!"}}


async def test_a_hash_of_another_query_is_a_bad_request(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": "{ hello }", "extensions": persisted("{ role }")})
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "extension",
    [
        None,
        1,
        [],
        {},
        {"version": 2, "sha256Hash": "0" * 64},
        {"version": 1},
        {"version": 1, "sha256Hash": 5},
        {"version": 1, "sha256Hash": "é"},
    ],
)
async def test_a_malformed_extension_is_a_bad_request(http: httpx.AsyncClient, extension: Any) -> None:
    response = await http.post("/graphql", json={"extensions": {"persistedQuery": extension}})
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_a_persisted_mutation_by_get_is_refused(http: httpx.AsyncClient) -> None:
    query = 'mutation { note(text: "persisted") }'
    await http.post("/graphql", json={"query": query, "extensions": persisted(query)})
    response = await http.get("/graphql", params={"extensions": orjson.dumps(persisted(query)).decode()})
    assert response.status_code == 405


def test_the_least_used_query_is_forgotten() -> None:
    queries = PersistedQueries(max_entries=2)
    extensions = {query: persisted(query)["persistedQuery"] for query in "abc"}
    for query in "ab":
        queries.resolve(extensions[query], query)
    queries.resolve(extensions["a"], None)
    queries.resolve(extensions["c"], "c")
    assert queries.resolve(extensions["a"], None) == "a"
    with pytest.raises(PersistedQueryNotFoundError):
        queries.resolve(extensions["b"], None)


def test_a_query_over_the_budget_is_run_but_not_kept() -> None:
    queries = PersistedQueries(max_characters=5)
    extension = persisted("longer")["persistedQuery"]
    assert queries.resolve(extension, "longer") == "longer"
    with pytest.raises(PersistedQueryNotFoundError):
        queries.resolve(extension, None)
