"""The exchange of refresh tokens: one statement, whoever comes at the same time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from domain.accounts.sessions import EndReason, Rotation
from domain.identifiers import digest, new_secret
from persistence.accounts.profiles import PostgresProfiles
from persistence.accounts.work import PostgresAccounts
from persistence.credentials.encryption import Cipher
from persistence.credentials.successors import HmacSuccessors
from persistence.database import Database, DatabaseOptions
from persistence.transactions import Transactions
from tests.persistence.accounts.conftest import GRACE, LIFETIME, SECRET, Kept, after

if TYPE_CHECKING:
    from typing import Any

    from domain.accounts.sessions import Session


async def stored(kept: Kept, session: Session) -> Any:
    async with kept.database.acquire() as connection:
        return await connection.fetchrow("SELECT * FROM selfgraph.sessions WHERE id = $1", session.id)


async def live_tokens(kept: Kept, session: Session) -> int:
    count: int = await kept.value(
        "SELECT count(*) FROM selfgraph.refresh_tokens WHERE session_id = $1 AND used_at IS NULL", session.id
    )
    return count


async def test_a_token_is_exchanged_for_its_successor_and_the_session_is_extended(kept: Kept) -> None:
    user = await kept.add_user(claims={"team": [1]}, name="Ann")
    soon = datetime.now(UTC) + timedelta(minutes=1)
    session, token = await kept.add_session(user, expires_at=soon, label="phone", user_agent="agent", ip="192.0.2.1")

    rotation = await kept.rotate(token)

    assert rotation.ended is None
    assert rotation.session is not None
    assert (rotation.session.id, rotation.session.label, rotation.session.ip) == (session.id, "phone", "192.0.2.1")
    assert rotation.session.expires_at > soon + timedelta(days=29)
    assert rotation.session.used_at > session.used_at
    assert rotation.user is not None
    assert (rotation.user.id, rotation.user.claims, rotation.user.name) == (user.id, {"team": [1]}, "Ann")
    assert await live_tokens(kept, session) == 1
    assert (await kept.rotate(after(token))).session is not None


async def test_it_is_one_statement(kept: Kept) -> None:
    _, token = await kept.add_session(await kept.add_user())
    sent: list[str] = []
    event.listen(
        kept.database.engine.sync_engine, "before_cursor_execute", lambda *arguments: sent.append(arguments[2])
    )

    await kept.rotate(token)

    assert len(sent) == 1


async def test_an_unknown_token_is_nobodys(kept: Kept) -> None:
    await kept.add_session(await kept.add_user())

    assert await kept.rotate(new_secret()) == Rotation()


async def test_two_at_once_get_the_same_successor(kept: Kept) -> None:
    session, token = await kept.add_session(await kept.add_user())

    rotations = await asyncio.gather(*(kept.rotate(token) for _ in range(8)))

    assert {rotation.session.id for rotation in rotations if rotation.session} == {session.id}
    assert all(rotation.ended is None for rotation in rotations)
    assert await kept.value("SELECT count(*) FROM selfgraph.refresh_tokens") == 2
    assert await live_tokens(kept, session) == 1


async def test_one_who_waits_for_another_sees_what_that_one_has_done(kept: Kept) -> None:
    session, token = await kept.add_session(await kept.add_user())

    async with kept.open() as work:
        await work.sessions.rotate(digest(token), digest(after(token)), grace=GRACE, extend=LIFETIME)
        second = asyncio.create_task(kept.rotate(token))
        await kept.wait_for_lock()

    assert (await second).session is not None
    assert await live_tokens(kept, session) == 1
    assert await kept.value("SELECT count(*) FROM selfgraph.refresh_tokens") == 2


async def test_a_retry_within_the_grace_gets_the_same_successor(kept: Kept) -> None:
    session, token = await kept.add_session(await kept.add_user())
    await kept.rotate(token)
    await kept.age(token, 9)

    assert (await kept.rotate(token)).session is not None
    assert await live_tokens(kept, session) == 1


async def test_the_grace_counts_from_the_first_exchange(kept: Kept) -> None:
    _, token = await kept.add_session(await kept.add_user())
    await kept.rotate(token)
    await kept.age(token, 6)
    await kept.rotate(token)
    await kept.age(token, 6)

    assert (await kept.rotate(token)).ended is EndReason.TOKEN_REUSED


async def test_a_token_that_comes_again_after_the_grace_ends_the_family(kept: Kept) -> None:
    user = await kept.add_user()
    session, token = await kept.add_session(user)
    other, other_token = await kept.add_session(user)
    await kept.rotate(token)
    await kept.age(token, 11)

    assert await kept.rotate(token) == Rotation(ended=EndReason.TOKEN_REUSED, reused=True, session_id=session.id)

    row = await stored(kept, session)
    assert row["end_reason"] == "TOKEN_REUSED"
    assert row["ended_at"] is not None
    assert (await kept.rotate(after(token))).ended is EndReason.TOKEN_REUSED
    assert await kept.rotate(token) == Rotation(ended=EndReason.TOKEN_REUSED, session_id=session.id)
    assert (await stored(kept, other))["ended_at"] is None
    assert (await kept.rotate(other_token)).session is not None


async def test_reuse_by_two_at_once_is_told_once(kept: Kept) -> None:
    _, token = await kept.add_session(await kept.add_user())
    await kept.rotate(token)
    await kept.age(token, 11)

    rotations = await asyncio.gather(*(kept.rotate(token) for _ in range(4)))

    assert [rotation.reused for rotation in rotations].count(True) == 1
    assert {rotation.ended for rotation in rotations} == {EndReason.TOKEN_REUSED}


async def test_of_a_thief_and_the_owner_with_one_chain_no_session_is_left(kept: Kept) -> None:
    session, token = await kept.add_session(await kept.add_user())
    stolen = after(token)
    await kept.rotate(token)
    await kept.rotate(stolen)
    await kept.age(stolen, 60)

    await asyncio.gather(kept.rotate(stolen), kept.rotate(after(stolen)))

    assert (await stored(kept, session))["end_reason"] == "TOKEN_REUSED"
    assert (await kept.rotate(after(after(stolen)))).session is None


async def test_a_chain_of_exchanges_keeps_one_live_token(kept: Kept) -> None:
    session, token = await kept.add_session(await kept.add_user())

    for _ in range(5):
        assert (await kept.rotate(token)).session is not None
        token = after(token)

    assert await live_tokens(kept, session) == 1
    assert await kept.value("SELECT count(*) FROM selfgraph.refresh_tokens") == 6


async def test_only_hashes_are_kept(kept: Kept) -> None:
    _, token = await kept.add_session(await kept.add_user())
    await kept.rotate(token)

    async with kept.database.acquire() as connection:
        rows = await connection.fetch("SELECT token_hash FROM selfgraph.refresh_tokens")
    assert {row["token_hash"] for row in rows} == {digest(token), digest(after(token))}


async def test_an_inactive_user_gets_nothing_and_the_token_stays_good(kept: Kept) -> None:
    user = await kept.add_user()
    session, token = await kept.add_session(user)
    await kept.execute("UPDATE selfgraph.users SET active = false")

    assert await kept.rotate(token) == Rotation(ended=EndReason.DEACTIVATED, session_id=session.id)

    assert await live_tokens(kept, session) == 1
    await kept.execute("UPDATE selfgraph.users SET active = true")
    assert (await kept.rotate(token)).session is not None


async def test_a_deleted_users_token_is_nobodys(kept: Kept) -> None:
    user = await kept.add_user()
    _, token = await kept.add_session(user)
    async with kept.open() as work:
        assert await work.users.remove(user.id)

    assert await kept.rotate(token) == Rotation()


async def test_a_user_deactivated_meanwhile_gets_nothing(kept: Kept) -> None:
    user = await kept.add_user()
    _, token = await kept.add_session(user)

    async with kept.open() as work:
        await work.users.update(user.id, {"active": False})
        rotation = asyncio.create_task(kept.rotate(token))
        await kept.wait_for_lock()

    assert (await rotation).ended is EndReason.DEACTIVATED


async def test_a_user_deleted_meanwhile_is_nobody(kept: Kept) -> None:
    user = await kept.add_user()
    _, token = await kept.add_session(user)

    async with kept.open() as work:
        await work.users.remove(user.id)
        rotation = asyncio.create_task(kept.rotate(token))
        await kept.wait_for_lock()

    assert await rotation == Rotation()


async def test_an_expired_session_is_not_renewed(kept: Kept) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    session, token = await kept.add_session(await kept.add_user(), expires_at=past)

    assert await kept.rotate(token) == Rotation(ended=EndReason.EXPIRED, session_id=session.id)


@pytest.mark.parametrize("reason", [EndReason.LOGGED_OUT, EndReason.REVOKED, EndReason.PASSWORD_RESET])
async def test_an_ended_session_tells_why(kept: Kept, reason: EndReason) -> None:
    session, token = await kept.add_session(await kept.add_user())
    await kept.rotate(token)
    async with kept.open() as work:
        await work.sessions.end(session.id, reason)

    assert (await kept.rotate(token)).ended is reason
    assert (await kept.rotate(after(token))).ended is reason


async def test_a_session_ended_meanwhile_is_not_renewed(kept: Kept) -> None:
    session, token = await kept.add_session(await kept.add_user())

    async with kept.open() as work:
        await work.sessions.end(session.id, EndReason.REVOKED)
        rotation = asyncio.create_task(kept.rotate(token))
        await kept.wait_for_lock()

    assert (await rotation).ended is EndReason.REVOKED


async def test_a_change_of_the_user_that_ends_sessions_never_waits_for_one_that_waits_for_it(kept: Kept) -> None:
    user = await kept.add_user()
    session, token = await kept.add_session(user)

    async with kept.open() as work:
        await work.users.set_password(user.id, "another")
        rotation = asyncio.create_task(kept.rotate(token))
        await kept.wait_for_lock()
        assert await work.sessions.end_all(user.id, EndReason.PASSWORD_CHANGED) == 1

    assert (await rotation).ended is EndReason.PASSWORD_CHANGED
    assert (await stored(kept, session))["end_reason"] == "PASSWORD_CHANGED"


async def test_the_user_was_seen_at_the_exchange(kept: Kept) -> None:
    user = await kept.add_user()
    _, token = await kept.add_session(user)
    await kept.execute("UPDATE selfgraph.users SET last_seen_at = NULL")

    await kept.rotate(token)

    assert await kept.value("SELECT last_seen_at FROM selfgraph.users") is not None


def test_a_successor_follows_from_the_token_and_the_secret_only() -> None:
    token = new_secret()

    assert after(token) == after(token)
    assert after(token) != after(token + "x")
    assert HmacSuccessors("t" * 32).after(token) != after(token)
    assert len(after(token)) == len(token)
    assert SECRET not in after(token)


async def test_an_exchange_needs_no_prepared_statements(migrated_database: str) -> None:
    database = await Database.connect(DatabaseOptions(migrated_database, prepared_statements=False))
    try:
        kept = Kept(database, PostgresAccounts(Transactions(database), Cipher(SECRET, "mail"), Cipher(SECRET, "x")))
        user = await kept.add_user()
        _, token = await kept.add_session(user)

        rotation = await kept.rotate(token)

        assert rotation.user is not None
        assert rotation.user.id == user.id
        assert (await PostgresProfiles(database).find(user.id)) is not None
    finally:
        await database.close()
