"""How large tables are, on every tested version of PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.tables.catalog import TableName
from domain.tables.statistics import TableStatistics
from persistence.statistics import PostgresStatisticsRepository
from tests.persistence.structure import execute

if TYPE_CHECKING:
    from persistence.database import Database

SCRIPT = """
CREATE TABLE counted (id integer PRIMARY KEY);
INSERT INTO counted SELECT generate_series(1, 1000);
CREATE TABLE uncounted (id integer);
CREATE VIEW seen AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW kept AS SELECT generate_series(1, 10) AS id;
CREATE TABLE parted (id integer) PARTITION BY RANGE (id);
CREATE TABLE part_one PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE part_two PARTITION OF parted FOR VALUES FROM (100) TO (200);
INSERT INTO parted SELECT generate_series(1, 150);
CREATE TABLE empty_parted (id integer) PARTITION BY RANGE (id);
ANALYZE counted; ANALYZE kept; ANALYZE part_one; ANALYZE part_two;
"""


async def statistics(database: Database, *names: str, script: str = SCRIPT) -> dict[str, TableStatistics]:
    await execute(database.options.url, script)
    found = await PostgresStatisticsRepository(database).list([TableName("public", name) for name in names])
    return {name.name: value for name, value in found.items()}


async def test_rows_are_those_of_the_last_analyze(database: Database) -> None:
    found = await statistics(database, "counted", "uncounted", "kept")

    assert {name: each.row_estimate for name, each in found.items()} == {"counted": 1000, "uncounted": None, "kept": 10}


async def test_sizes_hold_the_indexes(database: Database) -> None:
    found = (await statistics(database, "counted"))["counted"]

    async with database.acquire() as connection:
        assert found.size == await connection.fetchval(
            "SELECT pg_table_size('public.counted') + pg_indexes_size('public.counted')"
        )


async def test_a_view_has_no_rows_and_no_size_of_its_own(database: Database) -> None:
    assert await statistics(database, "seen") == {"seen": TableStatistics(None, 0)}


async def test_partitions_are_added_up(database: Database) -> None:
    found = (await statistics(database, "parted"))["parted"]

    async with database.acquire() as connection:
        size = await connection.fetchval(
            "SELECT pg_total_relation_size('public.part_one') + pg_total_relation_size('public.part_two')"
        )
    assert found == TableStatistics(150, size)


async def test_a_partitioned_table_without_partitions_is_empty(database: Database) -> None:
    found = (await statistics(database, "empty_parted"))["empty_parted"]

    assert found.size == 0
    assert not found.row_estimate


async def test_what_does_not_exist_is_left_out(database: Database) -> None:
    assert await statistics(database, "nothing") == {}


async def test_no_names_are_no_tables(database: Database) -> None:
    assert await statistics(database) == {}
