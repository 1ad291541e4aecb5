"""Secrets that are good for one act."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.accounts.one_time import Purpose, new_token
from domain.audit import AuditEvent

if TYPE_CHECKING:
    from domain.accounts.one_time import OneTimeToken
    from tests.persistence.accounts.conftest import Kept


async def kept_token(kept: Kept, purpose: Purpose = Purpose.VERIFY_EMAIL) -> OneTimeToken:
    user = await kept.add_user()
    token, _ = new_token(purpose, user.id, email=user.email)
    async with kept.open() as work:
        await work.one_time_tokens.add(token)
    return token


async def test_a_token_is_taken_once(kept: Kept) -> None:
    token = await kept_token(kept)

    async with kept.open() as work:
        assert await work.one_time_tokens.find(token.token_hash, token.purpose) == token
        assert await work.one_time_tokens.take(token.token_hash, token.purpose) == token
        assert await work.one_time_tokens.take(token.token_hash, token.purpose) is None
        assert await work.one_time_tokens.find(token.token_hash, token.purpose) is None


async def test_of_two_at_once_one_takes_it(kept: Kept) -> None:
    token = await kept_token(kept)

    async def take() -> OneTimeToken | None:
        async with kept.open() as work:
            return await work.one_time_tokens.take(token.token_hash, token.purpose)

    taken = await asyncio.gather(*(take() for _ in range(6)))
    assert [each for each in taken if each] == [token]


async def test_a_token_is_good_for_its_purpose_only(kept: Kept) -> None:
    token = await kept_token(kept, Purpose.VERIFY_EMAIL)

    async with kept.open() as work:
        assert await work.one_time_tokens.take(token.token_hash, Purpose.RESET_PASSWORD) is None
        assert await work.one_time_tokens.find(token.token_hash, Purpose.RESET_PASSWORD) is None


async def test_an_expired_token_is_not_found(kept: Kept) -> None:
    token = await kept_token(kept)
    await kept.execute("UPDATE selfgraph.one_time_tokens SET expires_at = now()")

    async with kept.open() as work:
        assert await work.one_time_tokens.find(token.token_hash, token.purpose) is None
        assert await work.one_time_tokens.take(token.token_hash, token.purpose) is None


async def test_wrong_attempts_are_counted_side_by_side_too(kept: Kept) -> None:
    token = await kept_token(kept)

    async def count() -> int:
        async with kept.open() as work:
            return await work.one_time_tokens.count_attempt(token.token_hash)

    assert sorted(await asyncio.gather(*(count() for _ in range(5)))) == [1, 2, 3, 4, 5]
    async with kept.open() as work:
        assert await work.one_time_tokens.count_attempt(b"unknown") == 0


async def test_all_tokens_of_a_purpose_are_removed(kept: Kept) -> None:
    token = await kept_token(kept)
    assert token.user_id is not None
    other, _ = new_token(Purpose.RESET_PASSWORD, token.user_id)
    async with kept.open() as work:
        await work.one_time_tokens.add(other)
        await work.one_time_tokens.remove_all(token.user_id, Purpose.VERIFY_EMAIL)
        assert await work.one_time_tokens.find(token.token_hash, token.purpose) is None
        assert await work.one_time_tokens.find(other.token_hash, other.purpose) == other


async def test_an_event_is_kept_in_the_trail(kept: Kept) -> None:
    user = await kept.add_user()
    async with kept.open() as work:
        details = {"roles": ["editor"]}
        await work.audit.add(AuditEvent("user.test", user.id, None, "user:x", details, "192.0.2.1"))

    row = await kept.value(
        "SELECT concat_ws('|', action, actor_id, target, details, address) FROM selfgraph.audit_events"
    )
    assert row == f'user.test|{user.id}|user:x|{{"roles": ["editor"]}}|192.0.2.1'
