from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from graph.limits import Limits
from tests.graph.transport.conftest import client_of, code

if TYPE_CHECKING:
    import queue

    import httpx

    from tests.graph.transport.conftest import Serve

EVENTS = {"accept": "text/event-stream"}
URQL = {
    "accept": "application/graphql-response+json, application/graphql+json, application/json, "
    "text/event-stream, multipart/mixed"
}
APOLLO = {"accept": "multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9"}
APOLLO_EVENTS = {"accept": 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json'}


def events_of(text: str) -> list[tuple[str, Any]]:
    """The events of a finished stream, comments left out."""
    events: list[tuple[str, Any]] = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields = {name: value.strip() for name, _, value in (line.partition(":") for line in block.splitlines())}
        if "event" in fields:
            events.append((fields["event"], orjson.loads(fields["data"]) if fields["data"] else None))
    return events


def parts_of(response: httpx.Response) -> list[Any]:
    """The JSON parts of a finished multipart body."""
    boundary = response.headers["content-type"].split("boundary=")[1].split(";")[0].strip('"')
    body = response.text
    assert body.rstrip().endswith(f"--{boundary}--")
    sections = f"\r\n{body}".split(f"\r\n--{boundary}")[1:-1]
    return [orjson.loads(section.split("\r\n\r\n", 1)[1]) for section in sections]


async def post(http: httpx.AsyncClient, query: str, headers: dict[str, str]) -> httpx.Response:
    return await http.post("/graphql", json={"query": query}, headers=headers)


async def test_a_subscription_is_sent_as_events(http: httpx.AsyncClient) -> None:
    response = await post(http, "subscription { count(to: 2) }", EVENTS)
    assert response.headers["content-type"] == "text/event-stream"
    assert events_of(response.text) == [
        ("next", {"data": {"count": 0}}),
        ("next", {"data": {"count": 1}}),
        ("complete", None),
    ]


async def test_a_subscription_by_get_is_sent_as_events(http: httpx.AsyncClient) -> None:
    response = await http.get("/graphql", params={"query": "subscription { count(to: 1) }"}, headers=EVENTS)
    assert events_of(response.text) == [("next", {"data": {"count": 0}}), ("complete", None)]


async def test_urqls_query_is_answered_with_json(http: httpx.AsyncClient) -> None:
    response = await post(http, "{ hello }", URQL)
    assert response.headers["content-type"] == "application/graphql-response+json; charset=utf-8"


async def test_urqls_subscription_is_sent_as_events(http: httpx.AsyncClient) -> None:
    response = await post(http, "subscription { count(to: 1) }", URQL)
    assert response.headers["content-type"] == "text/event-stream"


async def test_a_query_of_a_client_that_takes_only_events_is_one_event(http: httpx.AsyncClient) -> None:
    response = await post(http, "{ hello }", EVENTS)
    assert events_of(response.text) == [("next", {"data": {"hello": "Hello, world!"}}), ("complete", None)]


async def test_a_wrong_subscription_is_refused_before_the_stream_opens(http: httpx.AsyncClient) -> None:
    response = await post(http, "subscription { nope }", URQL)
    assert (response.status_code, code(response)) == (400, "GRAPHQL_VALIDATION_FAILED")


async def test_a_subscription_of_a_client_that_takes_no_events_is_refused(http: httpx.AsyncClient) -> None:
    response = await post(http, "subscription { count(to: 1) }", {"accept": "application/json"})
    assert (response.status_code, code(response)) == (406, "OPERATION_NOT_ALLOWED")


async def test_a_failing_source_ends_the_stream_with_a_masked_error(http: httpx.AsyncClient) -> None:
    response = await post(http, "subscription { failing }", EVENTS)
    kinds = [kind for kind, _ in events_of(response.text)]
    assert kinds == ["next", "next", "complete"]
    assert "INTERNAL" in response.text
    assert "hunter2" not in response.text


async def test_a_subscription_is_sent_as_apollos_multipart(http: httpx.AsyncClient) -> None:
    response = await post(http, "subscription { count(to: 2) }", APOLLO_EVENTS)
    assert response.headers["content-type"] == "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json"
    assert parts_of(response) == [{"payload": {"data": {"count": 0}}}, {"payload": {"data": {"count": 1}}}]


async def test_a_deferred_fragment_comes_later_in_both_forms(http: httpx.AsyncClient) -> None:
    query = '{ node { name ... @defer(label: "L") { late child { name } } } }'
    response = await post(http, query, APOLLO)
    first, *rest = parts_of(response)
    assert first["data"] == {"node": {"name": "root"}}
    assert first["hasNext"] is True
    (increment,) = [increment for part in rest for increment in part.get("incremental", [])]
    assert increment["id"] == first["pending"][0]["id"]
    assert (increment["path"], increment["label"]) == (["node"], "L")
    assert increment["data"] == {"late": "late", "child": {"name": "root."}}
    assert rest[-1]["hasNext"] is False


async def test_a_streamed_list_comes_in_pieces(http: httpx.AsyncClient) -> None:
    first, *rest = parts_of(await post(http, "{ numbers @stream(initialCount: 1) }", APOLLO))
    assert first["data"] == {"numbers": [0]}
    increments = [increment for part in rest for increment in part.get("incremental", [])]
    assert [item for increment in increments for item in increment["items"]] == [1, 2]
    assert increments[0]["path"] == ["numbers", 1]


async def test_a_list_streamed_in_a_deferred_fragment_has_the_paths_of_its_items(http: httpx.AsyncClient) -> None:
    query = "{ node { name ... @defer { late letters @stream(initialCount: 2) } } }"
    parts = parts_of(await post(http, query, APOLLO))
    increments = [increment for part in parts for increment in part.get("incremental", [])]
    items = {increment["path"][-1]: increment["items"] for increment in increments if "items" in increment}
    letters = next(increment["data"]["letters"] for increment in increments if "data" in increment)
    assert letters == ["a", "b"]
    assert [item for index in sorted(items) for item in items[index]] == ["c", "d"]
    assert min(items) == 2


async def test_a_failing_deferred_fragment_is_masked(http: httpx.AsyncClient) -> None:
    response = await post(http, "{ hello ... @defer { broken limited } }", APOLLO)
    assert "hunter2" not in response.text
    assert {"INTERNAL", "RATE_LIMITED"} == {
        error["extensions"]["code"]
        for part in parts_of(response)
        for increment in part.get("incremental", [])
        for error in increment.get("errors", [])
    }


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json", "*/*"])
async def test_a_client_that_takes_no_parts_gets_all_at_once(http: httpx.AsyncClient, accept: str) -> None:
    query = "{ hello ... @defer { node { name } } numbers @stream }"
    response = await post(http, query, {"accept": accept})
    assert response.json() == {
        "data": {"hello": "Hello, world!", "node": {"name": "root"}, "numbers": [0, 1, 2]},
    }


async def test_an_operation_that_defers_nothing_is_plain_json(http: httpx.AsyncClient) -> None:
    response = await post(http, "{ hello }", APOLLO)
    assert response.json() == {"data": {"hello": "Hello, world!"}}


async def test_a_client_that_hangs_up_stops_the_subscription(http: httpx.AsyncClient, notes: queue.Queue[str]) -> None:
    async with http.stream("POST", "/graphql", json={"query": "subscription { forever }"}, headers=EVENTS) as response:
        async for line in response.aiter_lines():
            if line.startswith("data:"):
                break
        assert await asyncio.to_thread(notes.get, timeout=5) == "forever started"
    assert await asyncio.to_thread(notes.get, timeout=5) == "forever stopped"


async def test_a_quiet_stream_beats(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.transport.streams.HEARTBEAT", 0.01)
    with serve() as served:
        async with (
            client_of(served) as client,
            client.stream("POST", "/graphql", json={"query": "subscription { forever }"}, headers=EVENTS) as response,
        ):
            beats = 0
            async for line in response.aiter_lines():
                beats += line.startswith(":")
                if beats > 3:
                    return


async def test_a_deferred_operation_over_the_time_limit_ends(serve: Serve, notes: queue.Queue[str]) -> None:
    with serve(Limits(execution_timeout=0.1)) as served:
        async with client_of(served) as client:
            response = await post(client, "{ hello ... @defer { never } }", APOLLO)
    assert parts_of(response)[-1]["errors"][0]["extensions"]["code"] == "TIMEOUT"
    assert parts_of(response)[-1]["hasNext"] is False
    assert [notes.get(timeout=5), notes.get(timeout=5)] == ["never started", "never stopped"]
