"""Version and fingerprint of the catalog change with the structure and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.tables.catalog import TableName
from persistence.catalog import CatalogParser, CatalogReader, parse_catalog
from tests.persistence.structure import CHANGES, STRUCTURE, WOVEN, WOVEN_CHANGES, execute

if TYPE_CHECKING:
    from persistence.database import Database


async def test_the_same_structure_has_the_same_version(database: Database) -> None:
    await execute(database.options.url, STRUCTURE)
    reader = CatalogReader(database, ["public"])

    assert parse_catalog(await reader.read()).version == parse_catalog(await reader.read()).version


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_of_the_structure_changes_version_and_fingerprint(database: Database, change: str) -> None:
    await execute(database.options.url, STRUCTURE)
    reader = CatalogReader(database, ["public"])
    version, fingerprint = parse_catalog(await reader.read()).version, await reader.fingerprint()

    await execute(database.options.url, change)

    assert parse_catalog(await reader.read()).version != version
    assert await reader.fingerprint() != fingerprint


@pytest.mark.parametrize(
    "change",
    ["INSERT INTO one VALUES (1, 'sad', 1, 'x')", "ANALYZE one", "CREATE TEMP TABLE x (id integer)", "TRUNCATE two"],
)
async def test_a_change_of_the_rows_changes_neither(database: Database, change: str) -> None:
    await execute(database.options.url, STRUCTURE)
    reader = CatalogReader(database, ["public"])
    version, fingerprint = parse_catalog(await reader.read()).version, await reader.fingerprint()

    await execute(database.options.url, change)

    assert parse_catalog(await reader.read()).version == version
    assert await reader.fingerprint() == fingerprint


async def test_a_table_that_has_not_changed_stays_the_same_object(database: Database) -> None:
    reader, parse = CatalogReader(database, ["public"]), CatalogParser()
    async with database.acquire() as connection:
        await connection.execute("CREATE TABLE public.kept (id integer); CREATE TABLE public.changed (id integer)")
        before = parse(await reader.read()).by_name
        await connection.execute("ALTER TABLE public.changed ADD other integer; CREATE TABLE public.added (id integer)")
        after = parse(await reader.read()).by_name
        await connection.execute("CREATE TYPE public.mood AS ENUM ('sad'); ALTER TABLE public.kept ADD mood mood")
        last = parse(await reader.read()).by_name

    kept, changed = TableName("public", "kept"), TableName("public", "changed")
    assert after[kept] is before[kept]
    assert set(after[changed].by_name) == {"id", "other"}
    assert TableName("public", "added") in after
    assert set(last[kept].by_name) == {"id", "mood"}
    assert last == parse_catalog(await reader.read()).by_name


@pytest.mark.parametrize("change", CHANGES)
async def test_who_knows_the_structure_before_a_change_reads_what_anybody_reads(
    database: Database, change: str
) -> None:
    await execute(database.options.url, STRUCTURE)
    await assert_read_alike(database, change)


@pytest.mark.parametrize("change", WOVEN_CHANGES)
async def test_what_a_table_only_mentions_may_change(database: Database, change: str) -> None:
    await execute(database.options.url, WOVEN)
    await assert_read_alike(database, change)


async def assert_read_alike(database: Database, change: str) -> None:
    """A reader that knows what was before the change gives the documents that one gives which knows nothing."""
    knowing = CatalogReader(database, ["public"])
    before = await knowing.read()

    await execute(database.options.url, change)
    after = await knowing.read()

    assert after == await CatalogReader(database, ["public"]).read()
    assert after == await knowing.read()
    assert parse_catalog(before).version != parse_catalog(after).version or after == before


async def test_a_change_of_one_table_has_its_document_made_alone(database: Database) -> None:
    await execute(database.options.url, WOVEN)
    reader = CatalogReader(database, ["public"])
    before = {id(document) for document in await reader.read()}

    await execute(database.options.url, "ALTER TABLE lone ADD COLUMN other integer")
    made = [document for document in await reader.read() if id(document) not in before]

    tables = [name for name in ("far", "near", "lone") if any(f'["public", "{name}"]' in each[:60] for each in made)]
    assert tables == ["lone"]


async def test_a_server_that_was_restored_is_read_anew(database: Database) -> None:
    await execute(database.options.url, STRUCTURE)
    reader = CatalogReader(database, ["public"])
    fresh = await reader.read()
    known = reader._known
    tables = {oid: (signature, "of another life") for oid, (signature, _) in known.tables.items()}
    reader._known = replace(known, surroundings="another start", tables=tables)

    assert await reader.read() == fresh
