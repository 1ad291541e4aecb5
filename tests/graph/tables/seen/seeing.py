"""What a role sees of a world, worked out row by row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from tests.graph.tables.seen.filters import Asker, ways_of
from tests.graph.tables.seen.truth import Everything, Seen, holds
from tests.graph.tables.seen.worlds import INHERITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from domain.tables.catalog import Column, Table
    from domain.tables.metadata import Permission
    from domain.tables.relationships import Relationship
    from tests.graph.tables.seen.worlds import Row, World

    Shows: TypeAlias = Callable[[Row], frozenset[str] | None]


@dataclass(frozen=True)
class Sight:
    """What is seen of one table.

    Attributes:
        columns: those that can be asked for.
        shows: the columns that are shown of a row; None: it is not seen.
        limit: the most rows of one list.
        aggregations: whether what is computed of rows is seen.
    """

    columns: frozenset[str]
    shows: Shows
    limit: int | None
    aggregations: bool


class Eyes:
    """The view of one role."""

    def __init__(self, world: World, role: str) -> None:
        self.world = world
        self.role = role
        self.sights: dict[str, Sight] = {}
        for name in world.tables:
            sight = _sight(Everything(world), name, role)
            if sight is not None:
                self.sights[name] = sight

    def rows(self, table: str) -> Sequence[Seen]:
        return self._rows[table]

    @cached_property
    def _rows(self) -> Mapping[str, list[Seen]]:
        return {name: list(self._seen(name)) if name in self.sights else [] for name in self.world.tables}

    def _seen(self, table: str) -> list[Seen]:
        shows = self.sights[table].shows
        return [
            Seen(table, row, {name: row[name] for name in names})
            for row in self.world.rows[table]
            if (names := shows(row)) is not None
        ]

    # --- what can be asked ---------------------------------------------------------------------------------------

    def columns(self, table: Table) -> list[Column]:
        return [each for each in table.columns if each.name in self.sights[table.name.name].columns]

    def ways(self, table: Table) -> dict[str, tuple[Relationship, Table]]:
        """The relationships over tables that are seen."""
        found = ways_of(table, self.world.model).items()
        return {name: (way, to) for name, (way, to) in found if all(each.name in self.sights for each in way.tables)}

    def counts(self, table: Table) -> bool:
        return self.sights[table.name.name].aggregations

    def always_shows(self, table: Table, names: Sequence[str]) -> bool:
        """Whether the columns are shown of every row that is seen, whatever rows there are."""
        own = _deciding(self.world, table.name.name, self.role)
        return all(each.columns is None or set(names) <= set(each.columns) for each in own)

    @property
    def asker(self) -> Asker:
        return Asker(self.columns, self.ways, self.counts)


def _deciding(world: World, table: str, role: str) -> list[Permission]:
    """The permissions that a role has of a table: its own one, else all that it inherits."""
    own = [each for each in world.permissions if each.table.name == table and each.role == role]
    return own or [each for name in sorted(INHERITS.get(role, ())) for each in _deciding(world, table, name)]


def _sight(everything: Everything, table: str, role: str) -> Sight | None:
    names = list(everything.world.tables[table].by_name)
    deciding = _deciding(everything.world, table, role)
    if not deciding:
        return None
    columns = [frozenset(names if each.columns is None else each.columns) for each in deciding]

    def shows(row: Row) -> frozenset[str] | None:
        whole = Seen(table, row, row)
        found = [
            shown
            for each, shown in zip(deciding, columns, strict=True)
            if holds(everything, each.filter or {}, whole, whole) is True
        ]
        return frozenset[str]().union(*found) if found else None

    limits = [each.limit for each in deciding]
    return Sight(
        columns=frozenset[str]().union(*columns),
        shows=shows,
        limit=None if None in limits else max(each for each in limits if each is not None),
        aggregations=any(each.allow_aggregations for each in deciding),
    )
