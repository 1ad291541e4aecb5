"""Reads the rows of tables that are enums."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, LiteralString

import orjson

from domain.errors import ForbiddenError
from domain.tables.enums import MAX_VALUES, EnumRows
from persistence.sql.fragments import Sql, column, joined, number, qualified, sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.catalog import TableName
    from domain.tables.enums import EnumTable, Values
    from persistence.database import Database

VALUES: Final[LiteralString] = "json_build_array(place, value, description)"
"""What is read of each row; no other statement has it."""


class EnumReader:
    """Reads the values of enums, all by one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, tables: Sequence[EnumTable]) -> EnumRows:
        """The rows of the tables as they are now, at most one more of each than an enum may have.

        One that the database user may not read is left out.

        Raises:
            SelfgraphError: the database cannot be read.
        """
        values = await self._allowed(tables) if tables else {}
        version = hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest() if values else ""
        return EnumRows(values, version)

    async def _allowed(self, tables: Sequence[EnumTable]) -> dict[TableName, Values]:
        try:
            return await self._read(tables)
        except ForbiddenError:
            if len(tables) == 1:
                return {}
        # One of them refuses all: each is asked alone.
        found: dict[TableName, Values] = {}
        for table in tables:
            found |= await self._allowed([table])
        return found

    async def _read(self, tables: Sequence[EnumTable]) -> dict[TableName, Values]:
        document = await self._database.fetch_value(_statement(tables))
        found: dict[TableName, list[tuple[str, str | None]]] = {table.name: [] for table in tables}
        rows: list[tuple[int, str, str | None]] = orjson.loads(document)
        for place, value, description in rows:
            found[tables[place].name].append((value, description))
        return {name: tuple(values) for name, values in found.items()}


def _statement(tables: Sequence[EnumTable]) -> Sql:
    every = joined(" UNION ALL ", (_rows(place, table) for place, table in enumerate(tables)))
    order = sql('place, value COLLATE "C"')
    return sql("SELECT coalesce(json_agg({} ORDER BY {}), '[]')::text FROM ({}) AS r", Sql(VALUES), order, every)


def _rows(place: int, table: EnumTable) -> Sql:
    alias = sql("t")
    described = sql("{}::text", column(alias, table.description)) if table.description else sql("NULL")
    return sql(
        "(SELECT {} AS place, {}::text AS value, {} AS description FROM {} AS t ORDER BY 2 LIMIT {})",
        number(place),
        column(alias, table.value),
        described,
        qualified(table.name),
        number(MAX_VALUES + 1),
    )
