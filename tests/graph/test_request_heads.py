"""Heads of requests that are too large or too slow."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from graph.request_heads import MOST_BYTES, BoundedHeadProtocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import Receive, Scope, Send

PATIENCE = 30.0
# The most that a transport reads at once is not counted.
MUCH = MOST_BYTES + (1 << 19)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - the signature of ASGI
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def connected(patience: float = PATIENCE) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config = uvicorn.Config(echo, lifespan="off", log_config=None)
    config.load()
    make: Any = partial(BoundedHeadProtocol, config=config, server_state=ServerState(), app_state={}, patience=patience)
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


async def send(writer: asyncio.StreamWriter, *pieces: bytes) -> None:
    for piece in pieces:
        writer.write(piece)
        try:
            await writer.drain()
        except ConnectionError:  # it was refused already
            return


async def answer(reader: asyncio.StreamReader) -> bytes:
    """The first line of the answer; empty if the connection was cut."""
    async with asyncio.timeout(PATIENCE):
        try:
            return (await reader.readline()).strip()
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * MUCH,
        b"GET / HTTP/1.1\r\nX: " + b"a" * MUCH,
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * (MUCH // 6),
        b"GET / HTTP/1.1\r\n" + b"a" * MUCH,
    ],
    ids=["address", "value", "many", "name"],
)
async def test_a_head_that_does_not_end_is_refused(head: bytes) -> None:
    async with connected() as (reader, writer):
        await send(writer, head)

        assert await answer(reader) in {b"HTTP/1.1 431 Request Header Fields Too Large", b""}


@pytest.mark.parametrize("rest", [b"0\r\nX: " + b"a" * MUCH, b"1;" + b"a" * MUCH], ids=["trailer", "extension"])
async def test_what_frames_a_body_is_bounded_too(rest: bytes) -> None:
    async with connected() as (reader, writer):
        await send(writer, b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", rest)

        assert await answer(reader) == b""


async def test_a_large_body_is_no_head() -> None:
    body = b"a" * (4 * MUCH)
    async with connected() as (reader, writer):
        await send(writer, b"PUT / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body), body)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)

        assert head.startswith(b"HTTP/1.1 200")
        assert await asyncio.wait_for(reader.readexactly(len(body)), PATIENCE) == body


async def test_the_head_behind_a_large_body_is_read() -> None:
    body = b"a" * MUCH
    request = b"PUT / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    async with connected() as (reader, writer):
        await send(writer, request + request)
        for _ in range(2):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            assert head.startswith(b"HTTP/1.1 200")
            await asyncio.wait_for(reader.readexactly(len(body)), PATIENCE)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nX: "])
async def test_a_head_that_does_not_come_is_not_waited_for(sent: bytes) -> None:
    async with connected(patience=0.05) as (reader, writer):
        await send(writer, sent)

        assert await answer(reader) == b"HTTP/1.1 408 Request Timeout"


async def test_the_second_head_of_a_connection_is_not_waited_for_either() -> None:
    async with connected(patience=1) as (reader, writer):
        await send(writer, b"GET / HTTP/1.1\r\n\r\n")
        assert (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).startswith(b"HTTP/1.1 200")

        await send(writer, b"GET ")

        assert await answer(reader) == b"HTTP/1.1 408 Request Timeout"
