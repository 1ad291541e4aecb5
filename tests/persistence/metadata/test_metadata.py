"""Metadata on real PostgreSQL: written as differences, read whole, versioned, and told of."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.access.changing_roles import DeleteRole
from domain.actor import Actor
from domain.client import UNKNOWN_CLIENT
from domain.errors import InvalidInputError, SelfgraphError
from domain.tables.metadata import NO_METADATA, Action, FunctionSettings, Metadata, Permission
from persistence.access.work import PostgresAccess
from persistence.database import Database, DatabaseOptions
from persistence.metadata.reading import METADATA_QUERY
from persistence.metadata.rows import changes
from persistence.metadata.source import PostgresMetadataSource
from persistence.metadata.work import PostgresOpenMetadata
from persistence.transactions import Transactions
from tests.persistence.hearing import hear
from tests.persistence.metadata.samples import ALBUM, ARTIST, FULL, SEARCH
from tests.persistence.notices import notices_of
from tests.persistence.structure import execute

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

CHANNEL = "selfgraph_catalog"
PATIENCE = 20
EDITOR = "INSERT INTO selfgraph.roles (name) VALUES ('editor')"
CHANGES = [
    "INSERT INTO selfgraph.table_settings (table_schema, table_name) VALUES ('a', 'b')",
    "UPDATE selfgraph.table_permissions SET row_limit = 7",
    "DELETE FROM selfgraph.table_relationships",
    "UPDATE selfgraph.table_computed_fields SET comment = 'x'",
    "UPDATE selfgraph.function_settings SET comment = 'x'",
    "DELETE FROM selfgraph.function_roles",
    "TRUNCATE selfgraph.table_permissions",
    "DELETE FROM selfgraph.role_inheritance",
    "DELETE FROM selfgraph.roles WHERE name = 'editor'",
]


@pytest.fixture
async def migrated(any_migrated_database: str) -> AsyncGenerator[Database]:
    database = await Database.connect(DatabaseOptions(any_migrated_database))
    try:
        await execute(any_migrated_database, EDITOR)
        yield database
    finally:
        await database.close()


async def save(database: Database, after: Metadata) -> None:
    async with PostgresOpenMetadata(Transactions(database))() as work:
        stored = await work.metadata.lock()
        await work.metadata.save(stored.metadata, after)


async def read(database: Database) -> Metadata:
    return await PostgresMetadataSource(database).read()


async def unversioned(database: Database) -> Metadata:
    return replace(await read(database), version="")


async def test_metadata_are_read_as_they_were_written(migrated: Database) -> None:
    await save(migrated, FULL)

    assert await unversioned(migrated) == FULL


async def test_one_statement_reads_everything(migrated: Database) -> None:
    await save(migrated, FULL)
    sent: list[str] = []
    hear(migrated, lambda sql, _: sent.append(sql))

    await read(migrated)

    assert sent == [METADATA_QUERY]


async def test_a_database_that_is_not_migrated_says_nothing(database: Database) -> None:
    source = PostgresMetadataSource(database)

    assert await source.read() == NO_METADATA
    assert await source.version() == NO_METADATA.version


async def test_every_member_can_become_another(migrated: Database) -> None:
    await save(migrated, FULL)
    changed = replace(
        FULL,
        tables={ALBUM: replace(FULL.tables[ALBUM], is_enum=False, column_names={})},
        relationships=tuple(replace(each, comment="Changed.") for each in FULL.relationships[:2]),
        computed_fields=FULL.computed_fields[1:],
        functions={SEARCH: replace(FULL.functions[SEARCH], comment="Changed.")},
        permissions=(replace(FULL.permissions[0], columns=("title",), filter={}, limit=None), *FULL.permissions[2:]),
        inherits={"editor": frozenset({"user"})},
    )

    await save(migrated, changed)
    assert await unversioned(migrated) == changed
    await save(migrated, NO_METADATA)
    assert await unversioned(migrated) == NO_METADATA


async def test_what_stays_as_it_is_is_not_written(migrated: Database) -> None:
    await save(migrated, FULL)
    rows = "SELECT string_agg(xmin::text, ',' ORDER BY action) FROM selfgraph.table_permissions WHERE role = 'user'"
    before = await migrated.fetch_value(rows)

    await save(migrated, replace(FULL, permissions=FULL.permissions[:4]))

    assert await migrated.fetch_value(rows) == before


async def test_one_statement_writes_however_many_permissions(migrated: Database) -> None:
    permissions = tuple(
        Permission(ALBUM._replace(name=f"t{number:04}"), "user", Action.SELECT, ("id",), filter={})
        for number in range(3000)
    )
    many = Metadata(permissions=permissions)
    assert len(changes(NO_METADATA, many)) == 1
    assert len(changes(many, NO_METADATA)) == 1

    await save(migrated, many)
    assert await unversioned(migrated) == many
    await save(migrated, NO_METADATA)
    assert await unversioned(migrated) == NO_METADATA


async def test_the_version_changes_with_every_change_and_with_nothing_else(migrated: Database) -> None:
    source = PostgresMetadataSource(migrated)
    await save(migrated, FULL)
    version = await source.version()
    assert (await source.read()).version == version

    await save(migrated, FULL)
    await execute(migrated.options.url, "UPDATE selfgraph.roles SET description = 'x'")
    assert await source.version() == version

    for change in CHANGES:
        await execute(migrated.options.url, change)
        assert await source.version() != version, change
        version = await source.version()
        assert (await source.read()).version == version


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_told_whoever_makes_it(migrated: Database, change: str) -> None:
    await save(migrated, FULL)

    assert await notices_of(migrated, change) == ["metadata"]


@pytest.mark.parametrize(
    "after",
    [
        Metadata(permissions=(Permission(ALBUM, "missing", Action.SELECT, filter={}),)),
        Metadata(functions={SEARCH: FunctionSettings(SEARCH, roles=frozenset({"missing"}))}),
        Metadata(inherits={"editor": frozenset({"missing"})}),
    ],
)
async def test_a_role_that_does_not_exist_leaves_everything_as_it_was(migrated: Database, after: Metadata) -> None:
    await save(migrated, FULL)
    before = await read(migrated)

    with pytest.raises(InvalidInputError, match="no such role"):
        await save(migrated, after)

    assert await read(migrated) == before


async def test_changes_side_by_side_come_one_after_the_other(migrated: Database) -> None:
    async def grant(number: int) -> None:
        async with PostgresOpenMetadata(Transactions(migrated))() as work:
            metadata = (await work.metadata.lock()).metadata
            more = Permission(ARTIST._replace(name=f"t{number}"), "user", Action.SELECT, filter={})
            await work.metadata.save(metadata, replace(metadata, permissions=(*metadata.permissions, more)))

    await asyncio.gather(*(grant(number) for number in range(12)))

    assert len((await read(migrated)).permissions) == 12


async def test_a_role_is_deleted_or_given_a_permission_but_not_both(migrated: Database) -> None:
    for number in range(8):
        name = f"role{number}"
        await execute(migrated.options.url, f"INSERT INTO selfgraph.roles (name) VALUES ('{name}')")
        delete = DeleteRole(PostgresAccess(Transactions(migrated)))
        permission = Permission(ALBUM, name, Action.SELECT, filter={})
        outcomes = await asyncio.gather(
            delete(Actor("admin"), UNKNOWN_CLIENT, name),
            save(migrated, Metadata(permissions=(permission,))),
            return_exceptions=True,
        )
        assert sorted(isinstance(outcome, SelfgraphError) for outcome in outcomes) == [False, True], outcomes
        assert "try again" not in str(outcomes)
