"""What becomes of a websocket or an event stream when its caller's credentials change."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest

from domain.access.states import Ending
from domain.actor import Actor
from domain.errors import UnauthenticatedError, UnavailableError
from domain.identifiers import new_id
from tests.graph.transport.conftest import PATIENCE
from tests.graph.transport.test_websockets import LEGACY, NEW, PROTOCOLS, closed, hear, say, start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from websockets.asyncio.client import ClientConnection

    from tests.graph.transport.conftest import Serve, Served

ADA, BOB = new_id(), new_id()
FOREVER = "subscription { forever }"


@dataclass
class Callers:
    """Knows a few tokens; a test says when what they stand for ends."""

    ending: asyncio.Future[Ending] | None = None
    seen: list[Mapping[str, str]] = field(default_factory=list["Mapping[str, str]"])
    watched: list[datetime | None] = field(default_factory=list["datetime | None"])

    def authenticate(self, credentials: Mapping[str, str]) -> Actor:
        self.seen.append(dict(credentials))
        self.ending = self.ending or asyncio.get_running_loop().create_future()
        match credentials.get("authorization", "").removeprefix("Bearer ").partition("-"):
            case ("ada", _, lifetime):
                expires_at = datetime.now(UTC) + timedelta(seconds=float(lifetime or 900))
                return Actor("user", user_id=ADA, expires_at=expires_at)
            case ("bob", _, _):
                return Actor("user", user_id=BOB)
            case _:
                raise UnauthenticatedError("Who is it?")

    async def ended(self, actor: Actor) -> Ending:
        self.watched.append(actor.expires_at)
        assert self.ending is not None
        return await asyncio.shield(self.ending)


@pytest.fixture
def callers() -> Callers:
    return Callers()


async def greet(socket: ClientConnection, payload: Any) -> None:
    await say(socket, {"type": "connection_init", "payload": payload})
    assert (await hear(socket))["type"] == "connection_ack"


def end(served: Served, callers: Callers, outcome: Ending | Exception) -> None:
    async def settle() -> None:
        assert callers.ending is not None
        if isinstance(outcome, Exception):
            callers.ending.set_exception(outcome)
        else:
            callers.ending.set_result(outcome)

    asyncio.run_coroutine_threadsafe(settle(), served.loop).result(PATIENCE)


@pytest.mark.parametrize(
    "payload",
    [
        {"authorization": "Bearer ada"},
        {"Authorization": "Bearer ada"},
        {"headers": {"Authorization": "Bearer ada"}},
    ],
    ids=["lower case", "as a header", "in headers"],
)
@PROTOCOLS
async def test_a_socket_authenticates_by_its_payload(
    serve: Serve, callers: Callers, protocol: str, payload: Any
) -> None:
    with serve(authenticate=callers.authenticate, ended=callers.ended) as served:
        async with served.socket(protocol) as socket:
            await greet(socket, payload)


@pytest.mark.parametrize(("ending", "code"), [(Ending.EXPIRED, 4401), (Ending.REVOKED, 4403), (Ending.CHANGED, 4403)])
@PROTOCOLS
async def test_a_socket_closes_when_its_callers_credentials_end(
    serve: Serve, callers: Callers, protocol: str, ending: Ending, code: int
) -> None:
    with serve(authenticate=callers.authenticate, ended=callers.ended) as served:
        async with served.socket(protocol) as socket:
            await greet(socket, {"authorization": "Bearer ada"})
            await say(socket, start(protocol, FOREVER))
            end(served, callers, ending)
            assert await closed(socket) == (code, ending.value)


async def test_a_socket_closes_when_nobody_can_tell_whether_they_ended(serve: Serve, callers: Callers) -> None:
    with serve(authenticate=callers.authenticate, ended=callers.ended) as served:
        async with served.socket() as socket:
            await greet(socket, {"authorization": "Bearer ada"})
            end(served, callers, UnavailableError("Nobody knows."))
            assert await closed(socket) == (1013, "Nobody knows.")


async def test_a_ping_renews_the_credentials(serve: Serve, callers: Callers) -> None:
    with serve(authenticate=callers.authenticate, ended=callers.ended) as served:
        async with served.socket() as socket:
            await greet(socket, {"authorization": "Bearer ada-10"})
            await say(socket, {"type": "ping", "payload": {"authorization": "Bearer ada-1000"}})
            assert (await hear(socket))["type"] == "pong"
            await say(socket, start(NEW, "{ hello }"))
            assert (await hear(socket))["type"] == "next"
    first, second = (each for each in callers.watched if each)
    assert second - first > timedelta(minutes=10)


@pytest.mark.parametrize("payload", [None, {}, {"note": "still there?"}, {"authorization": 7}])
async def test_any_other_ping_renews_nothing(serve: Serve, callers: Callers, payload: Any) -> None:
    with serve(authenticate=callers.authenticate, ended=callers.ended) as served:
        async with served.socket() as socket:
            await greet(socket, {"authorization": "Bearer ada"})
            await say(socket, {"type": "ping", "payload": payload})
            assert (await hear(socket))["type"] == "pong"
    assert len(callers.seen) == 1


@pytest.mark.parametrize(("token", "code"), [("bob", 4403), ("nobody", 4401)], ids=["another caller's", "not good"])
async def test_a_ping_with_other_credentials_closes_the_socket(
    serve: Serve, callers: Callers, token: str, code: int
) -> None:
    with serve(authenticate=callers.authenticate, ended=callers.ended) as served:
        async with served.socket() as socket:
            await greet(socket, {"authorization": "Bearer ada"})
            await say(socket, {"type": "ping", "payload": {"authorization": f"Bearer {token}"}})
            assert (await closed(socket))[0] == code


async def test_a_ping_before_the_greeting_proves_nothing(serve: Serve, callers: Callers) -> None:
    with serve(authenticate=callers.authenticate, ended=callers.ended) as served:
        async with served.socket() as socket:
            await say(socket, {"type": "ping", "payload": {"authorization": "Bearer ada"}})
            await say(socket, start(NEW, "{ hello }"))
            assert (await closed(socket))[0] == 4401
    assert callers.seen == []


@PROTOCOLS
async def test_credentials_that_do_not_verify_open_no_socket(serve: Serve, callers: Callers, protocol: str) -> None:
    with serve(authenticate=callers.authenticate, ended=callers.ended) as served:
        async with served.socket(protocol) as socket:
            await say(socket, {"type": "connection_init", "payload": {"authorization": "Bearer nobody"}})
            if protocol == LEGACY:
                assert (await hear(socket))["type"] == "connection_error"
            else:
                assert (await closed(socket))[0] == 4403


async def test_an_event_stream_tells_why_it_ends(serve: Serve, callers: Callers) -> None:
    headers = {"accept": "text/event-stream", "authorization": "Bearer ada"}
    with serve(authenticate=callers.authenticate, ended=callers.ended) as served:
        async with (
            httpx.AsyncClient(timeout=PATIENCE) as client,
            client.stream("POST", served.url, json={"query": FOREVER}, headers=headers) as response,
        ):
            lines = response.aiter_lines()
            async for line in lines:
                if line.startswith("data: {"):
                    break
            end(served, callers, Ending.REVOKED)
            rest = [line async for line in lines]
    told = next(orjson.loads(line.removeprefix("data: ")) for line in rest if line.startswith("data: {"))
    assert told["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED", "reason": "REVOKED"}
    assert "event: complete" in rest
