"""Two processes to which one upload in pieces is sent: what was acknowledged stays, whoever comes in between."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from domain.client import UNKNOWN_CLIENT
from domain.errors import ConflictError
from domain.storage.errors import OffsetError, StorageUnavailableError, UploadBusyError
from domain.storage.resuming import Piece
from domain.storage.uploads import NewUpload
from persistence.objects.disk import open_disk_store, uploads
from persistence.objects.s3 import open_s3_store
from tests.persistence.objects.bodies import BrokenOffError, broken_off, pieces_of
from tests.persistence.storage.racing import OPERATOR, Interrupted, InterruptedTransactions, Races, racing

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path
    from uuid import UUID

    from domain.storage.objects import ObjectStore
    from domain.storage.upload_use_cases import UploadUseCases
    from tests.persistence.objects.s3_server import S3Server

BODY = b"a piece, and another one"
HALF = 8


@pytest.fixture(params=["disk", "s3"])
async def stores(
    request: pytest.FixtureRequest, tmp_path: Path, s3_server: S3Server
) -> AsyncGenerator[tuple[ObjectStore, ObjectStore]]:
    """A store as two processes have it."""
    folder, options = tmp_path / "data" / "objects", s3_server.options(f"{uuid.uuid4().hex}/")
    if request.param == "disk":
        async with open_disk_store(folder) as one, open_disk_store(folder) as other:
            yield one, other
    else:
        async with open_s3_store(options) as one, open_s3_store(options) as other:
            yield one, other


@pytest.fixture
async def races(migrated_database: str, stores: tuple[ObjectStore, ObjectStore]) -> AsyncGenerator[Races]:
    async with racing(migrated_database, stores[0]) as opened:
        yield opened


@pytest.fixture
def other(stores: tuple[ObjectStore, ObjectStore]) -> ObjectStore:
    return stores[1]


async def begun(process: UploadUseCases) -> UUID:
    return (await process.begin_resumable(OPERATOR, UNKNOWN_CLIENT, NewUpload("box", "a.txt", len(BODY)))).file_id


async def send(process: UploadUseCases, file_id: UUID, start: int, end: int = len(BODY)) -> int:
    """Send a piece; how far the upload has come."""
    return (await process.resume(OPERATOR, file_id, Piece(start, pieces_of(BODY[start:end])))).offset


async def break_off(process: UploadUseCases, file_id: UUID, end: int) -> None:
    """Send from the beginning and break off, or be refused."""
    with suppress(BrokenOffError, ConflictError):
        await process.resume(OPERATOR, file_id, Piece(0, broken_off(BODY[:end])))


async def test_pieces_are_sent_to_two_processes_in_turn(races: Races, other: ObjectStore) -> None:
    processes = races.process(), races.process(store=other)
    file_id = await begun(processes[0])

    for start in range(0, len(BODY), 6):
        assert (await processes[start // 6 % 2].progress(OPERATOR, file_id)).offset == start
        assert await send(processes[(start // 6 + 1) % 2], file_id, start, start + 6) == start + 6

    assert await races.body(str(file_id)) == BODY
    await races.assert_sound()


async def test_a_piece_that_comes_late_takes_nothing_away(races: Races, other: ObjectStore) -> None:
    first = races.process()
    file_id = await begun(first)
    late = races.process(
        store=other,
        open_storage=InterruptedTransactions(races.open, "uploads", "find", lambda: send(first, file_id, 0, HALF)),
    )

    await break_off(late, file_id, 3)

    assert (await first.progress(OPERATOR, file_id)).offset == HALF
    assert await send(first, file_id, HALF) == len(BODY)
    assert await races.body(str(file_id)) == BODY
    await races.assert_sound()


async def test_a_piece_that_comes_before_another_is_written_down_takes_nothing_away(
    races: Races, other: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_TRIES", 1)
    second = races.process(store=other)
    file_id = await begun(second)
    first = races.process(store=Interrupted(races.objects, "append", lambda: break_off(second, file_id, 3)))

    with suppress(OffsetError):  # where nobody can be kept out, the second one was faster
        await send(first, file_id, 0, HALF)

    offset = (await second.progress(OPERATOR, file_id)).offset
    assert offset in {3, HALF}
    assert await send(second, file_id, offset) == len(BODY)
    assert await races.body(str(file_id)) == BODY
    await races.assert_sound()


async def test_an_upload_goes_on_that_went_on_while_it_was_read(races: Races, other: ObjectStore) -> None:
    first = races.process()
    file_id = await begun(first)
    await send(first, file_id, 0, 3)

    async def go_on() -> None:
        for start in (3, 4, 5):
            with suppress(ConflictError):
                await send(first, file_id, start, start + 1)

    late = races.process(store=other, open_storage=InterruptedTransactions(races.open, "uploads", "find", go_on))
    with pytest.raises(OffsetError):
        await send(late, file_id, 3)

    assert await send(first, file_id, 6) == len(BODY)
    assert await races.body(str(file_id)) == BODY


async def test_an_upload_is_ended_while_another_process_is_about_to(
    races: Races, other: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_TRIES", 1)
    second = races.process(store=other)
    file_id = await begun(second)

    async def end() -> None:
        with suppress(UploadBusyError):
            await second.progress(OPERATOR, file_id)

    first = races.process(store=Interrupted(races.objects, "finish", end, before=True))

    assert await send(first, file_id, 0) == len(BODY)
    assert await races.body(str(file_id)) == BODY
    await races.assert_sound()


async def test_two_processes_are_asked_for_an_upload_all_of_which_has_come(races: Races, other: ObjectStore) -> None:
    first = races.process()
    file_id = await begun(first)
    with pytest.raises(StorageUnavailableError):
        await send(races.process(store=Interrupted(races.objects, "finish", _unavailable, before=True)), file_id, 0)
    found = InterruptedTransactions(races.open, "uploads", "find", lambda: first.progress(OPERATOR, file_id))

    progress = await races.process(store=other, open_storage=found).progress(OPERATOR, file_id)

    assert (progress.offset, progress.expires_at) == (len(BODY), None)
    assert await races.body(str(file_id)) == BODY
    await races.assert_sound()


async def _unavailable() -> None:
    raise StorageUnavailableError
