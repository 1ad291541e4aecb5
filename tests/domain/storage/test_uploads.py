"""What becomes of uploads where the store, the client or the process fails."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pytest

from domain.actor import Actor
from domain.client import UNKNOWN_CLIENT
from domain.roles import SUPERADMIN
from domain.storage.authority import Authority
from domain.storage.errors import StorageFullError, StorageUnavailableError, UploadExpiredError
from domain.storage.objects import DirectPart, DirectUpload, Expected, StoredObject
from domain.storage.resuming import Piece
from domain.storage.signing import AddressSigner
from domain.storage.upload_addresses import UploadAddresses
from domain.storage.upload_use_cases import UploadUseCases, upload_use_cases
from domain.storage.uploads import NewUpload
from graph.wiring.database import database_options
from persistence.content_types import recognise
from persistence.database import Database
from persistence.objects.disk import open_disk_store
from persistence.storage.work import PostgresStorage
from persistence.transactions import Transactions
from tests.graph.tables.serving import settings_for
from tests.persistence.storage.limits import upload_limits

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Callable
    from pathlib import Path

    from domain.errors import SelfgraphError
    from domain.storage.objects import ObjectStore

OPERATOR = Actor(SUPERADMIN)
BODY = bytes(range(256)) * 100


class FaultyStore:
    """A store in a folder some of whose methods fail, or do something else."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.faults: dict[str, Exception] = {}
        self.methods: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name in self.faults:
            raise self.faults[name]
        return self.methods.get(name) or getattr(self._store, name)


@dataclass(frozen=True)
class Bench:
    """Use cases over a database and a folder."""

    database: Database
    store: FaultyStore
    uploads: UploadUseCases
    folder: Path

    async def state(self) -> tuple[int, list[str]]:
        """The bytes that count for the quota, and the states of all files."""
        async with self.database.acquire() as connection:
            used = await connection.fetchval("SELECT used_bytes FROM selfgraph.buckets")
            return used, [row[0] for row in await connection.fetch("SELECT status FROM selfgraph.files")]

    async def to_be_removed(self) -> int:
        async with self.database.acquire() as connection:
            query = "SELECT count(*) FROM selfgraph.procrastinate_jobs WHERE task_name = 'remove_objects'"
            return int(await connection.fetchval(query))

    def objects(self) -> list[str]:
        return [each.name for each in self.folder.glob("*/*") if each.parent.name != "staging"]

    def staged(self) -> list[str]:
        return [each.name for each in (self.folder / "staging").iterdir()]


@pytest.fixture
async def bench(migrated_database: str, tmp_path: Path) -> AsyncGenerator[Bench]:
    database = await Database.connect(database_options(settings_for(migrated_database), migrated_database))
    async with database.acquire() as connection:
        await connection.execute("INSERT INTO selfgraph.buckets (id, name) VALUES ($1, 'photos')", uuid.uuid4())
    async with open_disk_store(tmp_path / "objects") as store:
        faulty = FaultyStore(store)
        uploads = upload_use_cases(
            open_storage=PostgresStorage(Transactions(database)),
            store=cast("ObjectStore", faulty),
            authority=Authority(lambda: cast("Any", None)),  # administrators are held to no rule
            recognise=recognise,
            addresses=UploadAddresses(AddressSigner(b"k" * 32), ""),
            limits=upload_limits(),
        )
        yield Bench(database, faulty, uploads, tmp_path / "objects")
        await uploads.give_up.settled()
    await database.close()


def new(path: str = "a", size: int = len(BODY)) -> NewUpload:
    return NewUpload("photos", path, size)


async def body(*pieces: bytes, error: Exception | None = None) -> AsyncGenerator[bytes]:
    for each in pieces:
        yield each
    if error is not None:
        raise error


async def endless(begun: asyncio.Event) -> AsyncGenerator[bytes]:
    yield BODY[:5000]
    begun.set()
    await asyncio.Event().wait()


def by_form(bench: Bench, chunks: AsyncIterable[bytes]) -> Any:
    return bench.uploads.form(OPERATOR, UNKNOWN_CLIENT, new(), chunks)


async def by_address(bench: Bench, chunks: AsyncIterable[bytes]) -> None:
    created = await bench.uploads.create(OPERATOR, UNKNOWN_CLIENT, new())
    await bench.uploads.receive(created.pending.file.id, None, chunks)


WAYS: dict[str, Callable[..., Any]] = {"form": by_form, "address": by_address}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [StorageUnavailableError(), StorageFullError()])
async def test_a_store_that_fails_leaves_nothing(bench: Bench, way: str, fault: SelfgraphError) -> None:
    bench.store.faults["write"] = fault

    with pytest.raises(type(fault)):
        await WAYS[way](bench, body(BODY))

    assert await bench.state() == (0, [])


@pytest.mark.parametrize("way", WAYS)
async def test_a_body_that_breaks_off_leaves_nothing(bench: Bench, way: str) -> None:
    with pytest.raises(ConnectionError):
        await WAYS[way](bench, body(BODY[:9000], error=ConnectionError()))

    assert (await bench.state(), bench.objects(), bench.staged()) == ((0, []), [], [])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("times", [1, 2])
async def test_a_request_that_is_cancelled_leaves_nothing(bench: Bench, way: str, times: int) -> None:
    begun = asyncio.Event()
    task = asyncio.ensure_future(WAYS[way](bench, endless(begun)))
    await begun.wait()

    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    await bench.uploads.give_up.settled()

    assert (await bench.state(), bench.objects(), bench.staged()) == ((0, []), [], [])


async def test_bytes_that_arrive_after_the_upload_was_given_up_are_removed(bench: Bench) -> None:
    created = await bench.uploads.create(OPERATOR, UNKNOWN_CLIENT, new())
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def late() -> AsyncGenerator[bytes]:
        yield BODY[:5000]
        begun.set()
        await go_on.wait()
        yield BODY[5000:]

    receiving = asyncio.ensure_future(bench.uploads.receive(created.pending.file.id, None, late()))
    await begun.wait()
    await bench.uploads.cancel(OPERATOR, created.pending.file.id)
    before = await bench.to_be_removed()
    go_on.set()
    with pytest.raises(Exception, match="no such upload"):
        await receiving

    assert await bench.state() == (0, [])
    assert await bench.to_be_removed() == before + 1


async def test_what_verifying_finds_out_is_the_answer_to_who_asks_again(bench: Bench) -> None:
    begun, go_on, times = asyncio.Event(), asyncio.Event(), 0

    async def direct_upload(*_: object, **_options: object) -> DirectUpload:
        return DirectUpload("PUT", {}, (DirectPart(1, "https://s3.example", 0, len(BODY)),), "{}")

    async def finish_direct(key: str, *_: object) -> StoredObject:
        nonlocal times
        times += 1
        begun.set()
        await go_on.wait()
        return cast("StoredObject", await bench.store.write(key, body(BODY), Expected()))

    bench.store.methods |= {"direct_upload": direct_upload, "finish_direct": finish_direct}
    file_id = (await bench.uploads.create(OPERATOR, UNKNOWN_CLIENT, new())).pending.file.id
    first = asyncio.ensure_future(bench.uploads.complete(OPERATOR, file_id))
    await begun.wait()
    first.cancel()  # as the time limit of an operation does
    await asyncio.wait([first])
    second = asyncio.ensure_future(bench.uploads.complete(OPERATOR, file_id))
    await asyncio.sleep(0)
    go_on.set()

    assert ((await second).size, times) == (len(BODY), 1)
    assert first.cancelled()
    assert (await bench.uploads.complete(OPERATOR, file_id)).id == file_id


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What makes the time of all uploads end for those that come in."""
    return lambda: monkeypatch.setattr("domain.storage.bodies.seconds_until", lambda _: 0.0)


async def until_over(over: Callable[[], None]) -> AsyncGenerator[bytes]:
    yield BODY[:5000]
    over()
    yield BODY[5000:6000]
    yield BODY[6000:]


async def test_bytes_that_come_when_the_time_is_over_end_the_upload(bench: Bench, over: Callable[[], None]) -> None:
    with pytest.raises(UploadExpiredError):
        await by_address(bench, until_over(over))

    assert await bench.state() == (0, [])
    assert (bench.objects(), bench.staged()) == ([], [])


async def test_a_piece_is_taken_as_far_as_it_comes_in_time(bench: Bench, over: Callable[[], None]) -> None:
    begun = await bench.uploads.begin_resumable(OPERATOR, UNKNOWN_CLIENT, new())

    with pytest.raises(UploadExpiredError):
        await bench.uploads.resume(OPERATOR, begun.file_id, Piece(0, until_over(over)))

    assert (await bench.uploads.progress(OPERATOR, begun.file_id)).offset == 6000


async def test_an_upload_that_could_not_be_ended_is_ended_when_it_is_asked_for(bench: Bench) -> None:
    begun = await bench.uploads.begin_resumable(OPERATOR, UNKNOWN_CLIENT, new())
    bench.store.faults["finish"] = StorageUnavailableError()
    with pytest.raises(StorageUnavailableError):
        await bench.uploads.resume(OPERATOR, begun.file_id, Piece(0, body(BODY)))
    assert await bench.state() == (len(BODY), ["pending"])
    with pytest.raises(StorageUnavailableError):
        await bench.uploads.progress(OPERATOR, begun.file_id)

    bench.store.faults.clear()
    progress = await bench.uploads.progress(OPERATOR, begun.file_id)

    assert (progress.offset, progress.expires_at) == (len(BODY), None)
    assert await bench.state() == (len(BODY), ["ready"])
    assert await bench.uploads.progress(OPERATOR, begun.file_id) == progress


async def test_a_store_that_cannot_begin_leaves_nothing(bench: Bench) -> None:
    for name, begin in (("begin", bench.uploads.begin_resumable), ("direct_upload", bench.uploads.create)):
        bench.store.faults = {name: StorageUnavailableError()}
        with pytest.raises(StorageUnavailableError):
            await begin(OPERATOR, UNKNOWN_CLIENT, new())

    assert await bench.state() == (0, [])


async def test_pieces_that_the_store_has_lost_end_the_upload(bench: Bench) -> None:
    begun = await bench.uploads.begin_resumable(OPERATOR, UNKNOWN_CLIENT, new())
    await bench.uploads.resume(OPERATOR, begun.file_id, Piece(0, body(BODY[:100])))
    for each in (bench.folder / "staging").iterdir():
        each.unlink()

    with pytest.raises(Exception, match="no such upload"):
        await bench.uploads.resume(OPERATOR, begun.file_id, Piece(100, body(BODY[100:])))

    assert await bench.state() == (0, [])


async def test_a_store_that_cannot_be_reached_keeps_no_quota(bench: Bench) -> None:
    begun = await bench.uploads.begin_resumable(OPERATOR, UNKNOWN_CLIENT, new())
    bench.store.faults["abandon"] = StorageUnavailableError()

    await bench.uploads.cancel(OPERATOR, begun.file_id)

    assert await bench.state() == (0, [])


async def test_how_far_an_upload_has_come_is_written_down_portion_by_portion(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.storage.resuming.PORTION_BYTES", 1000)
    begun = await bench.uploads.begin_resumable(OPERATOR, UNKNOWN_CLIENT, new())
    seen: list[int] = []

    async def watched() -> AsyncGenerator[bytes]:
        for start in range(0, 5000, 1000):
            yield BODY[start : start + 1000]
            async with bench.database.acquire() as connection:
                seen.append(await connection.fetchval("SELECT received FROM selfgraph.uploads"))

    await bench.uploads.resume(OPERATOR, begun.file_id, Piece(0, watched()))

    assert seen == [1000, 2000, 3000, 4000, 5000]
