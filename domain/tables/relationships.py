"""How tables belong together: every foreign key read both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.tables.catalog import Catalog, Table, TableName


@dataclass(frozen=True, slots=True)
class Relationship:
    """A way from the rows of one table to those of another.

    Attributes:
        constraint: the foreign key it was read from.
        source: the table it starts at.
        target: the table it leads to.
        columns: pairs of (column of the source, column of the target) that are equal.
        many: whether it leads to a list of rows (an array relationship) or to one at most (an object relationship).
        optional: whether an object relationship may lead to no row.
        inverse: whether the foreign key belongs to the target.
    """

    constraint: str
    source: TableName
    target: TableName
    columns: tuple[tuple[str, str], ...]
    many: bool
    optional: bool = True
    inverse: bool = False


def relationships(catalog: Catalog) -> dict[TableName, list[Relationship]]:
    """Every table's relationships, object relationships first, each kind in the order of tables and constraints."""
    found: dict[TableName, list[Relationship]] = {table.name: [] for table in catalog.tables}
    for relationship in _to_one(catalog):
        found[relationship.source].append(relationship)
    for relationship in list(_to_one(catalog)):
        reverse = _reversed(relationship, catalog)
        found[reverse.source].append(reverse)
    return found


def _to_one(catalog: Catalog) -> Iterator[Relationship]:
    for table in catalog.tables:
        for key in table.foreign_keys:
            yield Relationship(
                constraint=key.name,
                source=table.name,
                target=key.referenced,
                columns=tuple(zip(key.columns, key.referenced_columns, strict=True)),
                many=False,
                optional=not key.validated or any(table.by_name[name].nullable for name in key.columns),
            )


def _reversed(relationship: Relationship, catalog: Catalog) -> Relationship:
    """The same foreign key from the referenced side: one row at most if the referencing columns are unique."""
    referencing = catalog.by_name[relationship.source]
    columns = frozenset(column for column, _ in relationship.columns)
    return Relationship(
        constraint=relationship.constraint,
        source=relationship.target,
        target=relationship.source,
        columns=tuple((target, source) for source, target in relationship.columns),
        many=not _is_unique(referencing, columns),
        inverse=True,
    )


def _is_unique(table: Table, columns: frozenset[str]) -> bool:
    keys = [table.primary_key, *table.unique_keys] if table.primary_key else list(table.unique_keys)
    return any(columns.issuperset(key.columns) for key in keys)
