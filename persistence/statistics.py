"""Reads how large tables are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString

from domain.tables.catalog import TableName
from domain.tables.statistics import TableStatistics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persistence.database import Database

# A partitioned table holds nothing itself: its partitions are added up.
_QUERY: Final[LiteralString] = """
SELECT n.nspname, c.relname,
    CASE WHEN c.relkind IN ('v', 'f') THEN NULL
        WHEN c.relkind = 'p' THEN (
            SELECT sum(greatest(p.reltuples, 0))::bigint
            FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid WHERE t.isleaf)
        WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS row_estimate,
    CASE WHEN c.relkind = 'p' THEN (
            SELECT coalesce(sum(pg_total_relation_size(t.relid)), 0)::bigint FROM pg_partition_tree(c.oid) t)
        WHEN c.relkind IN ('r', 'm') THEN coalesce(pg_total_relation_size(c.oid), 0)
        ELSE 0 END AS size
FROM unnest($1::text[], $2::text[]) AS asked(schema, name)
JOIN pg_namespace n ON n.nspname = asked.schema
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = asked.name
"""


class PostgresStatisticsRepository:
    """The port `StatisticsRepository` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, names: Sequence[TableName]) -> Mapping[TableName, TableStatistics]:
        """The sizes of the tables that exist among `names`."""
        schemas, tables = [name.schema for name in names], [name.name for name in names]
        async with self._database.acquire() as connection:
            rows = await connection.fetch(_QUERY, schemas, tables)
        return {
            TableName(row["nspname"], row["relname"]): TableStatistics(row["row_estimate"], row["size"]) for row in rows
        }
