"""How long the first page of a folder of a million files takes."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import asyncpg
import httpx

from bench.failure import BenchError

if TYPE_CHECKING:
    from bench.contenders import Contender

FILES: Final = 1_000_000
ASKED: Final = 50
"""How often each page is asked for."""
BUCKET: Final = "many"
ORDERS: Final = ("path", "createdAt", "size")
# No bytes stand behind them: a list does not look.
FILL: Final = """
INSERT INTO selfgraph.files (id, bucket_id, path, object_key, size, content_type, etag, status, created_at)
SELECT gen_random_uuid(), $1, 'folder/' || md5(n::text) || '.bin', md5(n::text), n % 1000, 'text/plain', '"x"',
    'ready', now() - n * interval '1 second'
FROM generate_series(1, $2::int) AS n
"""
PAGE: Final = """query ($order: FileOrder!) {
  files(bucket: "many", prefix: "folder/", orderBy: $order, first: 100) { nodes { id path size contentType createdAt } }
}"""


async def fill(database: str, count: int = FILES) -> None:
    """Make the files."""
    connection = await asyncpg.connect(database)
    try:
        bucket = uuid4()
        await connection.execute("INSERT INTO selfgraph.buckets (id, name) VALUES ($1, $2)", bucket, BUCKET)
        await connection.execute(FILL, bucket, count)
        await connection.execute("VACUUM ANALYZE selfgraph.files")
    finally:
        await connection.close()


def first_pages(server: Contender) -> dict[str, float]:
    """Milliseconds from the question to its answer over HTTP, by what the files are ordered by; medians.

    Raises:
        BenchError: an answer has not the files.
    """
    with httpx.Client(headers=server.headers) as client:
        return {order: _ask(client, server.url, order) for order in ORDERS}


def _ask(client: httpx.Client, url: str, order: str) -> float:
    found: list[float] = []
    for _ in range(ASKED):
        began = time.perf_counter()
        answer = client.post(url, json={"query": PAGE, "variables": {"order": {order: "ASC"}}})
        found.append((time.perf_counter() - began) * 1000)
        if len(answer.json()["data"]["files"]["nodes"]) != 100:  # noqa: PLR2004 - the size of the page
            raise BenchError(f"the files by {order} were not listed")
    return median(found)
