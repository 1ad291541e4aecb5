"""How users are kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from domain.accounts.errors import EmailTakenError, UsernameTakenError
from domain.errors import NotFoundError
from domain.identifiers import new_id
from domain.roles import SUPERADMIN
from persistence.accounts.profiles import PostgresProfiles
from tests.persistence.accounts.conftest import HASH

if TYPE_CHECKING:
    from tests.persistence.accounts.conftest import Kept


async def test_a_user_is_found_as_it_was_kept(kept: Kept) -> None:
    user = await kept.add_user(username="ann", phone="+41441234567", name="Ann", bio="…", claims={"team": {"id": 1}})

    async with kept.open() as work:
        assert await work.users.get(user.id) == user
        assert await work.users.find_by_email("ann@example.com") == user
        assert await work.users.find_credentials("ann") == (user, HASH)
        assert await work.users.find_credentials("ann@example.com") == (user, HASH)
        assert await work.users.find_password(user.id) == HASH
    assert await PostgresProfiles(kept.database).find(user.id) == user


async def test_custom_roles_come_with_the_user(kept: Kept) -> None:
    user = await kept.add_user()
    await kept.execute("INSERT INTO selfgraph.roles (name) VALUES ('writer'), ('editor')")
    await kept.execute("INSERT INTO selfgraph.user_roles SELECT $1, unnest(ARRAY['writer', 'editor'])", user.id)

    async with kept.open() as work:
        assert (await work.users.get(user.id)).roles == ("editor", "writer")
        assert (await work.users.update(user.id, {"name": "Ann"})).roles == ("editor", "writer")
        locked = await work.users.lock(user.id, HASH)
        assert locked is not None
        assert locked.roles == ("editor", "writer")
    found = await PostgresProfiles(kept.database).find(user.id)
    assert found is not None
    assert found.roles == ("editor", "writer")


async def test_nobody_is_found_by_what_nobody_has(kept: Kept) -> None:
    await kept.add_user(username="ann")

    async with kept.open() as work:
        assert await work.users.find(new_id()) is None
        assert await work.users.find_by_email("ann") is None
        assert await work.users.find_credentials("bob") is None
        assert await work.users.find_password(new_id()) is None
        with pytest.raises(NotFoundError):
            await work.users.get(new_id())
    assert await PostgresProfiles(kept.database).find(new_id()) is None


async def test_a_user_may_have_no_password(kept: Kept) -> None:
    user = await kept.add_user(password_hash=None)

    async with kept.open() as work:
        assert (await work.users.get(user.id)).has_password is False
        assert await work.users.find_password(user.id) is None
        assert await work.users.lock(user.id, None) is not None
        await work.users.set_password(user.id, "new")
        assert (await work.users.get(user.id)).has_password is True


async def test_an_address_has_one_account(kept: Kept) -> None:
    await kept.add_user("ann@example.com")
    bob = await kept.add_user("bob@example.com")

    with pytest.raises(EmailTakenError):
        await kept.add_user("ann@example.com")
    with pytest.raises(EmailTakenError):
        async with kept.open() as work:
            await work.users.update(bob.id, {"email": "ann@example.com"})


async def test_a_username_has_one_account(kept: Kept) -> None:
    await kept.add_user("ann@example.com", username="ann")
    bob = await kept.add_user("bob@example.com")

    with pytest.raises(UsernameTakenError):
        await kept.add_user("carl@example.com", username="ann")
    with pytest.raises(UsernameTakenError):
        async with kept.open() as work:
            await work.users.update(bob.id, {"username": "ann"})


async def test_an_update_sets_what_it_names_and_the_time(kept: Kept) -> None:
    user = await kept.add_user(name="Ann", bio="old")
    verified = datetime(2026, 1, 1, tzinfo=UTC)
    changes = {"name": None, "username": "ann", "phone": "+41", "claims": {"a": 1}, "email_verified_at": verified}

    async with kept.open() as work:
        updated = await work.users.update(user.id, changes)

    assert (updated.name, updated.username, updated.phone, updated.bio) == (None, "ann", "+41", "old")
    assert (updated.claims, updated.email_verified_at) == ({"a": 1}, verified)
    assert updated.updated_at > user.updated_at


@pytest.mark.parametrize("name", ["password_hash", "id", "roles", "created_at", "nothing"])
async def test_other_fields_are_not_updated(kept: Kept, name: str) -> None:
    user = await kept.add_user()

    with pytest.raises(ValueError, match=name):
        async with kept.open() as work:
            await work.users.update(user.id, {name: "x"})


async def test_nobody_is_not_updated(kept: Kept) -> None:
    with pytest.raises(NotFoundError):
        async with kept.open() as work:
            await work.users.update(new_id(), {"name": "x"})


async def test_a_user_is_locked_only_with_the_hash_that_was_checked(kept: Kept) -> None:
    user = await kept.add_user()

    async with kept.open() as work:
        assert await work.users.lock(user.id, "another hash") is None
        assert await work.users.lock(user.id, None) is None
        assert await work.users.lock(user.id, HASH) == user


async def test_an_inactive_user_is_not_locked(kept: Kept) -> None:
    user = await kept.add_user(active=False)

    async with kept.open() as work:
        assert await work.users.lock(user.id, HASH) is None


async def test_a_password_changed_meanwhile_is_noticed(kept: Kept) -> None:
    user = await kept.add_user()

    async def lock() -> object:
        async with kept.open() as work:
            return await work.users.lock(user.id, HASH)

    async with kept.open() as work:
        await work.users.set_password(user.id, "another hash")
        locked = asyncio.create_task(lock())
        await kept.wait_for_lock()

    assert await locked is None


async def test_a_removed_user_takes_everything_along(kept: Kept) -> None:
    user = await kept.add_user()
    await kept.add_session(user)

    async with kept.open() as work:
        assert await work.users.remove(user.id) is True
        assert await work.users.remove(user.id) is False

    assert await kept.value("SELECT count(*) FROM selfgraph.sessions") == 0
    assert await kept.value("SELECT count(*) FROM selfgraph.refresh_tokens") == 0


async def test_the_active_superadmins_are_locked(kept: Kept) -> None:
    one = await kept.add_user("one@example.com", role=SUPERADMIN)
    two = await kept.add_user("two@example.com", role=SUPERADMIN)
    await kept.add_user("three@example.com", role=SUPERADMIN, active=False)
    await kept.add_user("four@example.com", role="admin")

    async with kept.open() as work:
        assert await work.users.lock_superadmins() == {one.id, two.id}


async def test_two_who_demote_each_other_do_not_leave_nobody(kept: Kept) -> None:
    one = await kept.add_user("one@example.com", role=SUPERADMIN)
    two = await kept.add_user("two@example.com", role=SUPERADMIN)

    async def superadmins() -> frozenset[object]:
        async with kept.open() as work:
            return frozenset(await work.users.lock_superadmins())

    async with kept.open() as work:
        assert await work.users.lock_superadmins() == {one.id, two.id}
        second = asyncio.create_task(superadmins())
        await kept.wait_for_lock()
        await work.users.update(two.id, {"role": "user"})

    assert await second == {one.id}


async def test_a_part_that_is_dropped_leaves_nothing_and_the_rest_stays(kept: Kept) -> None:
    async with kept.open() as work:
        user = await work.users.find_by_email("ann@example.com")
        assert user is None
    ann = await kept.add_user()

    async with kept.open() as work:
        async with work.part(keep=False):
            await work.users.update(ann.id, {"name": "dropped"})
        async with work.part(keep=True):
            await work.users.update(ann.id, {"bio": "kept"})

    assert await kept.value("SELECT concat_ws(',', name, bio) FROM selfgraph.users") == "kept"
