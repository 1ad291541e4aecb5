"""How large tables are, as PostgreSQL last counted and as they lie on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.tables.catalog import TableName


@dataclass(frozen=True, slots=True)
class TableStatistics:
    """The size of one table.

    Attributes:
        row_estimate: rows at the last ANALYZE or autovacuum; None before the first one, and for views.
        size: bytes on disk with indexes and TOAST; 0 for views.
    """

    row_estimate: int | None
    size: int


class StatisticsRepository(Protocol):
    """The port to the sizes of tables."""

    async def list(self, names: Sequence[TableName]) -> Mapping[TableName, TableStatistics]:
        """The sizes of the tables that exist among `names`, read by one statement."""
        ...
