"""SIGTERM on a real process: running requests finish, new ones are refused, sockets are told, the budget holds."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.graph.commands.process import KEY, PATIENCE, Process, running_application

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

HEADERS = {"apikey": KEY}
PROTOCOL = Subprotocol("graphql-transport-ws")


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    return pipe


@asynccontextmanager
async def serving(folder: Path, **environment: str) -> AsyncGenerator[tuple[Process, httpx.AsyncClient]]:
    with running_application(folder=folder, **environment) as (process, address):
        async with httpx.AsyncClient(base_url=f"http://{address}", headers=HEADERS, timeout=PATIENCE) as client:
            yield process, client


def ask(client: httpx.AsyncClient, field: str, pipe: Path) -> asyncio.Task[httpx.Response]:
    body = {"query": f"query Ask($pipe: String!) {{ {field}(pipe: $pipe) }}", "variables": {"pipe": str(pipe)}}
    return asyncio.ensure_future(client.post("/graphql", json=body))


async def writer(pipe: Path) -> int:
    """Opens the pipe for writing, which succeeds as soon as the query reads it: then the query runs."""
    return await asyncio.to_thread(os.open, pipe, os.O_WRONLY)


async def ended(process: Process) -> int:
    return await asyncio.to_thread(process.wait)


async def refusing(client: httpx.AsyncClient) -> httpx.Response | None:
    """Asks until the request is refused with an answer; None when the connection is."""
    while True:
        try:
            response = await client.post("/graphql", json={"query": "{ hello }"})
        except httpx.TransportError:
            return None
        if response.status_code != 200:
            return response


async def drain_begun(client: httpx.AsyncClient) -> None:
    """Waits until the process takes no connection any more, which is when it refuses requests too."""
    while True:
        try:
            _, stream = await asyncio.open_connection(client.base_url.host, client.base_url.port)
            stream.close()
            await stream.wait_closed()
        except ConnectionError:
            return


async def test_an_idle_process_ends_with_zero(tmp_path: Path) -> None:
    async with serving(tmp_path) as (process, _):
        process.signal()
        assert await ended(process) == 0


async def test_an_interrupt_ends_it_as_well(tmp_path: Path) -> None:
    async with serving(tmp_path) as (process, _):
        process.signal(signal.SIGINT)
        assert await ended(process) == 0


async def test_a_running_query_finishes_during_the_drain(tmp_path: Path, pipe: Path) -> None:
    async with serving(tmp_path) as (process, client):
        answer = ask(client, "read", pipe)
        descriptor = await writer(pipe)
        process.signal()
        await refusing(client)
        os.write(descriptor, b"in time")
        os.close(descriptor)
        response = await answer
        assert response.json() == {"data": {"read": "in time"}}
        assert response.headers["connection"] == "close"
        assert await ended(process) == 0


async def test_a_new_query_on_a_kept_connection_is_refused_during_the_drain(tmp_path: Path, pipe: Path) -> None:
    async with serving(tmp_path) as (process, client):
        answer = ask(client, "read", pipe)
        descriptor = await writer(pipe)
        try:
            async with httpx.AsyncClient(base_url=client.base_url, headers=HEADERS, timeout=PATIENCE) as other:
                await other.get("/healthz")
                process.signal()
                await drain_begun(client)
                refusal = await other.post("/graphql", json={"query": "{ hello }"})
        finally:
            os.close(descriptor)
        assert refusal.status_code == 503
        assert refusal.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert refusal.headers["connection"] == "close"
        await answer


async def test_no_new_connection_is_taken_during_the_drain(tmp_path: Path, pipe: Path) -> None:
    async with serving(tmp_path) as (process, client):
        answer = ask(client, "read", pipe)
        descriptor = await writer(pipe)
        process.signal()
        while await refusing(client) is not None:
            pass
        with pytest.raises(httpx.ConnectError):
            await client.get("/healthz")
        os.close(descriptor)
        await answer


async def test_a_query_that_outlasts_the_budget_is_cut_off(tmp_path: Path, pipe: Path) -> None:
    async with serving(tmp_path, SHUTDOWN_TIMEOUT="0.2") as (process, client):
        answer = ask(client, "never", pipe)
        assert await asyncio.to_thread(pipe.read_text) == "running"
        process.signal()
        assert await ended(process) == 0
        response = await answer
        assert response.status_code == 503
        assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert "Traceback" not in process.errors


async def test_a_second_signal_does_not_wait_for_the_budget(tmp_path: Path, pipe: Path) -> None:
    async with serving(tmp_path, SHUTDOWN_TIMEOUT="3600") as (process, client):
        answer = ask(client, "never", pipe)
        assert await asyncio.to_thread(pipe.read_text) == "running"
        process.signal()
        await refusing(client)
        process.signal()
        assert await ended(process) == 0
        await asyncio.wait([answer])


async def test_a_subscription_is_closed_with_a_code(tmp_path: Path) -> None:
    async with serving(tmp_path) as (process, client):
        url = client.base_url.copy_with(scheme="ws", path="/graphql")
        async with connect(str(url), subprotocols=[PROTOCOL]) as socket:
            await socket.send(orjson.dumps({"type": "connection_init", "payload": HEADERS}).decode())
            assert orjson.loads(await socket.recv())["type"] == "connection_ack"
            subscription: dict[str, Any] = {"query": "subscription { forever }"}
            await socket.send(orjson.dumps({"id": "1", "type": "subscribe", "payload": subscription}).decode())
            assert orjson.loads(await socket.recv())["type"] == "next"
            process.signal()
            await socket.wait_closed()
        assert socket.close_code == 1001
        assert await ended(process) == 0
