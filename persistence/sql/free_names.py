"""Names beside the columns of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.tables.catalog import Table


def free_name(table: Table, name: str = "place") -> str:
    """The name, or a longer one that no column of the table has."""
    while name in table.by_name:
        name += "_"
    return name
