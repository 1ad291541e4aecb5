"""How sessions are kept, listed, ended and swept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.accounts.one_time import Purpose, new_token
from domain.accounts.sessions import EndReason
from domain.accounts.sweeping import Sweep
from domain.identifiers import digest, new_id
from persistence.accounts.sessions import LISTED

if TYPE_CHECKING:
    from domain.accounts.sessions import Session
    from tests.persistence.accounts.conftest import Kept


async def test_a_session_is_found_while_it_is_live(kept: Kept) -> None:
    user = await kept.add_user()
    session, _ = await kept.add_session(user, label="phone", user_agent="agent", ip="2001:db8::1")

    async with kept.open() as work:
        assert await work.sessions.find(session.id) == session
        assert await work.sessions.list_live(user.id) == [session]
        await work.sessions.end(session.id, EndReason.REVOKED)
        assert await work.sessions.find(session.id) is None
        assert await work.sessions.list_live(user.id) == []


async def test_sessions_are_listed_by_last_use_and_bounded(kept: Kept) -> None:
    user = await kept.add_user()
    first, _ = await kept.add_session(user)
    second, _ = await kept.add_session(user, used_at=datetime.now(UTC) + timedelta(seconds=1))
    await kept.add_session(user, expires_at=datetime.now(UTC))
    await kept.add_session(await kept.add_user("bob@example.com"))

    async with kept.open() as work:
        assert [session.id for session in await work.sessions.list_live(user.id)] == [second.id, first.id]
    await kept.execute(
        "INSERT INTO selfgraph.sessions (id, user_id, user_agent, ip, expires_at)"
        " SELECT gen_random_uuid(), $1, '', '', now() + interval '1 day' FROM generate_series(1, 200)",
        user.id,
    )
    async with kept.open() as work:
        assert len(await work.sessions.list_live(user.id)) == LISTED


async def test_a_sign_in_is_when_the_user_was_seen_but_not_an_impersonation(kept: Kept) -> None:
    user, admin = await kept.add_user(), await kept.add_user("admin@example.com")
    await kept.add_session(user, impersonator_id=admin.id)
    assert await kept.value("SELECT last_seen_at FROM selfgraph.users WHERE id = $1", user.id) is None

    session, _ = await kept.add_session(user)

    assert await kept.value("SELECT last_seen_at FROM selfgraph.users WHERE id = $1", user.id) == session.used_at


async def test_a_session_without_a_refresh_token_has_none(kept: Kept) -> None:
    user = await kept.add_user()
    session, _ = await kept.add_session(user)
    async with kept.open() as work:
        await work.sessions.end(session.id, EndReason.REVOKED)
        await work.sessions.add(_again(session), None)

    assert await kept.value("SELECT count(*) FROM selfgraph.refresh_tokens") == 1


async def test_an_end_is_told_once_and_keeps_its_reason(kept: Kept) -> None:
    user = await kept.add_user()
    session, _ = await kept.add_session(user)

    async with kept.open() as work:
        assert await work.sessions.end(session.id, EndReason.LOGGED_OUT) is True
        assert await work.sessions.end(session.id, EndReason.REVOKED) is False
        assert await work.sessions.end_all(user.id, EndReason.PASSWORD_CHANGED) == 0

    assert await kept.value("SELECT end_reason FROM selfgraph.sessions") == "LOGGED_OUT"


async def test_nobody_ends_the_session_of_another(kept: Kept) -> None:
    session, _ = await kept.add_session(await kept.add_user())

    async with kept.open() as work:
        assert await work.sessions.end(session.id, EndReason.REVOKED, user_id=new_id()) is False
        assert await work.sessions.end(session.id, EndReason.REVOKED, user_id=session.user_id) is True


async def test_all_sessions_end_but_one(kept: Kept) -> None:
    user = await kept.add_user()
    mine, _ = await kept.add_session(user)
    for _ in range(3):
        await kept.add_session(user)
    others, _ = await kept.add_session(await kept.add_user("bob@example.com"))

    async with kept.open() as work:
        assert await work.sessions.end_all(user.id, EndReason.PASSWORD_CHANGED, but=mine.id) == 3
        assert [session.id for session in await work.sessions.list_live(user.id)] == [mine.id]
        assert await work.sessions.find(others.id) is not None
        assert await work.sessions.end_all(user.id, EndReason.LOGGED_OUT) == 1


@pytest.mark.parametrize(
    ("user_agent", "ip", "known"),
    [("agent", "192.0.2.1", True), ("agent", "192.0.2.9", False), ("other", "192.0.2.1", False)],
)
async def test_a_device_is_known_by_its_agent_and_address(kept: Kept, user_agent: str, ip: str, *, known: bool) -> None:
    user = await kept.add_user()
    session, _ = await kept.add_session(user, user_agent="agent", ip="192.0.2.1")

    async with kept.open() as work:
        await work.sessions.end(session.id, EndReason.LOGGED_OUT)
        assert await work.sessions.knows_device(user.id, user_agent, ip) is known


async def test_the_sweep_takes_what_has_been_over_for_30_days(kept: Kept) -> None:
    user = await kept.add_user()
    old = datetime.now(UTC) - timedelta(days=31)
    live, token = await kept.add_session(user)
    await kept.rotate(token)
    just_ended, _ = await kept.add_session(user)
    just_expired, _ = await kept.add_session(user, expires_at=datetime.now(UTC) - timedelta(days=1))
    long_ended, _ = await kept.add_session(user)
    long_expired, _ = await kept.add_session(user, expires_at=old)
    await kept.execute("UPDATE selfgraph.sessions SET ended_at = now() WHERE id = $1", just_ended.id)
    await kept.execute("UPDATE selfgraph.sessions SET ended_at = $2 WHERE id = $1", long_ended.id, old)
    async with kept.open() as work:
        good, _ = new_token(Purpose.RESET_PASSWORD, user.id)
        expired, _ = new_token(Purpose.RESET_PASSWORD, user.id)
        await work.one_time_tokens.add(good)
        await work.one_time_tokens.add(expired)
    await kept.execute(
        "UPDATE selfgraph.one_time_tokens SET expires_at = now() WHERE token_hash = $1", expired.token_hash
    )

    assert await Sweep(kept.open)() == 3
    assert await Sweep(kept.open)() == 0

    async with kept.database.acquire() as connection:
        left = {row["id"] for row in await connection.fetch("SELECT id FROM selfgraph.sessions")}
    assert left == {live.id, just_ended.id, just_expired.id}
    assert long_expired.id not in left
    assert await kept.value("SELECT token_hash FROM selfgraph.one_time_tokens") == good.token_hash

    await kept.age(token, 31 * 86_400)
    assert await Sweep(kept.open)() == 1
    assert await kept.value("SELECT count(*) FROM selfgraph.refresh_tokens WHERE token_hash = $1", digest(token)) == 0


async def test_a_sweep_goes_on_until_nothing_is_left(kept: Kept) -> None:
    user = await kept.add_user()
    await kept.execute(
        "INSERT INTO selfgraph.sessions (id, user_id, user_agent, ip, expires_at)"
        " SELECT gen_random_uuid(), $1, '', '', now() - interval '40 days' FROM generate_series(1, 2500)",
        user.id,
    )

    assert await Sweep(kept.open)() == 2500
    assert await kept.value("SELECT count(*) FROM selfgraph.sessions") == 0


def _again(session: Session) -> Session:
    return replace(session, id=new_id())
