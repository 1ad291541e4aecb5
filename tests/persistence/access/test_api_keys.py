"""API keys on real PostgreSQL, those of the settings among them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.access.changing_keys import CreateApiKey, ListApiKeys, NewKey, RevokeApiKey, RotateApiKey
from domain.access.errors import BuiltInKeyError, KeyNameTakenError
from domain.actor import Actor
from domain.client import UNKNOWN_CLIENT
from domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from domain.identifiers import digest, new_id
from persistence.access.built_in_keys import keep_built_in_keys
from tests.persistence.access.opening import opened

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.access.changing_keys import ShownKey
    from persistence.access.work import PostgresAccess
    from persistence.database import Database

ADMIN = Actor("admin")
SUPERADMIN = Actor("superadmin")
SCOPES = frozenset(("users:read", "users:write"))
STORED = "SELECT name, key_hash, role, built_in FROM selfgraph.api_keys ORDER BY name"


class NoLimit:
    """Counts nothing: what is limited is tested with the limiter."""

    async def hit(self, operation: str, *subjects: str) -> None:
        """Let everything through."""

    def count(self, operation: str, subject: str) -> None:
        """The same."""


@pytest.fixture
async def access(any_migrated_database: str) -> AsyncGenerator[tuple[Database, PostgresAccess]]:
    async with opened(any_migrated_database) as both:
        yield both


async def create(access: PostgresAccess, name: str = "ci", role: str = "user", actor: Actor = ADMIN) -> ShownKey:
    return await CreateApiKey(access, NoLimit(), SCOPES)(actor, UNKNOWN_CLIENT, NewKey(name, role, ("users:read",)))


async def stored(database: Database) -> list[tuple[object, ...]]:
    async with database.acquire() as connection:
        return [tuple(row) for row in await connection.fetch(STORED)]


async def test_only_the_hash_of_a_key_is_kept(access: tuple[Database, PostgresAccess]) -> None:
    database, open_access = access

    shown = await create(open_access)

    assert await stored(database) == [("ci", digest(shown.secret), "user", None)]
    assert await ListApiKeys(open_access)() == [shown.key]
    async with database.acquire() as connection:
        everything = await connection.fetchval(
            "SELECT concat((SELECT json_agg(k) FROM selfgraph.api_keys k), (SELECT json_agg(e) FROM selfgraph.audit_events e))"
        )
    assert shown.secret[12:] not in everything


async def test_a_rotated_key_has_another_secret_and_the_rest(access: tuple[Database, PostgresAccess]) -> None:
    database, open_access = access
    first = await create(open_access)

    second = await RotateApiKey(open_access, NoLimit())(ADMIN, UNKNOWN_CLIENT, first.key.id)

    assert second.secret != first.secret
    assert await stored(database) == [("ci", digest(second.secret), "user", None)]
    assert second.key.scopes == first.key.scopes


async def test_a_revoked_key_stays_listed_apart_and_useless(access: tuple[Database, PostgresAccess]) -> None:
    _, open_access = access
    key = (await create(open_access)).key

    for _ in range(2):
        assert (await RevokeApiKey(open_access)(ADMIN, UNKNOWN_CLIENT, key.id)).revoked_at is not None

    assert await ListApiKeys(open_access)() == []
    assert [each.id for each in await ListApiKeys(open_access)(revoked=True)] == [key.id]
    with pytest.raises(ConflictError, match="revoked"):
        await RotateApiKey(open_access, NoLimit())(ADMIN, UNKNOWN_CLIENT, key.id)
    with pytest.raises(KeyNameTakenError):
        await create(open_access)


async def test_a_refused_key_changes_nothing(access: tuple[Database, PostgresAccess]) -> None:
    database, open_access = access
    above = (await create(open_access, "above", "superadmin", SUPERADMIN)).key
    before = await stored(database)

    with pytest.raises(ForbiddenError):
        await create(open_access, "mine", "superadmin")
    with pytest.raises(InvalidInputError, match="no such role"):
        await create(open_access, "mine", "missing")
    with pytest.raises(KeyNameTakenError):
        await create(open_access, "above")
    with pytest.raises(ForbiddenError):
        await RotateApiKey(open_access, NoLimit())(ADMIN, UNKNOWN_CLIENT, above.id)
    with pytest.raises(ForbiddenError):
        await RevokeApiKey(open_access)(ADMIN, UNKNOWN_CLIENT, above.id)
    with pytest.raises(NotFoundError):
        await RevokeApiKey(open_access)(ADMIN, UNKNOWN_CLIENT, new_id())

    assert await stored(database) == before


async def test_the_keys_of_the_settings_are_kept_by_many_at_once(access: tuple[Database, PostgresAccess]) -> None:
    database, _ = access

    await asyncio.gather(*(keep_built_in_keys(database, "s" * 32, "a" * 32) for _ in range(6)))
    kept = await stored(database)
    await keep_built_in_keys(database, "s" * 32, "a" * 32)

    assert kept == await stored(database)
    assert kept == [
        ("ANON_KEY", digest("a" * 32), "anonymous", "anon"),
        ("SERVICE_KEY", digest("s" * 32), "superadmin", "service"),
    ]


@pytest.mark.parametrize(("service", "anon"), [("t" * 32, "a" * 32), ("a" * 32, "s" * 32), ("x" * 32, "y" * 32)])
async def test_another_setting_makes_the_old_key_useless(
    access: tuple[Database, PostgresAccess], service: str, anon: str
) -> None:
    database, _ = access
    await keep_built_in_keys(database, "s" * 32, "a" * 32)

    await keep_built_in_keys(database, service, anon)

    assert await stored(database) == [
        ("ANON_KEY", digest(anon), "anonymous", "anon"),
        ("SERVICE_KEY", digest(service), "superadmin", "service"),
    ]


async def test_settings_that_would_confuse_keys_are_refused(access: tuple[Database, PostgresAccess]) -> None:
    database, open_access = access
    await keep_built_in_keys(database, "s" * 32, "a" * 32)
    made = await create(open_access)
    before = await stored(database)

    with pytest.raises(ConflictError, match="the same"):
        await keep_built_in_keys(database, "s" * 32, "s" * 32)
    with pytest.raises(ConflictError, match="made here"):
        await keep_built_in_keys(database, "s" * 32, made.secret)

    assert await stored(database) == before


async def test_the_keys_of_the_settings_are_changed_there_only(access: tuple[Database, PostgresAccess]) -> None:
    database, open_access = access
    await keep_built_in_keys(database, "s" * 32, "a" * 32)
    before = await stored(database)

    for key in await ListApiKeys(open_access)():
        with pytest.raises(BuiltInKeyError, match=key.name):
            await RotateApiKey(open_access, NoLimit())(SUPERADMIN, UNKNOWN_CLIENT, key.id)
        with pytest.raises(BuiltInKeyError, match=key.name):
            await RevokeApiKey(open_access)(SUPERADMIN, UNKNOWN_CLIENT, key.id)

    assert await stored(database) == before
