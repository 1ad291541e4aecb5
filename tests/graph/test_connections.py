"""HTTP connections that answer in one piece, and as uvicorn's do where they cannot."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from domain.deadline import TimeLimit
from graph.connections import ARRIVED_BODY, WHOLE_RESPONSE, Connection
from graph.known_heads import KnownHeads

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import ASGIApp, Receive, Scope, Send

PATIENCE = 20.0
HEADERS = [(b"content-type", b"text/plain"), (b"content-length", b"5")]


class Echo:
    """Answers `hello` in one piece, or by the messages of ASGI; takes note of what the connection did."""

    def __init__(self, *, whole: bool = True, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        self._whole = whole
        self._headers = HEADERS if headers is None else headers
        self.sent_whole: list[bool] = []
        self.bodies: list[bytes | None] = []

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        self.bodies.append(scope["extensions"][ARRIVED_BODY](scope))
        if self._whole:
            self.sent_whole.append(scope["extensions"][WHOLE_RESPONSE](scope, 200, self._headers, b"hello"))
            if self.sent_whole[-1]:
                return
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await send({"type": "http.response.body", "body": b"hello"})


@asynccontextmanager
async def served(app: ASGIApp, idle: float = 60) -> AsyncGenerator[int]:
    config = uvicorn.Config(app, http=Connection, log_config=None)
    config.load()
    limit, state, heads = TimeLimit(idle), ServerState(), KnownHeads()

    def connect() -> Connection:
        options: dict[str, Any] = {"config": config, "server_state": state, "app_state": {}}
        return Connection(idle_limit=limit, heads=heads, patience=30, **options)

    server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        await server.wait_closed()


async def answers(port: int, sent: bytes) -> bytes:
    """All that comes back until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    finally:
        writer.close()


def request(method: str = "POST", *lines: str, body: str = "", close: bool = True) -> bytes:
    ends = ["Connection: close"] if close else []
    length = [f"Content-Length: {len(body)}"] if method == "POST" else []
    return ("\r\n".join([f"{method} / HTTP/1.1", "Host: x", *ends, *length, *lines, "", ""]) + body).encode()


async def test_a_whole_response_is_that_of_uvicorn_byte_for_byte() -> None:
    whole, by_messages = Echo(), Echo(whole=False)
    async with served(whole) as one, served(by_messages) as other:
        assert await answers(one, request()) == await answers(other, request())
    assert whole.sent_whole == [True]


async def test_requests_that_come_at_once_are_answered_in_their_order() -> None:
    app = Echo()
    async with served(app) as port:
        answer = await answers(
            port, request(body="1", close=False) + request(body="2", close=False) + request(body="3")
        )
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert answer.count(b"connection: close") == 1
    assert app.bodies == [b"1", b"2", b"3"]
    assert app.sent_whole == [True, True, True]


async def test_an_answer_to_another_request_is_not_taken() -> None:
    async def app(scope: Scope, _: Receive, send: Send) -> None:
        other = dict(scope)
        assert not scope["extensions"][WHOLE_RESPONSE](other, 200, HEADERS, b"wrong")
        assert scope["extensions"][ARRIVED_BODY](other) is None
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": b"right"})

    async with served(app) as port:
        assert (await answers(port, request())).endswith(b"right")


async def test_head_and_statuses_without_a_body_are_left_to_uvicorn() -> None:
    app = Echo()
    async with served(app) as port:
        assert (await answers(port, request("HEAD"))).endswith(b"\r\n\r\n")
    assert app.sent_whole == [False]


async def test_a_body_that_is_still_coming_is_received_by_messages() -> None:
    bodies: list[bytes | None] = []

    async def app(scope: Scope, receive: Receive, _: Send) -> None:
        bodies.append(scope["extensions"][ARRIVED_BODY](scope))
        rest.set()
        while (message := await receive())["more_body"]:
            pass
        bodies.append(message["body"])
        assert scope["extensions"][WHOLE_RESPONSE](scope, 200, HEADERS, b"hello")

    rest = asyncio.Event()
    async with served(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(body="ab")[:-1])
        await rest.wait()
        writer.write(b"b")
        async with asyncio.timeout(PATIENCE):
            assert (await reader.read()).endswith(b"hello")
        writer.close()
    assert bodies[0] is None
    assert bodies[1] is not None
    assert bodies[1].endswith(b"b")


@pytest.mark.parametrize("value", [b"a\r\nx-made-up: 1", b"a\nb", b"a\rb", b"a\0b"])
async def test_no_value_begins_a_header_of_its_own(value: bytes) -> None:
    async with served(Echo(headers=[*HEADERS, (b"x-request-id", value)])) as port:
        answer = await answers(port, request())
    assert answer.startswith(b"HTTP/1.1 500")
    assert b"made-up" not in answer


async def test_a_connection_is_closed_when_nothing_has_come_for_long() -> None:
    async with served(Echo(), idle=0.05) as port:
        answer = await answers(port, request(close=False))
    assert answer.endswith(b"hello")


async def test_an_answer_may_close_its_connection() -> None:
    async with served(Echo(headers=[*HEADERS, (b"connection", b"close")])) as port:
        answer = await answers(port, request(close=False))
    assert answer.count(b"connection: close") == 1
