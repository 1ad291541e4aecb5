"""Changes of the structure are noticed: told by event triggers, or looked for where those are not allowed."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from persistence.catalog import CatalogReader
from persistence.catalog_changes import CatalogChanges
from persistence.database import Database, DatabaseOptions
from persistence.metadata.source import PostgresMetadataSource
from persistence.migrations import upgrade_to_head
from tests.persistence.notices import notices_of
from tests.persistence.structure import CHANGES, STRUCTURE, execute

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.persistence.machine import MachinePostgres

PATIENCE = 30
NEVER = 3600.0
OFTEN = 0.02
METADATA = "INSERT INTO selfgraph.table_settings (table_schema, table_name) VALUES ('public', 'one')"
NO_TRIGGERS = "DROP EVENT TRIGGER selfgraph_ddl_end; DROP EVENT TRIGGER selfgraph_drop"


@pytest.fixture
def database(migrated: Database) -> Database:
    """With all migrations."""
    return migrated


@contextlib.asynccontextmanager
async def listening(database: Database, poll_interval: float = NEVER) -> AsyncGenerator[AsyncGenerator[object]]:
    """Changes from now on: the first one, which tells of what may have been missed, is taken already."""
    reader = CatalogReader(database, ["public"])
    source = CatalogChanges(database, reader, PostgresMetadataSource(database), poll_interval=poll_interval)
    async with contextlib.aclosing(source.listen()) as changes:
        await heard(changes)
        yield changes


async def heard(changes: AsyncGenerator[object]) -> None:
    async with asyncio.timeout(PATIENCE):
        await anext(changes)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_of_the_structure_is_told(database: Database, change: str) -> None:
    await execute(database.options.url, STRUCTURE)
    async with listening(database) as changes:
        await execute(database.options.url, change)

        await heard(changes)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_of_the_structure_is_seen_without_triggers(database: Database, change: str) -> None:
    await execute(database.options.url, STRUCTURE)
    await execute(database.options.url, NO_TRIGGERS)
    async with listening(database, OFTEN) as changes:
        await execute(database.options.url, change)

        await heard(changes)


@pytest.mark.parametrize("triggers", [True, False], ids=["told", "without event triggers"])
async def test_a_change_of_the_metadata_is_told(database: Database, *, triggers: bool) -> None:
    if not triggers:
        await execute(database.options.url, NO_TRIGGERS)
    async with listening(database) as changes:
        await execute(database.options.url, METADATA)

        await heard(changes)


async def test_behind_a_pooler_a_change_of_the_metadata_is_looked_for(database: Database) -> None:
    behind = await Database.connect(replace(database.options, prepared_statements=False))
    try:
        async with listening(behind, OFTEN) as changes:
            await execute(database.options.url, METADATA)

            await heard(changes)
    finally:
        await behind.close()


async def test_what_does_not_touch_the_structure_is_not_told(database: Database) -> None:
    await execute(database.options.url, STRUCTURE)
    await execute(database.options.url, "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x")

    assert not await notices_of(
        database,
        "INSERT INTO two VALUES (1)",
        "CREATE TEMP TABLE t (id integer)",
        "REFRESH MATERIALIZED VIEW m",
        "CREATE TABLE selfgraph.more (id integer)",
        "DROP TABLE selfgraph.more",
        "ANALYZE",
    )


async def test_a_change_that_is_rolled_back_is_not_told(database: Database) -> None:
    assert not await notices_of(database, "BEGIN; CREATE TABLE t (id integer); ROLLBACK")


async def test_changes_that_come_in_a_burst_are_told_and_the_last_one_is_not_lost(database: Database) -> None:
    async with listening(database) as changes:
        reader = CatalogReader(database, ["public"])
        for number in range(20):
            await execute(database.options.url, f"CREATE TABLE t{number} (id integer)")

        async with asyncio.timeout(PATIENCE):
            async for _ in changes:
                if '"t19"' in "".join(await reader.read()):
                    break


async def test_behind_a_pooler_changes_are_looked_for(database: Database) -> None:
    options = replace(database.options, prepared_statements=False)
    behind = await Database.connect(options)
    try:
        async with listening(behind, OFTEN) as changes:
            waiting = asyncio.ensure_future(heard(changes))
            while not waiting.done():
                await execute(database.options.url, "CREATE TABLE IF NOT EXISTS t (id integer)")
                await execute(database.options.url, "DROP TABLE IF EXISTS t")
            await waiting
    finally:
        await behind.close()


@pytest.mark.parametrize("triggers", [True, False], ids=["told", "looked for"])
async def test_a_database_that_comes_back_is_listened_to_again(
    breakable_postgres: MachinePostgres, *, triggers: bool
) -> None:
    database = await Database.connect(DatabaseOptions(breakable_postgres.url(), connect_timeout=PATIENCE))
    try:
        await upgrade_to_head(database)
        if not triggers:
            await execute(database.options.url, NO_TRIGGERS)
        async with listening(database, OFTEN) as changes:
            breakable_postgres.stop()
            breakable_postgres.start()

            await heard_until_read(database, changes)
        await execute(
            database.options.url, "DROP TABLE back; DROP SCHEMA selfgraph CASCADE; DROP TABLE IF EXISTS alembic_version"
        )
    finally:
        await database.close()


async def heard_until_read(database: Database, changes: AsyncGenerator[object]) -> None:
    """A change made now is told; what was told of the outage may come first."""
    await execute(database.options.url, "CREATE TABLE back (id integer)")
    reader = CatalogReader(database, ["public"])
    async with asyncio.timeout(PATIENCE):
        async for _ in changes:
            if '"back"' in "".join(await reader.read()):
                return


async def test_a_listener_whose_backend_is_ended_listens_anew(database: Database) -> None:
    async with listening(database) as changes:
        async with database.acquire() as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

        await heard(changes)
        await heard_until_read(database, changes)
