"""Roles on real PostgreSQL: uses, inheritance, and changes side by side."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.access.changing_roles import CreateRole, DeleteRole, RoleChanges, UpdateRole
from domain.access.errors import BuiltInRoleError, RoleInUseError, RoleTakenError, RoleUses
from domain.actor import Actor
from domain.client import UNKNOWN_CLIENT
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from tests.persistence.access.opening import opened

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.access.roles import Role
    from persistence.access.work import PostgresAccess
    from persistence.database import Database

ADMIN = Actor("admin")


@pytest.fixture
async def access(any_migrated_database: str) -> AsyncGenerator[tuple[Database, PostgresAccess]]:
    async with opened(any_migrated_database) as both:
        yield both


async def create(access: PostgresAccess, name: str, *inherits: str) -> Role:
    return await CreateRole(access)(ADMIN, UNKNOWN_CLIENT, name, None, inherits)


async def rows(database: Database, sql: str) -> list[tuple[object, ...]]:
    async with database.acquire() as connection:
        return [tuple(row) for row in await connection.fetch(sql)]


async def test_a_role_keeps_its_description_and_what_it_inherits(access: tuple[Database, PostgresAccess]) -> None:
    _, open_access = access

    await create(open_access, "writer", "user")
    made = await CreateRole(open_access)(ADMIN, UNKNOWN_CLIENT, "editor", " Edits. ", ["writer", "user"])
    changed = await UpdateRole(open_access)(ADMIN, UNKNOWN_CLIENT, "editor", RoleChanges(inherits=("user",)))

    assert (made.name, made.description, made.inherits, made.built_in) == (
        "editor",
        "Edits.",
        ("user", "writer"),
        False,
    )
    assert (changed.description, changed.inherits) == ("Edits.", ("user",))
    assert (
        await UpdateRole(open_access)(ADMIN, UNKNOWN_CLIENT, "editor", RoleChanges(describes=True))
    ).description is None
    async with open_access() as work:
        assert [role.name for role in await work.roles.list()] == [
            *("admin", "anonymous", "superadmin", "user"),
            *("editor", "writer"),
        ]


async def test_a_refused_role_leaves_nothing(access: tuple[Database, PostgresAccess]) -> None:
    database, open_access = access
    await create(open_access, "editor")
    before = await rows(database, "SELECT name FROM selfgraph.roles")
    trail = await rows(database, "SELECT id FROM selfgraph.audit_events")

    with pytest.raises(RoleTakenError):
        await create(open_access, "editor")
    with pytest.raises(InvalidInputError, match="no such role"):
        await create(open_access, "writer", "missing")
    await create(open_access, "writer", "editor")
    with pytest.raises(ConflictError, match="itself"):
        await UpdateRole(open_access)(ADMIN, UNKNOWN_CLIENT, "editor", RoleChanges(inherits=("writer",)))
    await DeleteRole(open_access)(ADMIN, UNKNOWN_CLIENT, "writer")
    with pytest.raises(NotFoundError):
        await UpdateRole(open_access)(ADMIN, UNKNOWN_CLIENT, "writer", RoleChanges())
    for name in ("user", "superadmin"):
        with pytest.raises(BuiltInRoleError):
            await UpdateRole(open_access)(ADMIN, UNKNOWN_CLIENT, name, RoleChanges(inherits=()))
        with pytest.raises(BuiltInRoleError):
            await DeleteRole(open_access)(ADMIN, UNKNOWN_CLIENT, name)

    assert await rows(database, "SELECT name FROM selfgraph.roles") == before
    assert len(await rows(database, "SELECT id FROM selfgraph.audit_events")) == len(trail) + 2


async def test_a_role_in_use_tells_by_how_many(access: tuple[Database, PostgresAccess]) -> None:
    database, open_access = access
    await create(open_access, "editor")
    await create(open_access, "chief", "editor")
    await create(open_access, "deputy", "editor")
    async with database.acquire() as connection:
        await connection.execute("""
            INSERT INTO selfgraph.users (id, email) SELECT gen_random_uuid(), n || '@x.test' FROM generate_series(1, 3) n;
            INSERT INTO selfgraph.user_roles SELECT id, 'editor' FROM selfgraph.users;
            INSERT INTO selfgraph.api_keys (id, name, prefix, key_hash, role)
            VALUES (gen_random_uuid(), 'k', 'sg_', '\\x00', 'editor');
            INSERT INTO selfgraph.file_rules (id, role, action, rule) VALUES (gen_random_uuid(), 'editor', 'select', '{}');
        """)

    with pytest.raises(RoleInUseError) as refused:
        await DeleteRole(open_access)(ADMIN, UNKNOWN_CLIENT, "editor")

    assert refused.value.uses == RoleUses(users=3, keys=1, roles=2, file_rules=1)
    assert refused.value.extensions() == {
        "users": 3,
        "keys": 1,
        "roles": 2,
        "permissions": 0,
        "fileRules": 1,
    }
    async with open_access() as work:
        assert await work.roles.find("editor") is not None


async def test_two_changes_side_by_side_make_no_cycle(access: tuple[Database, PostgresAccess]) -> None:
    database, open_access = access
    pairs = [(f"a{n}", f"b{n}") for n in range(8)]
    for pair in pairs:
        for name in pair:
            await create(open_access, name)

    for first, second in pairs:
        outcomes = await asyncio.gather(
            UpdateRole(open_access)(ADMIN, UNKNOWN_CLIENT, first, RoleChanges(inherits=(second,))),
            UpdateRole(open_access)(ADMIN, UNKNOWN_CLIENT, second, RoleChanges(inherits=(first,))),
            return_exceptions=True,
        )
        assert sorted(isinstance(outcome, ConflictError) for outcome in outcomes) == [False, True]

    assert len(await rows(database, "SELECT * FROM selfgraph.role_inheritance")) == len(pairs)


async def test_a_role_is_deleted_or_inherited_but_not_both(access: tuple[Database, PostgresAccess]) -> None:
    database, open_access = access
    for n in range(8):
        await create(open_access, f"base{n}")

    for n in range(8):
        outcomes = await asyncio.gather(
            DeleteRole(open_access)(ADMIN, UNKNOWN_CLIENT, f"base{n}"),
            create(open_access, f"top{n}", f"base{n}"),
            return_exceptions=True,
        )
        assert sorted(isinstance(outcome, ConflictError | InvalidInputError) for outcome in outcomes) == [False, True]

    dangling = "SELECT 1 FROM selfgraph.role_inheritance WHERE inherits NOT IN (SELECT name FROM selfgraph.roles)"
    assert await rows(database, dangling) == []
