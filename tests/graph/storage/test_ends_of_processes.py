"""Uploads whose process ends, by SIGTERM and by SIGKILL; another one goes on."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.graph.commands.process import KEY, running
from tests.graph.storage.test_create_upload import until
from tests.graph.storage.uploading import PIECE, calling

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.graph.commands.process import Process
    from tests.graph.storage.uploading import Caller

BODY = bytes(range(256)) * 40_000
HALF = len(BODY) // 2


@dataclass(frozen=True)
class Here:
    """Where a process serves."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def serving(folder: Path, database: str) -> AsyncGenerator[tuple[Process, Caller, int]]:
    settings = {
        "DATABASE_URL": database,
        "DATA_DIR": str(folder / "data"),
        "JOBS_WORKER": "false",
        "LOG_LEVEL": "WARNING",
    }
    with running("serve", "--port", "0", folder=folder, **settings) as process:
        port = urlsplit(await asyncio.to_thread(process.line, "GraphQL")).port
        assert port is not None
        async with calling(Here(port), apikey=KEY) as operator:  # type: ignore[arg-type] # it asks for the URL only
            yield process, operator, port


async def bucket(database: str) -> str:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute("INSERT INTO selfgraph.buckets (id, name) VALUES (gen_random_uuid(), 'photos')")
    finally:
        await connection.close()
    return "photos"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_an_upload_goes_on_in_another_process(
    migrated_database: str, tmp_path: Path, number: signal.Signals
) -> None:
    async with serving(tmp_path, migrated_database) as (process, operator, port):
        place = (await operator.tus(await bucket(migrated_database), "a", len(BODY), BODY[:1000])).headers["location"]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_head(place, 1000) + BODY[1000:HALF])
        await writer.drain()
        await until(lambda: _grown(tmp_path))

        process.signal(number)
        answer = await _what_comes(reader)
        await asyncio.to_thread(process.wait)
        writer.close()

    if number is signal.SIGTERM:
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"UNAVAILABLE" in answer
    async with serving(tmp_path, migrated_database) as (_, operator, _):
        offset = await operator.offset(place)
        assert offset == 1000 or (number is signal.SIGTERM and 1000 < offset <= HALF)
        assert (await operator.patch(place, offset, BODY[offset:])).status_code == 204
        assert (await operator.http.get("/files/photos/a")).content == BODY


async def _what_comes(reader: asyncio.StreamReader) -> bytes:
    """All until the connection ends, which a killed process leaves to the kernel: it resets it if bytes are unread."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


async def _grown(folder: Path) -> bool:
    return any(each.stat().st_size > 1000 for each in (folder / "data/objects/staging").iterdir())


def _head(path: str, offset: int) -> bytes:
    sent: dict[str, Any] = {
        **PIECE,
        "Upload-Offset": offset,
        "Content-Length": len(BODY) - offset,
        "apikey": KEY,
        "Host": "x",
    }
    lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {text}" for name, text in sent.items()), "", ""]
    return "\r\n".join(lines).encode()
