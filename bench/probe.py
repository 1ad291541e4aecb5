"""Asks a server small questions at a steady rate and tells how long the answers took; a process of its own.

Latencies count from the moment a request was due, so that a server (or a machine) that stalls does not hide the
requests that waited behind. Written on plain sockets, because an HTTP client costs more than what is measured.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson

if TYPE_CHECKING:
    from collections.abc import Sequence

CONNECTIONS: Final = 10
PERIOD: Final = 0.05
"""Seconds between the requests of one connection."""


def requests_for(url: str, queries: Sequence[str], token: str) -> list[bytes]:
    """Each query as the bytes of an HTTP request."""
    parts = urlsplit(url)
    bodies = [orjson.dumps({"query": query}) for query in queries]
    return [
        f"POST {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {token}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        + body
        for body in bodies
    ]


async def probe(url: str, request: bytes, seconds: float) -> list[float]:
    """The latencies of a request in milliseconds, over all connections.

    Raises:
        RuntimeError: an answer was an error.
    """
    start = asyncio.get_running_loop().time() + PERIOD
    count = int(seconds / PERIOD)
    asking = [_ask(url, request, start + PERIOD * number / CONNECTIONS, count) for number in range(CONNECTIONS)]
    latencies: list[float] = []
    for found in await asyncio.gather(*asking, return_exceptions=True):
        if isinstance(found, BaseException):
            raise found
        latencies += found
    return latencies


async def _ask(url: str, request: bytes, start: float, count: int) -> list[float]:
    loop = asyncio.get_running_loop()
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    latencies: list[float] = []
    try:
        for number in range(count):
            due = start + number * PERIOD
            await asyncio.sleep(max(0.0, due - loop.time()))
            writer.write(request)
            await _answered(reader)
            latencies.append((loop.time() - due) * 1000)
    finally:
        writer.close()
        await writer.wait_closed()
    return latencies


async def _answered(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"http/1.1 200") or b'"errors"' in body:
        raise RuntimeError(body.decode())


def main() -> None:
    """Print the latencies of each query as JSON lists; arguments: URL, access token, seconds, queries."""
    url, token, seconds, *queries = sys.argv[1:]
    gc.disable()
    found = [asyncio.run(probe(url, request, float(seconds))) for request in requests_for(url, queries, token)]
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    main()
