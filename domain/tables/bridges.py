"""Many to many: tables that do nothing but join two others also lead straight from the one to the other.

A bridge is a table whose primary key is two foreign keys: together they have all of its columns, and neither has those
of the other. So a row of the one side and a row of the other have one row of the bridge between them at most, and what
lies beyond a bridge is no more than there is.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from domain.tables.relationships import Bridge, Relationship

if TYPE_CHECKING:
    from domain.tables.catalog import ForeignKey, Table


def ways_over(table: Table, keys: tuple[ForeignKey, ...]) -> tuple[Relationship, ...]:
    """The ways over a table, both ways; none if the keys, which lead to tables that are served, make it no bridge."""
    ends = _ends(table, keys)
    return (_way(table, *ends), _way(table, *reversed(ends))) if ends else ()


def _ends(table: Table, keys: tuple[ForeignKey, ...]) -> tuple[ForeignKey, ForeignKey] | None:
    """The two foreign keys that the primary key is made of; None if it is not, or of more than one such two."""
    if table.primary_key is None:
        return None
    whole = frozenset(table.primary_key.columns)
    within = [key for key in keys if whole.issuperset(key.columns)]
    found = [(one, other) for one, other in combinations(within, 2) if _together(one, other, whole)]
    return found[0] if len(found) == 1 else None


def _together(one: ForeignKey, other: ForeignKey, whole: frozenset[str]) -> bool:
    columns, others = frozenset(one.columns), frozenset(other.columns)
    return columns | others == whole and whole not in {columns, others}


def _way(bridge: Table, to_source: ForeignKey, to_target: ForeignKey) -> Relationship:
    return Relationship(
        constraint=to_target.name,
        source=to_source.referenced,
        target=to_target.referenced,
        columns=tuple(zip(to_source.referenced_columns, to_source.columns, strict=True)),
        many=True,
        inverse=True,
        through=Bridge(bridge, tuple(zip(to_target.columns, to_target.referenced_columns, strict=True))),
    )
