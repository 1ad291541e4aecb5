"""Users as OpenID providers know them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.accounts.errors import IdentityTakenError, LastSignInError
from domain.accounts.identities import Identity
from domain.accounts.openid_linking import UnlinkIdentity
from domain.actor import Actor
from domain.client import UNKNOWN_CLIENT
from domain.identifiers import new_id

if TYPE_CHECKING:
    from uuid import UUID

    from tests.persistence.accounts.conftest import Kept

ISSUER = "https://provider.example"


async def linked(kept: Kept, user_id: UUID, *subjects: str) -> None:
    async with kept.open() as work:
        for subject in subjects:
            await work.identities.add(Identity(ISSUER, subject, user_id, "provider", "ann@example.com"))


async def test_an_identity_is_found_by_issuer_and_subject(kept: Kept) -> None:
    user = await kept.add_user()
    await linked(kept, user.id, "one")

    async with kept.open() as work:
        assert await work.identities.find_user_id(ISSUER, "one") == user.id
        assert await work.identities.find_user_id(ISSUER, "ONE") is None
        assert await work.identities.find_user_id(f"{ISSUER}/", "one") is None
        (identity,) = await work.identities.list(user.id)

    assert (identity.issuer, identity.subject, identity.provider) == (ISSUER, "one", "provider")
    assert identity.linked_at is not None


async def test_an_identity_has_one_user(kept: Kept) -> None:
    ann, bob = await kept.add_user(), await kept.add_user("bob@example.com")
    await linked(kept, ann.id, "one")

    for user in (ann, bob):
        with pytest.raises(IdentityTakenError):
            await linked(kept, user.id, "one")


async def test_its_use_is_noted_while_it_is_linked(kept: Kept) -> None:
    user = await kept.add_user()
    await linked(kept, user.id, "one")

    async with kept.open() as work:
        assert await work.identities.note_use(ISSUER, "one")
        assert await work.identities.remove(user.id, ISSUER, "one")
        assert not await work.identities.note_use(ISSUER, "one")


async def test_nobody_removes_that_of_somebody_else(kept: Kept) -> None:
    ann, bob = await kept.add_user(), await kept.add_user("bob@example.com")
    await linked(kept, ann.id, "one")

    async with kept.open() as work:
        assert not await work.identities.remove(bob.id, ISSUER, "one")
        assert await work.identities.find_user_id(ISSUER, "one") == ann.id


async def test_one_that_is_not_kept_yet_is_locked(kept: Kept) -> None:
    user = await kept.add_user()

    async def wait() -> UUID | None:
        async with kept.open() as work:
            await work.identities.lock(ISSUER, "one")
            return await work.identities.find_user_id(ISSUER, "one")

    async with kept.open() as work:
        await work.identities.lock(ISSUER, "one")
        waiting = asyncio.create_task(wait())
        await kept.wait_for_lock()
        await work.identities.add(Identity(ISSUER, "one", user.id, "provider"))

    assert await waiting == user.id


async def test_of_two_last_identities_that_are_unlinked_at_once_one_stays(kept: Kept) -> None:
    user = await kept.add_user(password_hash=None)
    await linked(kept, user.id, "one", "two")
    actor = Actor("user", user_id=user.id, session_id=new_id())

    async with kept.open() as work:
        await work.users.lock(user.id, None)
        unlinking = asyncio.create_task(UnlinkIdentity(kept.open)(actor, ISSUER, "two", UNKNOWN_CLIENT))
        await kept.wait_for_lock()
        await work.identities.remove(user.id, ISSUER, "one")

    with pytest.raises(LastSignInError):
        await unlinking
