"""Processes that work on the same files, one of which stands still in the moment that a test chooses."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx

from domain.actor import Actor
from domain.client import UNKNOWN_CLIENT
from domain.roles import SUPERADMIN
from domain.storage.authority import Authority
from domain.storage.checking import CheckStorage
from domain.storage.removing import PurgeFiles, RemoveBucket, RemoveObjects
from domain.storage.signing import AddressSigner
from domain.storage.upload_addresses import UploadAddresses
from domain.storage.upload_use_cases import UploadUseCases, upload_use_cases
from domain.storage.uploads import NewUpload
from domain.tables.catalog import Catalog
from domain.tables.model import build_model
from persistence.content_types import recognise
from persistence.database import Database, DatabaseOptions
from persistence.storage.work import PostgresStorage
from persistence.transactions import Transactions
from tests.persistence.machine import PATIENCE
from tests.persistence.storage.kept import Kept
from tests.persistence.storage.limits import upload_limits

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from domain.storage.direct_uploads import CreatedUpload
    from domain.storage.objects import ObjectStore

OPERATOR = Actor(SUPERADMIN)
MODEL = build_model(Catalog("", ()))
AUTHORITY = Authority(lambda: MODEL)
JOBS = "DELETE FROM selfgraph.procrastinate_jobs RETURNING task_name, args::text"


@dataclass
class Interrupted:
    """A port; something else happens, once, after a method has returned, or before it begins."""

    port: Any
    method: str
    meanwhile: Callable[[], Awaitable[object]]
    before: bool = False
    done: bool = False

    def __getattr__(self, name: str) -> Any:
        return self._call if name == self.method else getattr(self.port, name)

    async def _call(self, *arguments: Any, **named: Any) -> Any:
        if self.before:
            await self._interrupt()
        result = await getattr(self.port, self.method)(*arguments, **named)
        await self._interrupt()
        return result

    async def _interrupt(self) -> None:
        if not self.done:
            self.done = True
            await self.meanwhile()


@dataclass
class InterruptedTransactions:
    """`OpenStorage`; something else happens, once, between two statements of a transaction."""

    open: Any
    port: str
    method: str
    meanwhile: Callable[[], Awaitable[object]]
    before: bool = False
    done: bool = False

    @asynccontextmanager
    async def __call__(self) -> AsyncGenerator[Any]:
        async with self.open() as work:
            setattr(work, self.port, Interrupted(getattr(work, self.port), self.method, self._once, self.before))
            yield work

    async def _once(self) -> None:
        if not self.done:
            self.done = True
            await self.meanwhile()


@dataclass
class Races(Kept):
    """Buckets and files, and the processes that work on them."""

    def process(self, *, store: Any = None, open_storage: Any = None) -> UploadUseCases:
        """What one process does with uploads, over ports of its own if they are given."""
        return upload_use_cases(
            open_storage=open_storage or self.open,
            store=store or self.objects,
            authority=AUTHORITY,
            recognise=recognise,
            addresses=UploadAddresses(AddressSigner(b""), ""),
            limits=upload_limits(seconds=PATIENCE),
        )

    async def sent(self, path: str, body: bytes) -> CreatedUpload:
        """An upload whose bytes the client has sent to the store itself."""
        created = await self.process().create(OPERATOR, UNKNOWN_CLIENT, NewUpload("box", path, len(body)))
        await send(created, body)
        return created

    async def assert_sound(self) -> None:
        """See that rows, bytes and counts fit, all that is there, once the jobs are done."""
        await self.run_jobs()
        check = CheckStorage(self.open, self.objects, grace=timedelta(0))
        assert [each async for each in check(deep=True, passed=lambda _: None)] == []

    async def run_jobs(self) -> None:
        """Do what is enqueued, as a worker does, and take it off."""
        async with self.database.acquire() as connection:
            rows = await connection.fetch(JOBS)
        purge = PurgeFiles(self.open, self.objects)
        for row in rows:
            arguments = json.loads(row["args"])
            match row["task_name"]:
                case "remove_objects":
                    await RemoveObjects(self.objects)(arguments["keys"])
                case "purge_files":
                    await purge()
                case "remove_bucket":
                    await RemoveBucket(self.open, purge)(UUID(arguments["bucket_id"]))
                case name:
                    raise AssertionError(name)


@asynccontextmanager
async def racing(url: str, objects: ObjectStore) -> AsyncGenerator[Races]:
    """Open the migrated database, and make a bucket for files of the store."""
    database = await Database.connect(DatabaseOptions(url))
    try:
        races = Races(database, objects, PostgresStorage(Transactions(database)))
        await races.bucket()
        yield races
    finally:
        await database.close()


async def send(created: CreatedUpload, body: bytes) -> None:
    """Send bytes to the store itself, as a client does."""
    direct = created.direct
    assert direct is not None
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        for part in direct.parts:
            piece = body[part.offset : part.offset + part.size]
            answer = await client.request(direct.method, part.url, content=piece, headers=direct.headers)
            assert answer.is_success, answer.text
