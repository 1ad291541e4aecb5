"""The names by which users know what PostgreSQL says of partitions, which nobody asks for by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString

from domain.tables.catalog import TableName
from domain.tables.violations import Violation

if TYPE_CHECKING:
    from persistence.database import Database

# A foreign key to a partitioned table, too, has a copy for each of the partitions.
_ROOT: Final[LiteralString] = """
WITH RECURSIVE named AS (
    SELECT relation.oid, relation.relnamespace AS namespace,
        coalesce(pg_partition_root(relation.oid), relation.oid) AS root
    FROM pg_class AS relation JOIN pg_namespace AS schema ON schema.oid = relation.relnamespace
    WHERE schema.nspname = $1 AND relation.relname = $2
), copies AS (
    SELECT one.conparentid, one.conname
    FROM named JOIN pg_constraint AS one ON one.conrelid = named.oid AND one.conname = $3
    UNION ALL
    SELECT parent.conparentid, parent.conname
    FROM copies JOIN pg_constraint AS parent ON parent.oid = copies.conparentid
)
SELECT schema.nspname::text, root.relname::text, coalesce(
    (SELECT conname FROM copies WHERE conparentid = 0),
    (SELECT parent.relname
        FROM pg_class AS index JOIN pg_class AS parent ON parent.oid = pg_partition_root(index.oid)
        WHERE index.relnamespace = named.namespace AND index.relname = $3),
    $3)::text
FROM named
JOIN pg_class AS root ON root.oid = named.root
JOIN pg_namespace AS schema ON schema.oid = root.relnamespace
"""


async def at_root(database: Database, violation: Violation) -> Violation:
    """The same of the partitioned table, where it is about one of its partitions."""
    name = violation.table
    row = await database.fetch_row(_ROOT, (name.schema, name.name, violation.constraint))
    if row is None:
        return violation
    schema, table, constraint = row
    return Violation(TableName(schema, table), constraint, violation.column)
