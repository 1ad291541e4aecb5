"""A database and a folder with buckets and files in them, and what is stored of all."""

from __future__ import annotations

import hashlib
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import event

from domain.identifiers import new_id
from domain.storage.authority import Authority
from domain.storage.files import NewFile, ReadyBytes, Upload, UploadKind
from domain.storage.objects import Expected, new_object_key
from domain.tables.catalog import Catalog
from domain.tables.model import build_model
from persistence.database import Database, DatabaseOptions
from persistence.objects.disk import open_disk_store
from persistence.storage.work import PostgresStorage
from persistence.transactions import Transactions
from tests.databases import new_database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

    from domain.storage.objects import ObjectStore

SHELF = UUID(int=1)
OTHER = UUID(int=2)
ANN = UUID(int=11)
"""Owns `OTHER`."""
BOB = UUID(int=12)
MODEL = build_model(Catalog(version="", tables=()))
BUCKET = """
INSERT INTO selfgraph.buckets (id, name, public, owner_id, max_file_size, allowed_types, quota)
VALUES ($1, $2, $3, $4::text::uuid, $5, $6, $7)
"""
RULE = """
INSERT INTO selfgraph.file_rules (id, bucket_id, role, action, rule)
SELECT gen_random_uuid(), id, $2, $3, $4::text::jsonb FROM selfgraph.buckets WHERE name = $1
"""


class Owner(Protocol):
    """A user."""

    @property
    def id(self) -> str:
        """Their id."""
        ...


@dataclass
class Kept:
    """Buckets and files; `statements` are those about files, with their values."""

    database: Database
    objects: ObjectStore
    open: PostgresStorage
    authority: Authority = field(kw_only=True, default_factory=lambda: Authority(lambda: MODEL))
    statements: list[tuple[str, tuple[object, ...]]] = field(
        kw_only=True, default_factory=list[tuple[str, tuple[object, ...]]]
    )

    async def bucket(self, name: str = "box", owner: Owner | None = None, **limits: Any) -> str:
        """The name of a new bucket."""
        values = [limits.get(each) for each in ("max_file_size", "allowed_types", "quota")]
        owner_id = None if owner is None else owner.id
        await self.execute(BUCKET, new_id(), name, bool(limits.get("public")), owner_id, *values)
        return name

    async def file(
        self, path: str, body: bytes = b"hello", *, bucket: str = "box", owner: Owner | None = None, **given: Any
    ) -> str:
        """The id of a new file that is ready."""
        file_id, key = new_id(), new_object_key()
        bucket_id = await self.value("SELECT id FROM selfgraph.buckets WHERE name = $1", bucket)
        content_type = given.get("content_type", "text/plain")
        owner_id = None if owner is None else UUID(owner.id)
        await self.begin(NewFile(file_id, bucket_id, path, key, len(body), content_type, {}, owner_id))
        await self.objects.write(key, pieces(body), Expected(len(body)))
        async with self.open() as work:
            ready = ReadyBytes(key, len(body), hashlib.sha256(body).digest(), content_type)
            await work.uploads.make_ready(file_id, ready)
        return str(file_id)

    async def pending(self, path: str, *, bucket: str = "box", body: bytes | None = None, **given: Any) -> str:
        """The id of a file that is on its way, whose bytes may have arrived; `given` is for `begin`."""
        file_id, key = new_id(), new_object_key()
        bucket_id = await self.value("SELECT id FROM selfgraph.buckets WHERE name = $1", bucket)
        await self.begin(NewFile(file_id, bucket_id, path, key, 5, "text/plain", {}, None), **given)
        if body is not None:
            await self.objects.write(key, pieces(body), Expected())
        return str(file_id)

    async def begin(
        self, file: NewFile, *, kind: UploadKind = UploadKind.FORM, seconds: float = 60, token: str | None = None
    ) -> None:
        """Add a file that is pending, with an upload that expires in so many seconds."""
        expires_at = datetime.now(UTC) + timedelta(seconds=seconds)
        async with self.open() as work:
            await work.uploads.add(file, Upload(file.id, kind, None, False, 0, token, expires_at))

    async def allow(self, action: str, rule: str = "{}", *, role: str = "user", bucket: str = "box") -> None:
        """Let a role do something with the files that a rule names."""
        await self.execute(RULE, bucket, role, action, rule)

    async def body(self, file_id: str) -> bytes | None:
        """The bytes of a file of any state; None if there are none."""
        key = await self.value("SELECT object_key FROM selfgraph.files WHERE id = $1::text::uuid", file_id)
        if key is None or await self.objects.stat(key) is None:
            return None
        async with self.objects.read(key) as chunks:
            return b"".join([chunk async for chunk in chunks])

    async def used(self, bucket: str = "box") -> int:
        """The bytes that count for the quota."""
        used: int = await self.value("SELECT used_bytes FROM selfgraph.buckets WHERE name = $1", bucket)
        return used

    async def paths(self, bucket: str = "box") -> list[str]:
        """The paths of the living files."""
        query = """
            SELECT COALESCE(array_agg(path ORDER BY path), '{}') FROM selfgraph.files
            WHERE status = 'ready' AND deleted_at IS NULL
                AND bucket_id = (SELECT id FROM selfgraph.buckets WHERE name = $1)
        """
        paths: list[str] = await self.value(query, bucket)
        return paths

    async def everything(self) -> tuple[Any, ...]:
        """All that is stored of buckets and files, the jobs and the trail, and the keys of all objects."""
        tables = ("files", "uploads", "procrastinate_jobs", "audit_events", "buckets")
        rows = "SELECT COALESCE(jsonb_agg(t ORDER BY t::text), '[]')::text FROM selfgraph."
        return (*[await self.value(f"{rows}{table} t") for table in tables], await self.keys())

    async def keys(self) -> list[str]:
        """The keys of all objects."""
        return [entry.key async for entry in self.objects.list()]

    async def plan(self, number: int = -1) -> dict[str, Any]:
        """How a statement about files runs, the last one unless told, with what it reads."""
        statement, values = self.statements[number]
        found = await self.json(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", *values)
        plan: dict[str, Any] = found[0]["Plan"]
        return plan

    async def execute(self, statement: str, *values: object) -> None:
        """Change what is stored."""
        async with self.database.acquire() as connection:
            await connection.execute(statement, *values)

    async def json(self, query: str, *values: object) -> Any:
        """What is stored, of a query for JSON as text."""
        return json.loads(await self.value(query, *values))

    async def value(self, query: str, *values: object) -> Any:
        """What is stored."""
        async with self.database.acquire() as connection:
            return await connection.fetchval(query, *values)


@asynccontextmanager
async def keeping(url: str, folder: Path) -> AsyncGenerator[Kept]:
    """A migrated database, as it is; the objects are in the folder."""
    database = await Database.connect(DatabaseOptions(url))
    try:
        async with open_disk_store(folder) as objects:
            kept = Kept(database, objects, PostgresStorage(Transactions(database)))
            _listen(kept)
            yield kept
    finally:
        await database.close()


@asynccontextmanager
async def keeping_shelves(url: str, folder: Path) -> AsyncGenerator[Kept]:
    """The same with two people and two buckets: `shelf`, and `other`, which is Ann's."""
    async with keeping(url, folder) as kept:
        for user in (ANN, BOB):
            await kept.execute("INSERT INTO selfgraph.users (id, email) VALUES ($1::uuid, $1::uuid::text)", user)
        for bucket, name, owner in ((SHELF, "shelf", None), (OTHER, "other", ANN)):
            await kept.execute(
                "INSERT INTO selfgraph.buckets (id, name, owner_id) VALUES ($1, $2, $3)", bucket, name, owner
            )
        yield kept


@asynccontextmanager
async def copy_of(url: str) -> AsyncGenerator[str]:
    """The URL of a copy of a database that nobody is connected to; dropped when the block is left."""
    place = urlsplit(url)
    async with new_database(place._replace(path="/postgres").geturl(), place.path.removeprefix("/")) as copy:
        yield copy


def _listen(kept: Kept) -> None:
    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "FROM selfgraph.files" in statement:
            kept.statements.append((statement, values))

    event.listen(kept.database.engine.sync_engine, "before_cursor_execute", hear)


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    """A body as a request brings it."""
    yield body
