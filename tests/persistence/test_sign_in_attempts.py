"""Guesses are counted and slowed down, also when they come side by side, on every tested version of PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.accounts.lockout import LockoutPolicy
from domain.errors import RateLimitedError
from persistence.known_addresses import PostgresKnownAddresses
from persistence.sign_in_attempts import PostgresSignInAttempts
from tests.persistence.structure import execute

if TYPE_CHECKING:
    from persistence.database import Database

SECRET = "a-secret-of-the-tests-0123456789abcdef"
ANN = "ann@example.org"
HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def database(migrated: Database) -> Database:
    """With all migrations."""
    return migrated


@pytest.fixture
def attempts(database: Database) -> PostgresSignInAttempts:
    return PostgresSignInAttempts(database, SECRET)


async def begun(attempts: PostgresSignInAttempts, identifier: str = ANN, address: str = HERE) -> float:
    """Seconds to wait; 0 if the attempt was let through."""
    try:
        await attempts.begin(identifier, address)
    except RateLimitedError as error:
        return error.retry_after
    return 0


async def wait_out(database: Database, interval: str) -> None:
    """As if that much time had passed."""
    await execute(
        database.options.url,
        "UPDATE selfgraph.sign_in_attempts SET "
        f"locked_until = locked_until - interval '{interval}', last_at = last_at - interval '{interval}'",
    )


async def delay(database: Database) -> int:
    """Seconds from the last attempt to the end of the lock."""
    query = "SELECT round(extract(epoch FROM locked_until - last_at)) FROM selfgraph.sign_in_attempts"
    return int(await database.fetch_value(query) or 0)


async def kept(database: Database) -> int:
    return int(await database.fetch_value("SELECT count(*) FROM selfgraph.sign_in_attempts"))


async def test_of_many_attempts_side_by_side_five_get_through(
    database: Database, attempts: PostgresSignInAttempts
) -> None:
    waits = await asyncio.gather(*(begun(attempts) for _ in range(50)))
    assert waits.count(0) == 5
    assert all(1 <= wait <= 32 for wait in waits if wait)
    assert await database.fetch_value("SELECT failures FROM selfgraph.sign_in_attempts") == 5


async def test_the_delay_doubles_up_to_a_quarter_of_an_hour(
    database: Database, attempts: PostgresSignInAttempts
) -> None:
    assert [await begun(attempts) for _ in range(5)] == [0] * 5
    delays: list[int] = []
    for _ in range(7):
        assert await begun(attempts) > 0
        delays.append(await delay(database))
        await wait_out(database, f"{delays[-1]} seconds")
        assert await begun(attempts) == 0
    assert delays == [32, 64, 128, 256, 512, 900, 900]


async def test_a_refused_attempt_does_not_prolong_the_lock(
    database: Database, attempts: PostgresSignInAttempts
) -> None:
    for _ in range(5):
        await begun(attempts)
    locked_until = "SELECT locked_until FROM selfgraph.sign_in_attempts"
    before = await database.fetch_value(locked_until)
    assert all([await begun(attempts) for _ in range(3)])
    assert await database.fetch_value(locked_until) == before


async def test_nobody_locks_an_account_for_other_addresses(attempts: PostgresSignInAttempts) -> None:
    for _ in range(6):
        await begun(attempts)
    assert await begun(attempts) > 0
    assert await begun(attempts, address=THERE) == 0
    assert await begun(attempts, identifier="bob@example.org") == 0


async def test_all_spellings_of_a_name_and_all_addresses_of_a_network_are_one(attempts: PostgresSignInAttempts) -> None:
    names = [" Ann@Example.org", "ANN@EXAMPLE.ORG", ANN, ANN, "ann@example.ORG "]
    for number, name in enumerate(names):
        assert await begun(attempts, name, f"2001:db8:1:2::{number}") == 0
    assert await begun(attempts, ANN, "2001:db8:1:2:ffff::1") > 0
    assert await begun(attempts, ANN, "2001:db8:1:3::1") == 0


async def test_success_forgets_the_pair_alone(attempts: PostgresSignInAttempts) -> None:
    for address in (HERE, THERE):
        for _ in range(5):
            await begun(attempts, address=address)
    await attempts.succeed("Ann@example.org", HERE)
    assert await begun(attempts, address=HERE) == 0
    assert await begun(attempts, address=THERE) > 0


async def test_a_reset_password_frees_every_address_of_the_account(attempts: PostgresSignInAttempts) -> None:
    for identifier, address in ((ANN, HERE), (ANN, THERE), ("bob", HERE)):
        for _ in range(5):
            await begun(attempts, identifier, address)
    await attempts.lift(ANN)
    assert [await begun(attempts, address=address) for address in (HERE, THERE)] == [0, 0]
    assert await begun(attempts, "bob") > 0


async def test_attempts_are_forgotten_after_a_day(database: Database, attempts: PostgresSignInAttempts) -> None:
    for _ in range(5):
        await begun(attempts)
    await wait_out(database, "23 hours")
    assert await begun(attempts) == 0
    assert await delay(database) == 64
    await wait_out(database, "25 hours")
    assert [await begun(attempts) for _ in range(5)] == [0] * 5
    assert await delay(database) == 32


async def test_what_is_forgotten_is_swept(database: Database, attempts: PostgresSignInAttempts) -> None:
    await begun(attempts)
    await begun(attempts, address=THERE)
    await wait_out(database, "25 hours")
    await begun(attempts, identifier="bob")
    assert await attempts.sweep() == 2
    assert await kept(database) == 1


async def test_neither_names_nor_their_plain_hashes_are_kept(
    database: Database, attempts: PostgresSignInAttempts
) -> None:
    await begun(attempts, identifier="correct horse battery staple")
    await PostgresSignInAttempts(database, SECRET[::-1]).begin("correct horse battery staple", HERE)
    assert await kept(database) == 2


async def test_any_text_may_be_given_as_a_name(attempts: PostgresSignInAttempts) -> None:
    for identifier in ("", "\x00", "\ud800", "x" * 100_000):
        assert await begun(attempts, identifier) == 0


async def test_the_policy_can_be_another_one(database: Database, attempts: PostgresSignInAttempts) -> None:
    assert await begun(attempts) == 0
    policy = LockoutPolicy(free=2, longest=timedelta(seconds=3), forgotten=timedelta(minutes=1))
    strict = PostgresSignInAttempts(database, SECRET, policy)
    assert await begun(strict) == 0
    assert await begun(strict) > 0
    assert await delay(database) == 3
    await wait_out(database, "61 seconds")
    assert await strict.sweep() == 1


SESSIONS = """
INSERT INTO selfgraph.users (id, email, username)
VALUES ('00000000-0000-0000-0000-000000000001', 'ann@example.org', 'ann'),
    ('00000000-0000-0000-0000-000000000002', 'bob@example.org', NULL);
INSERT INTO selfgraph.sessions (id, user_id, impersonator_id, user_agent, ip, expires_at) VALUES
    (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', NULL, '', '192.0.2.1', now()),
    (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', NULL, '', '2001:db8:1:2::1', now()),
    (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', '',
        '203.0.113.5', now());
"""


async def test_an_address_is_known_by_the_sessions_begun_from_it(database: Database) -> None:
    await execute(database.options.url, SESSIONS)
    known = PostgresKnownAddresses(database)
    assert await known.knows(ANN, HERE)
    assert await known.knows("Ann", HERE)
    assert await known.knows(ANN, "2001:db8:1:2:3::9")
    assert not await known.knows(ANN, THERE)
    assert not await known.knows(ANN, "203.0.113.5")
    assert not await known.knows("bob@example.org", HERE)
    assert not await known.knows("nobody", HERE)
