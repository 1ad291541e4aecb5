"""Version and fingerprint of the catalog change with the structure and with nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from persistence.catalog import CatalogReader, parse_catalog
from tests.persistence.structure import CHANGES, STRUCTURE, execute

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
