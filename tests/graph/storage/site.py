"""A real server in its own thread, over a database and a folder of objects that a test fills."""

from __future__ import annotations

import asyncio
import hashlib
import queue
import threading
import uuid
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import asyncpg

from domain.storage.files import etag_of
from domain.storage.objects import Expected, new_object_key
from graph.app import create_app
from graph.listening import bind
from graph.server import Server
from persistence.objects.disk import open_disk_store
from tests.graph.tables.serving import settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator
    from pathlib import Path

    from graph.settings import Settings

PATIENCE = 30.0


@dataclass(frozen=True)
class Stored:
    """A file that a test has put there."""

    id: uuid.UUID
    bucket: str
    path: str
    key: str
    body: bytes

    @property
    def etag(self) -> str:
        return etag_of(hashlib.sha256(self.body).digest())


@dataclass(frozen=True)
class Site:
    """A running server; `port` is on 127.0.0.1."""

    settings: Settings
    database: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def objects(self) -> Path:
        return self.settings.data_dir / "objects"

    async def bucket(self, *, public: bool = False, owner: uuid.UUID | None = None) -> str:
        """The name of a new bucket."""
        name = f"b-{uuid.uuid4().hex}"
        await self.execute(
            "INSERT INTO selfgraph.buckets (id, name, public, owner_id) VALUES ($1, $2, $3, $4)",
            *(uuid.uuid4(), name, public, owner),
        )
        return name

    async def put(
        self, bucket: str, path: str = "a.txt", body: bytes = b"hello", content_type: str = "text/plain"
    ) -> Stored:
        """A file that is ready."""
        key, file_id = new_object_key(), uuid.uuid4()
        async with open_disk_store(self.objects) as store:
            stored = await store.write(key, _pieces(body), Expected())
        await self.execute(
            """INSERT INTO selfgraph.files (id, bucket_id, path, object_key, size, content_type, sha256, etag, status)
            SELECT $1, id, $3, $4, $5, $6, $7, $8, 'ready' FROM selfgraph.buckets WHERE name = $2""",
            *(file_id, bucket, path, key, len(body), content_type, stored.sha256, etag_of(stored.sha256)),
        )
        return Stored(file_id, bucket, path, key, body)

    async def values(self, sql: str, *values: Any) -> list[Any]:
        """The first column of what a query finds."""
        connection = await asyncpg.connect(self.database)
        try:
            return [row[0] for row in await connection.fetch(sql, *values)]
        finally:
            await connection.close()

    async def execute(self, sql: str, *values: Any) -> None:
        connection = await asyncpg.connect(self.database)
        try:
            await connection.execute(sql, *values)
        finally:
            await connection.close()


@contextmanager
def running_site(server: str, folder: Path, **given: Any) -> Generator[Site]:
    """Serve a new database of the server at a URL; `given` are settings."""
    name = f"test_{uuid.uuid4().hex}"
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    asyncio.run(_execute(server, f"CREATE DATABASE {name} TEMPLATE template0"))
    try:
        settings = settings_for(url, data_dir=folder, port=0, jobs_worker=False, log_level="WARNING", **given)
        with _serving(settings) as port:
            yield Site(settings, url, port)
    finally:
        asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _serving(settings: Settings) -> Generator[int]:
    sockets = bind("127.0.0.1", 0)
    started: queue.Queue[None] = queue.Queue()
    server = Server(
        create_app(settings),
        drain_seconds=5,
        max_frame_bytes=settings.max_frame_bytes,
        transfer_seconds=settings.storage_timeout,
        transfer_rate=settings.transfer_min_rate,
        signals=(),
        on_started=lambda: started.put(None),
    )
    thread = threading.Thread(target=server.run, args=(sockets,))
    thread.start()
    try:
        started.get(timeout=PATIENCE)
        yield sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


async def _execute(url: str, script: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(script)
    finally:
        await connection.close()


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 1 << 20):
        yield body[start : start + (1 << 20)]


@asynccontextmanager
async def connected(site: Site) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A raw connection to the server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1 << 20)
    try:
        yield reader, writer
    finally:
        writer.close()
