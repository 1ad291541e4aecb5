"""Tables that a notice names are read alone, and everything is read where more may have changed than they."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from persistence.catalog import CatalogReader
from persistence.catalog_changes import altered_by
from persistence.catalog_query import ALTERED_QUERY, CATALOG_QUERY
from tests.persistence.hearing import hear
from tests.persistence.notices import notices_of
from tests.persistence.structure import CHANGES, STRUCTURE, WOVEN, WOVEN_CHANGES, execute, oid_of

if TYPE_CHECKING:
    from persistence.database import Database

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


@pytest.fixture
def asked(migrated: Database) -> list[str]:
    """The queries that the database is asked."""
    queries: list[str] = []
    hear(migrated, lambda sql, _: queries.append(sql))
    return queries


async def test_a_table_that_is_named_is_read_alone(migrated: Database, asked: list[str]) -> None:
    await execute(migrated.options.url, WOVEN)
    reader = CatalogReader(migrated, ["public"])
    before = await reader.read()
    await execute(migrated.options.url, "ALTER TABLE near ADD COLUMN added integer")

    after = await reader.read([await oid_of(migrated.options.url, "near")])

    assert asked == [CATALOG_QUERY, ALTERED_QUERY]
    assert after == await CatalogReader(migrated, ["public"]).read()
    other = [now for was, now in zip(before, after, strict=True) if was is not now and '"kind" : "view"' not in now]
    assert [document.count('"added"') for document in other] == [1]


async def test_an_index_that_is_named_stands_for_its_table(migrated: Database, asked: list[str]) -> None:
    await execute(migrated.options.url, STRUCTURE)
    reader = CatalogReader(migrated, ["public"])
    await reader.read()
    await execute(migrated.options.url, "ALTER INDEX i RENAME TO k")

    after = await reader.read([await oid_of(migrated.options.url, "k")])

    assert asked == [CATALOG_QUERY, ALTERED_QUERY]
    assert after == await CatalogReader(migrated, ["public"]).read()


async def test_nothing_is_asked_when_no_table_is_another(migrated: Database, asked: list[str]) -> None:
    await execute(migrated.options.url, STRUCTURE)
    reader = CatalogReader(migrated, ["public"])

    before = await reader.read([])

    assert await reader.read([]) == before
    assert asked == [CATALOG_QUERY]


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
    migrated: Database, named: str, unnamed: str
) -> None:
    await execute(migrated.options.url, WOVEN)
    reader = CatalogReader(migrated, ["public"])
    await reader.read()
    await execute(migrated.options.url, f"ALTER TABLE {named} ADD COLUMN added integer")
    await execute(migrated.options.url, unnamed)

    assert (
        await reader.read([await oid_of(migrated.options.url, named)])
        == await CatalogReader(migrated, ["public"]).read()
    )


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

    for payload in await notices_of(migrated, change):
        known = await knowing.read(altered_by(payload))

    assert known == await CatalogReader(migrated, ["public"]).read()


@pytest.mark.parametrize(
    ("payload", "altered"),
    [
        ("", None),
        ("12", {12}),
        ("12,7", {7, 12}),
        ("metadata", set()),
        ("12,", None),
        ("12,x", None),
        ("-1", None),
        ("4294967295", {4294967295}),
        ("4294967296", None),
        ("9" * 7000, None),
        ("\u0661", None),
    ],
)
def test_a_notice_that_is_not_understood_may_tell_of_anything(payload: str, altered: set[int] | None) -> None:
    assert altered_by(payload) == altered
