"""Clients that take what is sent to them too slowly, or not at all, on the loop that the server runs on."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
import uvloop
from uvicorn.server import ServerState

from domain.deadline import TimeLimit
from graph.known_heads import KnownHeads
from graph.transport.files.bodies import ZERO_COPY
from graph.zero_copy import FileConnection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

SIZE = 4 << 20
SMALL = 60_000
"""Less than is written ahead before the writer is told to wait."""
PATIENCE = 20.0
STALL = 0.2
IMPOSSIBLE = 1_000_000_000
"""A rate that nobody keeps who is waited for."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(os.urandom(SIZE))
    return path


def by_the_kernel(file: Path) -> ASGIApp:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        with file.open("rb") as opened:
            await send(_start(SIZE))
            await send({"type": ZERO_COPY, "file": opened.fileno(), "offset": 0, "count": SIZE})

    return app


def in_pieces(file: Path) -> ASGIApp:
    body = file.read_bytes()

    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send(_start(SIZE))
        for offset in range(0, SIZE, 100_000):
            await send({"type": "http.response.body", "body": body[offset : offset + 100_000], "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


def at_once(_: Path) -> ASGIApp:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send(_start(SMALL))
        await send({"type": "http.response.body", "body": bytes(SMALL)})

    return app


def _start(size: int) -> dict[str, Any]:
    return {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]}


@asynccontextmanager
async def serving(app: ASGIApp, rate: float, idle: float = 60) -> AsyncGenerator[tuple[int, ServerState]]:
    """A server whose system keeps little for clients: its port, and its connections."""
    config = uvicorn.Config(app, http=FileConnection, log_config=None)
    config.load()
    limit, state, threads = TimeLimit(idle), ServerState(), ThreadPoolExecutor(1)
    heads = KnownHeads()

    def connect() -> FileConnection:
        options: dict[str, Any] = {"config": config, "server_state": state, "app_state": {}}
        return FileConnection(
            idle_limit=limit, heads=heads, files="/", patience=STALL, rate=rate, threads=threads, **options
        )

    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    server = await asyncio.get_running_loop().create_server(connect, sock=listener)
    try:
        yield listener.getsockname()[1], state
    finally:
        server.close()
        await server.wait_closed()
        threads.shutdown()


def dripping(port: int) -> int:
    """How many bytes a client gets that takes a few each time."""
    taken = 0
    with asking(port) as client:
        try:
            while piece := client.recv(1000):
                taken += len(piece)
                threading.Event().wait(0.001)
        except ConnectionError:
            pass
    return taken


def asking(port: int, *headers: str) -> socket.socket:
    """A client whose system keeps little; it has asked."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.settimeout(PATIENCE)
    client.connect(("127.0.0.1", port))
    client.sendall("\r\n".join(["GET /a HTTP/1.1", "Host: x", *headers, "", ""]).encode())
    return client


async def hung_up(state: ServerState) -> None:
    """Wait until the server has no connection any more."""
    async with asyncio.timeout(PATIENCE):
        while state.connections:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("app", [by_the_kernel, in_pieces])
def test_a_client_that_takes_too_little_is_hung_up_on(app: Any, file: Path) -> None:
    async def scenario() -> int:
        async with serving(app(file), IMPOSSIBLE) as (port, state):
            taken = await asyncio.to_thread(dripping, port)
            await hung_up(state)
        return taken

    assert 0 < uvloop.run(scenario()) < SIZE


@pytest.mark.parametrize("app", [by_the_kernel, in_pieces])
def test_a_client_that_keeps_the_pace_gets_everything(app: Any, file: Path) -> None:
    async def scenario() -> bytes:
        async with serving(app(file), 1) as (port, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
                async with asyncio.timeout(PATIENCE):
                    await reader.readuntil(b"\r\n\r\n")
                    return await reader.readexactly(SIZE)
            finally:
                writer.close()

    assert uvloop.run(scenario()) == file.read_bytes()


@pytest.mark.parametrize(("headers", "idle"), [(["Connection: close"], 60), ([], 0.05)])
def test_a_connection_that_is_to_be_closed_does_not_wait_for_ever(headers: list[str], idle: float, file: Path) -> None:
    async def scenario() -> int:
        async with serving(at_once(file), 0, idle) as (port, state):
            with asking(port, *headers):
                async with asyncio.timeout(PATIENCE):
                    while not state.total_requests:  # noqa: ASYNC110 - it tells nobody
                        await asyncio.sleep(0.01)
                await hung_up(state)
            return state.total_requests

    assert uvloop.run(scenario()) == 1
