from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from loguru import logger

from domain.accounts.tokens import SigningAlgorithm, UnknownKeyError
from domain.errors import SelfgraphError, UnavailableError
from persistence import signing_keys
from persistence.credentials.signing import unseal
from persistence.credentials.tokens import JwtAccessTokens, TokenOptions
from persistence.database import Database, DatabaseOptions
from persistence.migrations import upgrade_to_head
from persistence.signing_keys import SigningKeyRing, SigningKeyStore

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.credentials.encryption import Cipher
    from persistence.credentials.signing import KeySet, SigningKey
    from tests.persistence.machine import PgBouncer

SECRET = "a secret key of at least thirty-two characters"
LIFETIME = timedelta(minutes=15)


@pytest.fixture
async def database(migrated_database: str) -> AsyncGenerator[Database]:
    opened = await Database.connect(DatabaseOptions(migrated_database))
    yield opened
    await opened.close()


class Worker:
    """One process with its own copy of the keys."""

    def __init__(self, database: Database, algorithm: str = "HS256", *, secret: str = SECRET) -> None:
        self.store = SigningKeyStore(database, secret, LIFETIME)
        self.now = 1000.0
        self.ring = SigningKeyRing(self.store, SigningAlgorithm(algorithm), clock=lambda: self.now)
        self.tokens = JwtAccessTokens(self.ring, TokenOptions(lifetime=LIFETIME))

    @classmethod
    async def start(cls, database: Database, algorithm: str = "HS256", *, secret: str = SECRET) -> Worker:
        worker = cls(database, algorithm, secret=secret)
        await worker.ring.reload()
        return worker

    def issue(self) -> str:
        return self.tokens.issue(user_id=uuid4(), session_id=uuid4(), role="user").text

    def verifies(self, token: str) -> bool:
        return self.tokens.verify(token).role == "user"

    @property
    def kid(self) -> str:
        return self.ring.current.active.kid


async def kids(database: Database) -> list[str]:
    async with database.acquire() as connection:
        rows = await connection.fetch("SELECT kid FROM selfgraph.signing_keys ORDER BY created_at")
    return [row["kid"] for row in rows]


async def age(database: Database, interval: timedelta) -> None:
    async with database.acquire() as connection:
        await connection.execute(
            "UPDATE selfgraph.signing_keys SET created_at = created_at - $1::interval,"
            " retired_at = retired_at - $1::interval",
            interval,
        )


@pytest.mark.parametrize("algorithm", list(SigningAlgorithm))
async def test_the_first_start_makes_a_key_and_the_second_finds_it(database: Database, algorithm: str) -> None:
    first = await Worker.start(database, algorithm)
    second = await Worker.start(database, algorithm)

    assert first.kid == second.kid
    assert second.verifies(first.issue())


async def test_workers_that_start_at_once_agree_on_one_key(database: Database) -> None:
    workers = await asyncio.gather(*(Worker.start(database, "ES256") for _ in range(8)))

    assert await kids(database) == [workers[0].kid]
    assert {worker.kid for worker in workers} == {workers[0].kid}


async def test_the_database_holds_no_key_in_the_clear(database: Database) -> None:
    worker = await Worker.start(database, "HS256")
    private = worker.ring.current.active.private
    assert isinstance(private, bytes)
    row = await database.fetch_row("SELECT secret, public_key FROM selfgraph.signing_keys")

    assert row is not None
    assert private not in row["secret"]
    assert row["public_key"] is None


async def test_after_a_rotation_old_tokens_verify_and_new_ones_have_the_new_key(database: Database) -> None:
    worker = await Worker.start(database)
    old = worker.issue()
    kid = await worker.store.rotate(SigningAlgorithm.HS256)
    await worker.ring.reload()

    assert worker.kid == kid
    assert worker.verifies(old)
    assert worker.verifies(worker.issue())


async def test_a_worker_that_has_not_heard_of_the_rotation_learns_it_from_an_unknown_kid(database: Database) -> None:
    ahead, behind = await Worker.start(database), await Worker.start(database)
    await ahead.store.rotate(SigningAlgorithm.HS256)
    await ahead.ring.reload()
    token = ahead.issue()
    with pytest.raises(UnknownKeyError):
        behind.tokens.verify(token)

    assert await behind.ring.renew()
    assert behind.verifies(token)
    assert ahead.verifies(behind.issue())


async def test_made_up_kids_do_not_make_the_database_busy(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = await Worker.start(database)
    loads: list[int] = []
    load = worker.store.load

    async def counted(algorithm: SigningAlgorithm) -> object:
        loads.append(1)
        return await load(algorithm)

    monkeypatch.setattr(worker.store, "load", counted)
    assert all(await asyncio.gather(*(worker.ring.renew() for _ in range(50))))  # all wait for the one that reads
    assert len(loads) == 1
    assert not any(await asyncio.gather(*(worker.ring.renew() for _ in range(50))))
    assert len(loads) == 1
    worker.now += 3
    assert await worker.ring.renew()
    assert len(loads) == 2


async def test_a_reading_that_began_before_the_key_was_made_is_not_enough(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead, behind = await Worker.start(database), await Worker.start(database)
    load, has_read, went_on = behind.store.load, asyncio.Event(), asyncio.Event()

    async def slow(algorithm: SigningAlgorithm) -> KeySet:
        read = await load(algorithm)
        has_read.set()
        await went_on.wait()
        return read

    monkeypatch.setattr(behind.store, "load", slow)
    reading = asyncio.create_task(behind.ring.reload())
    await has_read.wait()
    await ahead.store.rotate(SigningAlgorithm.HS256)
    await ahead.ring.reload()
    token = ahead.issue()
    renewing = asyncio.create_task(behind.ring.renew())
    went_on.set()

    await reading
    assert await renewing
    assert behind.verifies(token)


async def test_a_key_is_opened_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def counted(cipher: Cipher, kid: str, algorithm: str, sealed: bytes) -> SigningKey:
        opened.append(kid)
        return unseal(cipher, kid, algorithm, sealed)

    monkeypatch.setattr(signing_keys, "unseal", counted)
    worker = await Worker.start(database)
    for _ in range(3):
        await worker.ring.reload()
    new = await worker.store.rotate(SigningAlgorithm.HS256)
    await worker.ring.reload()

    assert sorted(opened) == sorted(await kids(database))
    assert new in opened


async def test_a_retired_key_is_forgotten_when_its_last_token_has_expired(database: Database) -> None:
    worker = await Worker.start(database)
    retired, token = worker.kid, worker.issue()
    await worker.store.rotate(SigningAlgorithm.HS256)

    await age(database, LIFETIME + timedelta(seconds=30))
    await worker.ring.reload()
    assert worker.verifies(token)
    await age(database, timedelta(minutes=2))
    await worker.ring.reload()
    with pytest.raises(UnknownKeyError):
        worker.tokens.verify(token)
    await worker.store.rotate(SigningAlgorithm.HS256)
    assert retired not in await kids(database)


async def test_a_leaked_key_is_dropped_at_once(database: Database) -> None:
    worker = await Worker.start(database)
    token = worker.issue()
    worker.tokens.verify(token)
    kid = await worker.store.rotate(SigningAlgorithm.HS256, at_once=True)
    await worker.ring.reload()

    assert await kids(database) == [kid]
    with pytest.raises(UnknownKeyError):
        worker.tokens.verify(token)


async def test_another_algorithm_gets_its_own_key_and_the_tokens_of_the_old_one_stay_good(database: Database) -> None:
    before = await Worker.start(database, "HS256")
    after = await Worker.start(database, "EdDSA")

    assert after.ring.current.active.algorithm is SigningAlgorithm.EDDSA
    assert after.verifies(before.issue())
    await before.ring.reload()
    assert before.verifies(after.issue())
    assert len(await kids(database)) == 2


async def test_a_retired_key_signs_nothing_and_ends_without_being_read_again(database: Database) -> None:
    worker = await Worker.start(database, "HS256")
    retired = worker.kid
    await worker.store.rotate(SigningAlgorithm.ES256)
    await worker.ring.reload()

    assert worker.kid != retired
    until = worker.ring.current.keys[retired].verifies_until
    assert until is not None
    assert worker.ring.current.find(retired, until - timedelta(seconds=1)) is not None
    assert worker.ring.current.find(retired, until) is None


async def test_a_new_secret_key_makes_a_new_key_and_says_so_once(database: Database) -> None:
    before = await Worker.start(database)
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message}")
    after = await Worker.start(database, secret=SECRET + " that changed")
    await after.ring.reload()
    logger.remove(sink)

    assert after.kid != before.kid
    assert [line for line in lines if before.kid in line] == [
        f"SECRET_KEY does not open the signing key {before.kid}; its tokens do not verify.\n"
    ]
    with pytest.raises(UnknownKeyError):
        after.tokens.verify(before.issue())


async def test_the_list_tells_what_each_key_is_good_for(database: Database) -> None:
    await Worker.start(database, secret=SECRET + " of old")
    worker = await Worker.start(database)
    kid = await worker.store.rotate(SigningAlgorithm.ES256)
    newest, readable, foreign = await worker.store.list()

    assert (newest.kid, newest.algorithm, newest.retired_at) == (kid, "ES256", None)
    assert (newest.readable, readable.readable, foreign.readable) == (True, True, False)
    assert readable.retired_at is not None
    assert readable.verifies_until is not None
    assert readable.verifies_until > readable.retired_at + LIFETIME


async def test_two_rotations_at_once_leave_one_key_that_signs(database: Database) -> None:
    worker = await Worker.start(database)
    rotated = await asyncio.gather(*(worker.store.rotate(SigningAlgorithm.HS256) for _ in range(4)))
    signing = [key.kid for key in await worker.store.list() if key.retired_at is None]

    assert len(signing) == 1
    assert signing[0] in rotated


async def test_without_the_database_the_keys_stay(database: Database) -> None:
    worker = await Worker.start(database)
    token = worker.issue()
    await database.close()

    with pytest.raises(SelfgraphError):
        await worker.ring.reload()
    assert worker.verifies(token)
    with pytest.raises(SelfgraphError):
        await worker.ring.renew()
    assert not await worker.ring.renew()  # a failure is not tried again at once either


async def test_before_the_first_reading_tokens_are_unavailable_not_invalid(database: Database) -> None:
    worker = Worker(database)

    with pytest.raises(UnavailableError):
        worker.issue()


async def test_the_public_keys_are_published(database: Database) -> None:
    assert (await Worker.start(database, "HS256")).ring.jwks() == {"keys": []}
    worker = await Worker.start(database, "ES256")
    assert [key["kid"] for key in worker.ring.jwks()["keys"]] == [worker.kid]


async def test_keys_are_kept_through_a_transaction_pooler(pooler: PgBouncer, machine_database: str) -> None:
    name = machine_database.rpartition("/")[2]
    database = await Database.connect(DatabaseOptions(pooler.url(name), prepared_statements=False))
    try:
        await upgrade_to_head(database)
        first, second = await asyncio.gather(Worker.start(database), Worker.start(database))
        await first.store.rotate(SigningAlgorithm.HS256)
        await asyncio.gather(first.ring.reload(), second.ring.reload())
        assert first.verifies(second.issue())
    finally:
        await database.close()
