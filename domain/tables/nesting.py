"""Which rows can be inserted inside of others, and which of them first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.tables.catalog import Table
    from domain.tables.relationships import Relationship


def is_inserted_before(way: Relationship) -> bool:
    """Whether the row that a relationship leads to is there first, because the row at its start refers to it."""
    return not (way.many or way.inverse or way.inserted_after)


def can_be_nested(way: Relationship, source: Table, target: Table) -> bool:
    """Whether rows of the target can be given inside of a row of the source: what joins them can be written."""
    if way.through is not None or not target.insertable:
        return False
    here, there = zip(*way.columns, strict=True)
    table, names = (source, here) if is_inserted_before(way) else (target, there)
    return not any(table.by_name[name].read_only for name in names)
