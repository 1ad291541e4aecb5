from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.actor import Actor
from graph.limits import Limits
from tests.graph.transport.conftest import KEY, client_of, code

if TYPE_CHECKING:
    import queue
    from collections.abc import Mapping

    import httpx

    from tests.graph.transport.conftest import Serve, Served

RESPONSE_JSON = "application/graphql-response+json"
JSON_TYPE = {"content-type": "application/json"}


async def test_a_posted_query_is_answered(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": "{ hello }"})
    assert (response.status_code, response.json()) == (200, {"data": {"hello": "Hello, world!"}})


async def test_variables_and_operation_name_reach_the_operation(http: httpx.AsyncClient) -> None:
    query = "query A { hello } query B($name: String!) { hello(name: $name) }"
    body = {"query": query, "operationName": "B", "variables": {"name": "you"}}
    assert (await http.post("/graphql", json=body)).json() == {"data": {"hello": "Hello, you!"}}


async def test_a_query_by_get_is_answered(http: httpx.AsyncClient) -> None:
    parameters = {"query": "query($name: String!) { hello(name: $name) }", "variables": '{"name": "you"}'}
    assert (await http.get("/graphql", params=parameters)).json() == {"data": {"hello": "Hello, you!"}}


async def test_a_mutation_by_get_is_refused_and_does_not_run(http: httpx.AsyncClient, notes: queue.Queue[str]) -> None:
    response = await http.get("/graphql", params={"query": 'mutation { note(text: "x") }'})
    assert (response.status_code, response.headers["allow"], code(response)) == (405, "POST", "OPERATION_NOT_ALLOWED")
    assert notes.empty()


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query={hello}&variables=1",
        "query={hello}&variables={",
        "query={hello}&variables=[]",
        "query={hello}&extensions=[]",
        "query={hello}&extensions=x",
        "query={hello}&query={hello}",
        "query=%ff%fe",
        "query={hello}" + "&a=1" * 60,
    ],
)
async def test_a_malformed_query_string_is_a_bad_request(http: httpx.AsyncClient, query_string: str) -> None:
    response = await http.get(f"/graphql?{query_string}", headers={"accept": RESPONSE_JSON})
    assert response.status_code == 400
    assert code(response) in {"BAD_REQUEST", "GRAPHQL_PARSE_FAILED"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
async def test_other_methods_are_refused(http: httpx.AsyncClient, method: str) -> None:
    response = await http.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
        "application/xml",
        ";",
    ],
)
async def test_other_content_types_are_refused(http: httpx.AsyncClient, content_type: str) -> None:
    response = await http.post("/graphql", content=b"{}", headers={"content-type": content_type})
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("encoding", ["gzip", "br", "x"])
async def test_compressed_bodies_are_refused(http: httpx.AsyncClient, encoding: str) -> None:
    response = await http.post("/graphql", json={"query": "{ hello }"}, headers={"content-encoding": encoding})
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_answers_by_get_are_not_stored_by_caches(http: httpx.AsyncClient) -> None:
    response = await http.get("/graphql", params={"query": "{ hello }"})
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
async def test_utf_8_may_be_named(http: httpx.AsyncClient, charset: str) -> None:
    headers = {"content-type": f"application/json; charset={charset}"}
    response = await http.post("/graphql", content=b'{"query": "{ hello }"}', headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (RESPONSE_JSON, RESPONSE_JSON),
        (f"{RESPONSE_JSON}, application/json;q=0.9", RESPONSE_JSON),
        (f"{RESPONSE_JSON};q=0.1, application/json", "application/json"),
        (f"{RESPONSE_JSON};q=0, application/json", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
        (
            f"{RESPONSE_JSON}, application/graphql+json, application/json, text/event-stream, multipart/mixed",
            RESPONSE_JSON,
        ),
    ],
)
async def test_the_preferred_json_type_is_sent(http: httpx.AsyncClient, accept: str, content_type: str) -> None:
    response = await http.post("/graphql", json={"query": "{ hello }"}, headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, f"{content_type}; charset=utf-8")


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "application/json;q=x", ",;,;"])
async def test_a_client_that_takes_no_json_is_told_so(http: httpx.AsyncClient, accept: str) -> None:
    response = await http.post("/graphql", json={"query": "{ hello }"}, headers={"accept": accept})
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("query", "expected"),
    [("{", "GRAPHQL_PARSE_FAILED"), ("{ nope }", "GRAPHQL_VALIDATION_FAILED"), ("", "GRAPHQL_PARSE_FAILED")],
)
@pytest.mark.parametrize(("accept", "status"), [(RESPONSE_JSON, 400), ("application/json", 200)])
async def test_a_wrong_document_is_a_400_only_in_the_new_media_type(
    http: httpx.AsyncClient, query: str, expected: str, accept: str, status: int
) -> None:
    response = await http.post("/graphql", json={"query": query}, headers={"accept": accept})
    assert (response.status_code, code(response)) == (status, expected)
    assert "data" not in response.json()


async def test_a_variable_of_the_wrong_type_is_a_request_error(http: httpx.AsyncClient) -> None:
    body = {"query": "query($name: String!) { hello(name: $name) }", "variables": {"name": 1}}
    response = await http.post("/graphql", json=body, headers={"accept": RESPONSE_JSON})
    assert (response.status_code, code(response)) == (400, "VALIDATION")


async def test_field_names_are_not_suggested(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": "{ helo }"})
    assert "Did you mean" not in response.text


async def test_a_field_error_keeps_the_data_and_the_200(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": "{ hello conflict }"}, headers={"accept": RESPONSE_JSON})
    assert response.status_code == 200
    assert response.json() == {
        "data": {"hello": "Hello, world!", "conflict": None},
        "errors": [
            {
                "message": "The name is taken.",
                "locations": [{"line": 1, "column": 9}],
                "path": ["conflict"],
                "extensions": {"code": "CONFLICT"},
            }
        ],
    }


@pytest.mark.parametrize(
    "headers", [{}, {"apikey": ""}, {"apikey": "wrong"}, {"apikey": KEY + "x"}, {"apikey": "ключ"}]
)
async def test_callers_without_the_key_are_refused(server: Served, headers: dict[str, str]) -> None:
    async with client_of(server) as client:
        del client.headers["apikey"]
        encoded = {name.encode(): value.encode() for name, value in headers.items()}
        response = await client.post("/graphql", json={"query": "{ hello }"}, headers=encoded)
    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
    assert "www-authenticate" in response.headers


async def test_resolvers_see_the_caller(http: httpx.AsyncClient) -> None:
    assert (await http.post("/graphql", json={"query": "{ role }"})).json() == {"data": {"role": "superadmin"}}


async def test_the_authentication_may_wait(serve: Serve) -> None:
    async def later(headers: Mapping[str, str]) -> Actor:
        await asyncio.sleep(0)
        return Actor(role=headers["x-role"])

    with serve(authenticate=later) as served:
        async with client_of(served, **{"x-role": "someone"}) as client:
            response = await client.post("/graphql", json={"query": "{ role }"})
    assert response.json() == {"data": {"role": "someone"}}


async def test_an_unknown_failure_outside_the_operation_is_masked(serve: Serve) -> None:
    def broken(_headers: Mapping[str, str]) -> Actor:
        raise RuntimeError("password=hunter2")

    with serve(authenticate=broken) as served:
        async with client_of(served) as client:
            response = await client.post("/graphql", json={"query": "{ role }"})
    assert (response.status_code, code(response)) == (500, "INTERNAL")
    assert "hunter2" not in response.text


async def test_a_masked_failure_quotes_the_id_of_its_request(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": "{ broken requestId }"})
    extensions = response.json()["errors"][0]["extensions"]
    assert extensions == {"code": "INTERNAL", "requestId": response.json()["data"]["requestId"]}
    assert "hunter2" not in response.text


async def test_a_value_that_json_cannot_hold_is_an_internal_error(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": "{ unsendable }"})
    assert (response.status_code, code(response)) == (500, "INTERNAL")


async def test_a_batch_is_answered_in_its_order(http: httpx.AsyncClient) -> None:
    batch = [{"query": f'{{ hello(name: "{number}") }}'} for number in range(10)]
    response = await http.post("/graphql", json=batch)
    assert [answer["data"]["hello"] for answer in response.json()] == [f"Hello, {number}!" for number in range(10)]


async def test_mutations_of_a_batch_run_in_its_order(http: httpx.AsyncClient, notes: queue.Queue[str]) -> None:
    await http.post("/graphql", json=[{"query": f'mutation {{ note(text: "{number}") }}'} for number in range(5)])
    assert [notes.get_nowait() for _ in range(5)] == ["0", "1", "2", "3", "4"]


async def test_operations_of_a_batch_fail_alone(http: httpx.AsyncClient) -> None:
    batch: list[Any] = [{"query": "{"}, {"query": "{ hello }"}, {"query": 5}, {}, {"query": "{ unsendable }"}]
    response = await http.post("/graphql", json=batch)
    assert response.status_code == 200
    codes = [answer["errors"][0]["extensions"]["code"] if "errors" in answer else None for answer in response.json()]
    assert codes == ["GRAPHQL_PARSE_FAILED", None, "BAD_REQUEST", "BAD_REQUEST", "INTERNAL"]


@pytest.mark.parametrize("batch", [[], [[]], [1], [None], [[{"query": "{ hello }"}]], [{"query": "{ hello }"}] * 11])
async def test_a_malformed_batch_is_refused_as_a_whole(http: httpx.AsyncClient, batch: list[Any]) -> None:
    response = await http.post("/graphql", json=batch)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_a_subscription_in_a_batch_is_refused_alone(http: httpx.AsyncClient) -> None:
    batch = [{"query": "{ hello }"}, {"query": "subscription { count(to: 1) }"}]
    first, second = (await http.post("/graphql", json=batch)).json()
    assert first == {"data": {"hello": "Hello, world!"}}
    assert second["errors"][0]["extensions"]["code"] == "OPERATION_NOT_ALLOWED"


async def test_a_request_over_the_time_limit_is_stopped(serve: Serve, notes: queue.Queue[str]) -> None:
    with serve(Limits(execution_timeout=0.05)) as served:
        async with client_of(served) as client:
            response = await client.post("/graphql", json={"query": "{ never }"})
    assert (response.status_code, code(response)) == (504, "TIMEOUT")
    assert [notes.get(timeout=5), notes.get(timeout=5)] == ["never started", "never stopped"]
