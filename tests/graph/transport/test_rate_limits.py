"""Every operation counts, however it comes; what is refused says when to try again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.actor import ANYBODY, SUPERADMIN, Actor
from domain.limits import OPERATIONS, parse_rule
from graph.transport.clients import Clients
from persistence.rate_limits import CountingRateLimiter
from persistence.window_counters import WindowCounters
from tests.graph.transport.conftest import KEY, client_of
from tests.graph.transport.test_websockets import NEW, PROTOCOLS, hear, ready, say, start

if TYPE_CHECKING:
    from collections.abc import Generator

    import httpx

    from tests.graph.transport.conftest import Serve, Served

HELLO = {"query": "{ hello }"}
USER = Actor("user", user_id=UUID(int=1), session_id=UUID(int=2))
ACTORS = {KEY: USER, "other": Actor("user", user_id=UUID(int=3)), "superadmin": Actor(SUPERADMIN)}


@pytest.fixture
def served(serve: Serve) -> Generator[Served]:
    """Takes three operations a minute; the header `apikey` names the actor."""
    limiter = CountingRateLimiter({OPERATIONS: parse_rule("3/minute")}, WindowCounters(lambda: 1000.0))
    clients = Clients(["127.0.0.0/8"])

    def authenticate(headers: Any) -> Actor:
        return ACTORS.get(headers.get("apikey", ""), ANYBODY)

    with serve(limiter=limiter, authenticate=authenticate, clients=clients) as running:
        yield running


def codes(answers: list[Any]) -> list[str | None]:
    """The code of each answer, None for one that was executed."""
    return [answer["errors"][0]["extensions"]["code"] if "errors" in answer else None for answer in answers]


async def ask(
    served: Served, calls: int = 1, *, actor: str = KEY, accept: str = "*/*", forwarded: str = ""
) -> list[httpx.Response]:
    headers = {"apikey": actor, "Accept": accept, "X-Forwarded-For": forwarded}
    async with client_of(served, **headers) as client:
        return [await client.post("/graphql", json=HELLO) for _ in range(calls)]


async def test_a_refused_operation_is_a_429_that_says_when_to_try_again(served: Served) -> None:
    *passed, refused = await ask(served, 4)
    assert [response.status_code for response in passed] == [200] * 3
    assert refused.status_code == 429
    error = refused.json()["errors"][0]
    assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 61}
    assert refused.headers["retry-after"] == "61"
    assert "data" not in refused.json()


async def test_a_refused_mutation_changes_nothing(served: Served, notes: Any) -> None:
    await ask(served, 3)
    async with client_of(served) as client:
        refused = await client.post("/graphql", json={"query": 'mutation { note(text: "done") }'})
    assert refused.status_code == 429
    assert notes.empty()


async def test_the_status_is_the_same_for_older_clients(served: Served) -> None:
    refused = (await ask(served, 4, accept="application/json"))[-1]
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "61")


async def test_a_query_by_get_and_a_document_that_does_not_parse_count_too(served: Served) -> None:
    async with client_of(served) as client:
        await client.get("/graphql", params=HELLO)
        await client.post("/graphql", json={"query": "{"})
        await client.post("/graphql", json={"query": "{ unknown }"})
        assert (await client.post("/graphql", json=HELLO)).status_code == 429


async def test_each_operation_of_a_batch_counts(served: Served) -> None:
    async with client_of(served) as client:
        response = await client.post("/graphql", json=[HELLO] * 5)
    assert response.status_code == 200
    assert codes(response.json()) == [None] * 3 + ["RATE_LIMITED"] * 2


async def test_a_stream_that_is_refused_is_no_stream(served: Served) -> None:
    await ask(served, 3)
    async with client_of(served, Accept="text/event-stream") as client:
        response = await client.post("/graphql", json={"query": "subscription { count(to: 1) }"})
    assert response.status_code == 429
    assert codes([response.json()]) == ["RATE_LIMITED"]


@PROTOCOLS
async def test_each_operation_of_a_websocket_counts_with_those_of_its_caller(served: Served, protocol: str) -> None:
    await ask(served, 1)
    async with ready(served, protocol) as socket:
        for name in ("1", "2"):
            await say(socket, start(protocol, "{ hello }", name))
            assert (await hear(socket))["payload"]["data"] == {"hello": "Hello, world!"}
            assert (await hear(socket))["type"] == "complete"
        await say(socket, start(protocol, "subscription { count(to: 1) }", "3"))
        heard = await hear(socket)
    assert heard["type"] == "error"
    errors = heard["payload"] if protocol == NEW else [heard["payload"]]
    assert errors[0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 61}


async def test_callers_are_counted_apart(served: Served) -> None:
    await ask(served, 4)
    assert (await ask(served, actor="other"))[0].status_code == 200


async def test_strangers_are_counted_by_the_address_that_the_proxy_names(served: Served) -> None:
    refused = (await ask(served, 4, actor="nobody", forwarded="192.0.2.1"))[-1]
    assert refused.status_code == 429
    spoofed = await ask(served, actor="nobody", forwarded="198.51.100.9, 192.0.2.1")
    assert spoofed[0].status_code == 429
    assert (await ask(served, actor="nobody", forwarded="192.0.2.2"))[0].status_code == 200


async def test_the_key_of_the_superadmin_is_not_counted(served: Served) -> None:
    assert {response.status_code for response in await ask(served, 20, actor="superadmin")} == {200}
