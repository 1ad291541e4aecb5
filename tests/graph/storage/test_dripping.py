"""Uploads that come drop by drop: they hold their connection no longer than the rate allows."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.graph.storage.site import connected, running_site
from tests.graph.storage.uploading import PATIENCE, PIECE, nothing_is_left, somebody, staged

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

    from persistence.embedded import EmbeddedServer
    from tests.graph.storage.site import Site

SIZE = 1_000_000
FIRST = bytes(range(200)) * 500
"""What comes at once, before the drops."""


@pytest.fixture(scope="module")
def strict(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    """A server with a rate that nobody keeps who is waited for."""
    folder = tmp_path_factory.mktemp("data")
    with running_site(embedded_server.url, folder, storage_timeout=0.5, transfer_min_rate=1_000_000_000) as site:
        yield site


def head(method: str, place: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {place} HTTP/1.1", "Host: x", f"Content-Length: {SIZE}"]
    lines += [f"{name}: {text}" for name, text in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


@asynccontextmanager
async def dripping(site: Site, sent: bytes) -> AsyncGenerator[asyncio.StreamReader]:
    """A client that sends something, and then a byte again and again."""
    async with connected(site) as (reader, writer):

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(b"x")
                await asyncio.sleep(0.02)

        writer.write(sent)
        drops = asyncio.create_task(drip())
        try:
            async with asyncio.timeout(PATIENCE):
                yield reader
        finally:
            drops.cancel()


async def test_bytes_that_drip_to_an_address_end_the_upload(strict: Site) -> None:
    async with somebody(strict) as ann:
        bucket = await strict.bucket(owner=ann.id)
        target = await ann.create(bucket, "a", SIZE)

        async with dripping(strict, head("PUT", target["url"], {}) + FIRST) as reader:
            answer = await reader.readuntil(b"\r\n\r\n")

        assert answer.startswith(b"HTTP/1.1 408 ")
        assert await nothing_is_left(strict, bucket)
        assert staged(strict) == []


async def test_what_has_come_of_a_piece_that_drips_is_gone_on_with(strict: Site) -> None:
    async with somebody(strict) as ann:
        bucket = await strict.bucket(owner=ann.id)
        place = (await ann.tus(bucket, "a", SIZE)).headers["location"]
        headers = {**ann.http.headers, **PIECE, "Upload-Offset": "0"}

        async with dripping(strict, head("PATCH", place, headers) + FIRST) as reader:
            answer = await reader.readuntil(b"\r\n\r\n")

        assert answer.startswith(b"HTTP/1.1 408 ")
        offset = await ann.offset(place)
        assert len(FIRST) <= offset < SIZE
        rest = bytes(SIZE - offset)
        assert (await ann.patch(place, offset, rest)).status_code == 204
        got = await ann.http.get(f"/files/{bucket}/a")
        assert got.content == FIRST + b"x" * (offset - len(FIRST)) + rest
