"""Generators of one-time codes and recovery codes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.accounts.second_factor import SecondFactor
from domain.identifiers import digest

if TYPE_CHECKING:
    from uuid import UUID

    from tests.persistence.accounts.conftest import Kept

SECRET = "JBSWY3DPEHPK3PXP"  # that of every TOTP example
HASHES = [digest(f"code {number}") for number in range(10)]


async def turned_on(kept: Kept, email: str = "ann@example.com") -> UUID:
    user = await kept.add_user(email)
    async with kept.open() as work:
        assert await work.second_factors.start(user.id, SECRET)
        await work.second_factors.confirm(user.id, 7, HASHES)
    return user.id


async def found(kept: Kept, user_id: UUID) -> SecondFactor | None:
    async with kept.open() as work:
        return await work.second_factors.find(user_id)


async def test_one_is_on_once_it_is_confirmed(kept: Kept) -> None:
    user = await kept.add_user()

    async with kept.open() as work:
        assert await work.second_factors.find(user.id) is None
        assert await work.second_factors.start(user.id, "ANOTHER")
        assert await work.second_factors.start(user.id, SECRET)
        assert not await work.second_factors.is_on(user.id)
        assert await work.second_factors.find(user.id) == SecondFactor(user.id, SECRET)
        await work.second_factors.confirm(user.id, 7, HASHES)
        assert await work.second_factors.is_on(user.id)
        assert not await work.second_factors.start(user.id, "ANOTHER")

    factor = await found(kept, user.id)
    assert factor is not None
    assert (factor.secret, factor.last_step) == (SECRET, 7)
    assert factor.confirmed_at is not None


async def test_a_step_is_noted_once_and_never_an_earlier_one(kept: Kept) -> None:
    user_id = await turned_on(kept)

    async with kept.open() as work:
        assert not await work.second_factors.note_step(user_id, 7)
        assert await work.second_factors.note_step(user_id, 9)
        assert not await work.second_factors.note_step(user_id, 9)
        assert not await work.second_factors.note_step(user_id, 8)


async def test_of_two_at_once_the_second_sees_the_step_of_the_first(kept: Kept) -> None:
    user_id = await turned_on(kept)

    async with kept.open() as work:
        await work.second_factors.find(user_id)
        waiting = asyncio.create_task(found(kept, user_id))
        await kept.wait_for_lock()
        await work.second_factors.note_step(user_id, 8)

    factor = await waiting
    assert factor is not None
    assert factor.last_step == 8


async def test_recovery_codes_are_those_of_their_user(kept: Kept) -> None:
    ann, bob = await turned_on(kept), await turned_on(kept, "bob@example.com")

    async with kept.open() as work:
        assert await work.second_factors.take_recovery_code(ann, HASHES[0])
        assert not await work.second_factors.take_recovery_code(ann, HASHES[0])
        assert await work.second_factors.count_recovery_codes(ann) == 9
        await work.second_factors.replace_recovery_codes(ann, [digest("new")])
        assert not await work.second_factors.take_recovery_code(ann, HASHES[1])
        assert await work.second_factors.count_recovery_codes(ann) == 1
        assert await work.second_factors.count_recovery_codes(bob) == 10


async def test_what_is_removed_is_gone_with_its_codes(kept: Kept) -> None:
    ann, bob = await turned_on(kept), await turned_on(kept, "bob@example.com")
    started = (await kept.add_user("eve@example.com")).id

    async with kept.open() as work:
        await work.second_factors.start(started, SECRET)
        assert await work.second_factors.remove(ann)
        assert not await work.second_factors.remove(ann)
        assert not await work.second_factors.remove(started)
        assert await work.second_factors.count_recovery_codes(ann) == 0
        assert await work.second_factors.is_on(bob)


async def test_a_secret_is_encrypted_for_its_user(kept: Kept) -> None:
    ann, bob = await turned_on(kept), await turned_on(kept, "bob@example.com")
    stored = await kept.value("SELECT secret FROM selfgraph.second_factors WHERE user_id = $1", ann)

    await kept.execute("UPDATE selfgraph.second_factors SET secret = $1 WHERE user_id = $2", stored, bob)

    assert SECRET.encode() not in stored
    copied = await found(kept, bob)
    assert copied is not None
    assert copied.secret is None
