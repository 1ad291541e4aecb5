"""Keeps the installation's own row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString

from domain.instance import Instance

if TYPE_CHECKING:
    from persistence.database import Database

_QUERY: Final[LiteralString] = "SELECT id, initialized_at FROM selfgraph.instance"


class PostgresInstanceRepository:
    """The port `InstanceRepository` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self) -> Instance | None:
        """The installation, or None if its row is gone."""
        row = await self._database.fetch_row(_QUERY)
        return Instance(id=row["id"], initialized_at=row["initialized_at"]) if row else None
