"""Large files on their way: connections that go on, clients that are slow, stop or leave."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.graph.storage.site import PATIENCE, connected, running_site

if TYPE_CHECKING:
    from collections.abc import Generator

    from persistence.embedded import EmbeddedServer
    from tests.graph.storage.site import Site, Stored

LARGE = os.urandom(1 << 20) * 24
"""More than the buffers of both ends take."""
STALL = 1.0


@pytest.fixture(scope="module")
def site(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    with running_site(embedded_server.url, tmp_path_factory.mktemp("data"), storage_timeout=STALL) as site:
        yield site


def request(file: Stored, *headers: str, method: str = "GET") -> bytes:
    lines = [f"{method} /files/{file.bucket}/{file.path} HTTP/1.1", "Host: x", *headers, "", ""]
    return "\r\n".join(lines).encode()


async def head_of(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENCE):
        return await reader.readuntil(b"\r\n\r\n")


async def body_of(reader: asyncio.StreamReader, size: int) -> bytes:
    async with asyncio.timeout(PATIENCE):
        return await reader.readexactly(size)


async def put(site: Site, body: bytes = LARGE) -> Stored:
    return await site.put(await site.bucket(public=True), "a.bin", body, "application/octet-stream")


def open_files(file: Stored) -> int:
    """How often this process, which the server is part of, has the object open."""
    return sum(each.path.endswith(file.key) for each in psutil.Process().open_files())


async def closed(file: Stored) -> None:
    """Wait until nobody has the object open."""
    async with asyncio.timeout(PATIENCE):
        while open_files(file):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)


async def test_a_connection_goes_on_after_a_large_file(site: Site) -> None:
    file = await put(site)
    async with connected(site) as (reader, writer):
        for _ in range(3):
            writer.write(request(file))
            assert b" 200 " in await head_of(reader)
            assert await body_of(reader, len(LARGE)) == LARGE
    await closed(file)


async def test_requests_that_come_ahead_are_answered_in_turn(site: Site) -> None:
    file, small = await put(site), await put(site, b"small")
    async with connected(site) as (reader, writer):
        writer.write(
            request(file) + request(small) + request(file, "Range: bytes=-70000") + request(file, method="HEAD")
        )
        for status, body in ((b" 200 ", LARGE), (b" 200 ", b"small"), (b" 206 ", LARGE[-70000:])):
            assert status in await head_of(reader)
            assert await body_of(reader, len(body)) == body
        assert b" 200 " in await head_of(reader)


async def test_nothing_comes_between_the_bytes_of_a_file(site: Site) -> None:
    # uvicorn answers what it cannot parse at once, wherever in an answer it is.
    file = await put(site)
    async with connected(site) as (reader, writer):
        writer.write(request(file))
        await head_of(reader)
        writer.write(b"\x00 no request\r\n\r\n")
        assert await body_of(reader, len(LARGE)) == LARGE


async def test_a_connection_is_closed_after_the_whole_file_where_that_is_asked_for(site: Site) -> None:
    file = await put(site)
    async with connected(site) as (reader, writer):
        writer.write(request(file, "Connection: close"))
        await head_of(reader)
        async with asyncio.timeout(PATIENCE):
            assert await reader.read(-1) == LARGE


async def test_a_slow_client_gets_everything(site: Site) -> None:
    file = await put(site)
    async with connected(site) as (reader, writer):
        writer.write(request(file))
        await head_of(reader)
        received = b""
        while len(received) < len(LARGE):
            received += await reader.read(4 << 20)
            await asyncio.sleep(STALL / 20)
        assert received == LARGE


async def test_many_slow_clients_keep_nobody_waiting(site: Site) -> None:
    file, small = await put(site), await put(site, b"x" * 100_000)
    waiting = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(12)]
    try:
        for reader, writer in waiting:
            writer.write(request(file))
            await head_of(reader)
        async with connected(site) as (reader, writer):
            writer.write(request(small))
            await head_of(reader)
            assert await body_of(reader, 100_000) == b"x" * 100_000
    finally:
        for _, writer in waiting:
            writer.close()
    await closed(file)


async def test_a_client_that_takes_nothing_any_more_is_hung_up_on(site: Site) -> None:
    file = await put(site)
    with _stopped_client(site.port, request(file)):
        await closed(file)


async def test_a_client_that_has_left_leaves_nothing_behind(site: Site) -> None:
    file = await put(site)
    async with connected(site) as (reader, writer):
        writer.write(request(file))
        await head_of(reader)
        writer.transport.abort()
    await closed(file)


async def test_a_client_that_resets_the_connection_leaves_nothing_behind(site: Site) -> None:
    file = await put(site)
    with _stopped_client(site.port, request(file)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    await closed(file)


async def test_a_file_that_ends_too_early_is_not_taken_for_a_whole_one(site: Site) -> None:
    file = await put(site)
    os.truncate(next(site.objects.glob(f"*/{file.key}")), len(LARGE) // 2)
    async with connected(site) as (reader, writer):
        writer.write(request(file))
        await head_of(reader)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await body_of(reader, len(LARGE))
    await closed(file)


def _stopped_client(port: int, asked: bytes) -> socket.socket:
    """A client that asks and then takes nothing; its buffer is small."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(asked)
    return client
