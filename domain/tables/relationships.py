"""How tables belong together: every foreign key read both ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from domain.tables.catalog import Catalog, ForeignKey, Table, TableName


@dataclass(frozen=True, slots=True)
class Bridge:
    """A table that joins two others: each of its rows belongs to one row of either, and no two to the same two.

    Attributes:
        table: the table between.
        columns: pairs of (column of the bridge, column of the target) that are equal.
    """

    table: Table = field(hash=False)
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Relationship:
    """A way from the rows of one table to those of another.

    Attributes:
        constraint: the foreign key it was read from; of one by hand the name it was given.
        source: the table it starts at.
        target: the table it leads to.
        columns: pairs of (column of the source, column of the target, or of the bridge) that are equal.
        many: whether it leads to a list of rows (an array relationship) or to one at most (an object relationship).
        optional: whether an object relationship may lead to no row.
        inverse: whether the foreign key belongs to the target.
        through: the table between, whose rows lead to those of the target; None: there is none.
        by_hand: whether an installation says so, and no foreign key.
        keyed: whether the columns of the target tell its rows apart. Where they do not, an object relationship leads
            to the first of several rows.
        inserted_after: whether the row of an object relationship by hand is inserted after the row itself.
    """

    constraint: str
    source: TableName
    target: TableName
    columns: tuple[tuple[str, str], ...]
    many: bool
    optional: bool = True
    inverse: bool = False
    through: Bridge | None = None
    by_hand: bool = False
    keyed: bool = True
    inserted_after: bool = False

    @property
    def tables(self) -> tuple[TableName, ...]:
        """The tables whose rows are looked at on the way, the target last."""
        return (self.through.table.name, self.target) if self.through else (self.target,)

    def legs(self, through: Bridge) -> tuple[Relationship, Relationship]:
        """The way to the bridge and the one from there on."""
        between = through.table.name
        return (
            Relationship(self.constraint, self.source, between, self.columns, many=True, inverse=True),
            Relationship(self.constraint, between, self.target, through.columns, many=False),
        )


BothWays: TypeAlias = "tuple[tuple[Relationship, Relationship], ...]"
"""Each foreign key from its own side and from the other."""


def relationships(catalog: Catalog) -> dict[TableName, list[Relationship]]:
    """Every table's relationships, object relationships first, each kind in the order of tables and constraints."""
    return by_source({table.name: both_ways(table, served_keys(table, catalog.by_name)) for table in catalog.tables})


def by_source(read: Mapping[TableName, BothWays]) -> dict[TableName, list[Relationship]]:
    """The same of what `both_ways` makes of each table."""
    found: dict[TableName, list[Relationship]] = {name: [] for name in read}
    pairs = [pair for of_table in read.values() for pair in of_table]
    for forward, _ in pairs:
        found[forward.source].append(forward)
    for _, reverse in pairs:
        found[reverse.source].append(reverse)
    return found


def served_keys(table: Table, served: Container[TableName]) -> tuple[ForeignKey, ...]:
    """The foreign keys of a table that lead to a table which is served."""
    return tuple(key for key in table.foreign_keys if key.referenced in served)


def both_ways(table: Table, keys: tuple[ForeignKey, ...]) -> BothWays:
    """Some foreign keys of a table as relationships of the table itself and of those that they refer to."""
    return tuple((_forward(table, key), _reverse(table, key)) for key in keys)


def _forward(table: Table, key: ForeignKey) -> Relationship:
    return Relationship(
        constraint=key.name,
        source=table.name,
        target=key.referenced,
        columns=tuple(zip(key.columns, key.referenced_columns, strict=True)),
        many=False,
        optional=not key.validated or any(table.by_name[name].nullable for name in key.columns),
    )


def _reverse(table: Table, key: ForeignKey) -> Relationship:
    """From the referenced side: one row at most if the referencing columns are unique."""
    return Relationship(
        constraint=key.name,
        source=key.referenced,
        target=table.name,
        columns=tuple(zip(key.referenced_columns, key.columns, strict=True)),
        many=not is_unique(table, key.columns),
        inverse=True,
    )


def is_unique(table: Table, columns: Iterable[str]) -> bool:
    """Whether no two rows of the table are equal in these columns, NULLs apart."""
    columns = frozenset(columns)
    keys = [table.primary_key, *table.unique_keys] if table.primary_key else list(table.unique_keys)
    return any(columns.issuperset(key.columns) for key in keys)
