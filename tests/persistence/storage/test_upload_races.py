"""Two who work on one upload at once: whoever is first, no file that is ready loses its bytes or gets others."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from domain.errors import NotFoundError, UnavailableError
from persistence.objects.s3 import open_s3_store
from tests.persistence.storage.racing import OPERATOR, Interrupted, InterruptedTransactions, Races, racing, send

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.persistence.objects.s3_server import S3Server

BODY = b"<first bytes>"
OTHER = b"<other bytes>"


@pytest.fixture
async def races(migrated_database: str, s3_server: S3Server) -> AsyncGenerator[Races]:
    async with (
        open_s3_store(s3_server.options(f"{uuid.uuid4().hex}/")) as objects,
        racing(migrated_database, objects) as it,
    ):
        yield it


@pytest.fixture(params=["put", "parts"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """In how many requests a client sends the bytes to the store itself."""
    if request.param == "parts":
        monkeypatch.setattr("persistence.objects.s3.direct._LARGEST_PUT", 1)
    return str(request.param)


@pytest.mark.usefixtures("kind")
async def test_two_processes_complete_an_upload_at_once(races: Races) -> None:
    upload = await races.sent("a.txt", BODY)
    file_id = upload.pending.file.id
    first, second = (
        races.process(),
        races.process(
            store=Interrupted(races.objects, "finish_direct", lambda: first.complete(OPERATOR, file_id), before=True)
        ),
    )

    file = await second.complete(OPERATOR, file_id)

    assert (file.id, await races.body(str(file.id))) == (file_id, BODY)
    await races.assert_sound()


@pytest.mark.usefixtures("kind")
async def test_an_upload_is_completed_while_it_is_being_completed(races: Races) -> None:
    upload = await races.sent("a.txt", BODY)
    file_id = upload.pending.file.id
    first, second = (
        races.process(),
        races.process(store=Interrupted(races.objects, "finish_direct", lambda: first.complete(OPERATOR, file_id))),
    )

    file = await second.complete(OPERATOR, file_id)

    assert (file.id, await races.body(str(file.id))) == (file_id, BODY)
    await races.assert_sound()


@pytest.mark.usefixtures("kind")
async def test_an_upload_is_completed_while_it_is_being_cancelled(races: Races) -> None:
    upload = await races.sent("a.txt", BODY)
    file_id = upload.pending.file.id
    first = races.process()
    found = InterruptedTransactions(races.open, "uploads", "find", lambda: first.complete(OPERATOR, file_id))

    with pytest.raises(NotFoundError):
        await races.process(open_storage=found).cancel(OPERATOR, file_id)

    assert await races.body(str(file_id)) == BODY
    await races.assert_sound()


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
async def test_what_a_client_sends_again_meanwhile_gets_into_no_file(races: Races, before: bool) -> None:  # noqa: FBT001 - a parameter
    upload = await races.sent("a.txt", BODY)
    file_id = upload.pending.file.id

    async def completed_and_sent_again() -> None:
        await races.process().complete(OPERATOR, file_id)
        await send(upload, OTHER)

    store = Interrupted(races.objects, "finish_direct", completed_and_sent_again, before=before)
    await races.process(store=store).complete(OPERATOR, file_id)

    assert await races.body(str(file_id)) == BODY
    await races.assert_sound()


async def test_an_object_of_which_no_file_was_made_is_removed(races: Races) -> None:
    upload = await races.sent("a.txt", BODY)
    file_id = upload.pending.file.id
    away = InterruptedTransactions(races.open, "uploads", "make_ready", _unavailable)

    with pytest.raises(UnavailableError):
        await races.process(open_storage=away).complete(OPERATOR, file_id)
    await races.run_jobs()
    assert await races.keys() == []

    await races.process().complete(OPERATOR, file_id)
    assert await races.body(str(file_id)) == BODY
    await races.assert_sound()


async def _unavailable() -> None:
    raise UnavailableError("The database cannot be reached now; try again.")
