"""Tables that a notice names are read alone, and everything is read where more may have changed than they."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from persistence.catalog import CatalogReader
from persistence.catalog_changes import CHANNEL, altered_by
from persistence.catalog_query import ALTERED_QUERY, CATALOG_QUERY
from tests.persistence.structure import CHANGES, STRUCTURE, WOVEN, WOVEN_CHANGES, execute

if TYPE_CHECKING:
    from collections.abc import Sequence

    import asyncpg

    from persistence.database import Database

PATIENCE = 30
FAMILY = """
CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE child (more integer) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
CREATE TABLE parted (id integer) PARTITION BY LIST (id);
CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE bare ();
CREATE TABLE apart (id integer, note varchar);
CREATE VIEW over_child AS SELECT more FROM child;
"""
"""Tables whose changes reach others that the commands do not mention."""
FAMILY_CHANGES = (
    "ALTER TABLE parent ADD COLUMN added integer",
    "ALTER TABLE parent RENAME COLUMN id TO number",
    "ALTER TABLE parent ALTER COLUMN id TYPE bigint",
    "ALTER TABLE child NO INHERIT parent",
    "ALTER TABLE apart INHERIT bare",
    "ALTER TABLE parted DETACH PARTITION part",
    "ALTER TABLE part ADD CHECK (id > 0)",
    "ALTER TABLE part RENAME TO piece",
    "ALTER TABLE bare ADD COLUMN first integer",
    "ALTER TABLE apart ALTER COLUMN note TYPE text",
    "ALTER TABLE apart ALTER COLUMN note TYPE json USING NULL",
    "ALTER TABLE apart ADD COLUMN numbers serial",
    "ALTER TABLE apart ADD COLUMN place point",
    "ALTER TABLE apart ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE apart SET UNLOGGED",
    "CREATE UNIQUE INDEX apart_id ON apart (id)",
    "CREATE TABLE late (id integer); ALTER TABLE late ADD COLUMN more text",
    "ALTER TABLE apart RENAME TO other; ALTER TABLE bare RENAME TO apart",
    "DROP TABLE apart; CREATE TABLE apart (id integer)",
    "BEGIN; ALTER TABLE apart ADD a integer; ALTER TABLE bare ADD b integer; ROLLBACK",
)


class Asked:
    """A database that notes which queries it is asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.queries: list[str] = []

    async def fetch_row(self, sql: str, arguments: Sequence[object] = ()) -> asyncpg.Record | None:
        self.queries.append(sql)
        return await self._database.fetch_row(sql, arguments)


@pytest.fixture
def asked(migrated: Database) -> Asked:
    """With all migrations."""
    return Asked(migrated)


def reader_of(asked: Asked) -> CatalogReader:
    return CatalogReader(cast("Any", asked), ["public"])


async def test_a_table_that_is_named_is_read_alone(migrated: Database, asked: Asked) -> None:
    await execute(migrated.options.url, WOVEN)
    reader = reader_of(asked)
    before = await reader.read()
    await execute(migrated.options.url, "ALTER TABLE near ADD COLUMN added integer")

    after = await reader.read([await oid_of(migrated, "near")])

    assert asked.queries == [CATALOG_QUERY, ALTERED_QUERY]
    assert after == await CatalogReader(migrated, ["public"]).read()
    other = [now for was, now in zip(before, after, strict=True) if was is not now and '"kind" : "view"' not in now]
    assert [document.count('"added"') for document in other] == [1]


async def test_an_index_that_is_named_stands_for_its_table(migrated: Database, asked: Asked) -> None:
    await execute(migrated.options.url, STRUCTURE)
    reader = reader_of(asked)
    await reader.read()
    await execute(migrated.options.url, "ALTER INDEX i RENAME TO k")

    after = await reader.read([await oid_of(migrated, "k")])

    assert asked.queries == [CATALOG_QUERY, ALTERED_QUERY]
    assert after == await CatalogReader(migrated, ["public"]).read()


async def test_nothing_is_asked_when_no_table_is_another(migrated: Database, asked: Asked) -> None:
    await execute(migrated.options.url, STRUCTURE)
    reader = reader_of(asked)

    before = await reader.read([])

    assert await reader.read([]) == before
    assert asked.queries == [CATALOG_QUERY]


@pytest.mark.parametrize(
    "unnamed",
    [
        "ALTER TABLE far RENAME COLUMN code TO number",
        "ALTER TABLE near RENAME COLUMN label TO title",
        "ALTER TABLE lone RENAME TO alone",
        "DROP TABLE lone",
        "CREATE TABLE fresh (id integer)",
        "ALTER TYPE mood RENAME TO temper",
        "ALTER FUNCTION made() RENAME TO produced",
    ],
)
@pytest.mark.parametrize("named", ["far", "near"])
async def test_what_happened_beside_it_and_is_not_told_yet_is_found(
    migrated: Database, asked: Asked, named: str, unnamed: str
) -> None:
    await execute(migrated.options.url, WOVEN)
    reader = reader_of(asked)
    await reader.read()
    await execute(migrated.options.url, f"ALTER TABLE {named} ADD COLUMN added integer")
    await execute(migrated.options.url, unnamed)

    assert await reader.read([await oid_of(migrated, named)]) == await CatalogReader(migrated, ["public"]).read()


@pytest.mark.parametrize(
    ("structure", "change"),
    [
        *((STRUCTURE, change) for change in CHANGES),
        *((WOVEN, change) for change in WOVEN_CHANGES),
        *((FAMILY, change) for change in FAMILY_CHANGES),
    ],
)
async def test_who_reads_what_is_told_knows_what_anybody_reads(migrated: Database, structure: str, change: str) -> None:
    await execute(migrated.options.url, structure)
    knowing = CatalogReader(migrated, ["public"])
    known = await knowing.read()

    for altered in await told_of(migrated, change):
        known = await knowing.read(altered)

    assert known == await CatalogReader(migrated, ["public"]).read()


async def told_of(database: Database, change: str) -> list[frozenset[int] | None]:
    """What is told of a change, notice by notice."""
    told: asyncio.Queue[str] = asyncio.Queue()
    listener = await database.open_connection()
    try:
        await listener.add_listener(CHANNEL, lambda *notice: told.put_nowait(str(notice[-1])))
        await execute(database.options.url, change)
        await execute(database.options.url, f"NOTIFY {CHANNEL}, 'the end'")
        async with asyncio.timeout(PATIENCE):
            return [altered_by(payload) for payload in await until_the_end(told)]
    finally:
        await listener.close()


async def until_the_end(told: asyncio.Queue[str]) -> list[str]:
    payloads: list[str] = []
    while (payload := await told.get()) != "the end":
        payloads.append(payload)
    return payloads


@pytest.mark.parametrize(
    ("payload", "altered"),
    [("", None), ("12", {12}), ("12,7", {7, 12}), ("metadata", set()), ("12,", None), ("12,x", None), ("-1", None)],
)
def test_a_notice_that_is_not_understood_may_tell_of_anything(payload: str, altered: set[int] | None) -> None:
    assert altered_by(payload) == altered


async def oid_of(database: Database, name: str) -> int:
    async with database.acquire() as connection:
        return int(await connection.fetchval("SELECT $1::text::regclass::oid::bigint", f"public.{name}"))
