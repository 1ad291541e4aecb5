"""The names of relationships in the spelling of the database: given by hand, else made from columns and tables."""

from __future__ import annotations

from collections import Counter
from itertools import chain, count
from typing import TYPE_CHECKING, Final, TypeAlias

from domain.kept import KeptMapping, KeptValue
from domain.tables.bridges import ways_over
from domain.tables.relationships import both_ways, by_source, served_keys

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from domain.tables.catalog import Catalog, ForeignKey, Table, TableName
    from domain.tables.relationships import BothWays, Relationship

LOGIC: Final = ("_and", "_or", "_not")
"""What stands beside columns and relationships in a filter."""

_Read: TypeAlias = "tuple[BothWays, tuple[Relationship, ...]]"
"""The ways along the foreign keys of a table, and those over it."""


class AutomaticRelationships:
    """Every table's relationships by foreign keys and over bridges, by their names.

    An object relationship along one column is named as that column less its `_id`, every other one as the table it
    leads to. Where two would get the same name, or a column has it, they say by what: `album_by_artist_id`. Those over
    a bridge give way to all others and say by which: `track_by_playlist_track`.
    """

    def __init__(self) -> None:
        self._served: Mapping[TableName, frozenset[TableName]] = {}
        self._keys: KeptMapping[TableName, tuple[ForeignKey, ...]] = KeptMapping(served_keys, compares=True)
        self._read: KeptMapping[TableName, _Read] = KeptMapping(_read, compares=True)
        self._by_source = KeptValue(_by_source)
        self._found: KeptMapping[TableName, tuple[Relationship, ...]] = KeptMapping(tuple, compares=True)
        self._named: KeptMapping[TableName, dict[str, Relationship]] = KeptMapping(_named)

    def __call__(self, catalog: Catalog) -> Mapping[TableName, dict[str, Relationship]]:
        """Those of a catalog; of a table that has changed no more than others, the same ones as of the last one."""
        tables = catalog.by_name
        served = self._served
        if tables.keys() != served.keys():
            # One object for all: of the other tables, nothing but their names counts for the keys of one.
            self._served = served = dict.fromkeys(tables, frozenset(tables))
        keys = self._keys(tables, served)
        read = self._read(tables, keys)
        return self._named(self._found(self._by_source(read)), tables)


def _read(table: Table, keys: tuple[ForeignKey, ...]) -> _Read:
    return both_ways(table, keys), ways_over(table, keys)


def _by_source(read: Mapping[TableName, _Read]) -> dict[TableName, list[Relationship]]:
    found = by_source({name: along for name, (along, _) in read.items()})
    for way in (way for _, over in read.values() for way in over):
        found[way.source].append(way)
    return found


def _named(ways: tuple[Relationship, ...], table: Table) -> dict[str, Relationship]:
    plain = Counter((_folded(_plain_name(way)), way.through is None) for way in ways)
    taken = {_folded(name) for name in (*table.by_name, *LOGIC)}
    named: dict[str, Relationship] = {}
    for way in ways:
        name = _plain_name(way)
        if _folded(name) in taken or (way.many and plain[_folded(name), way.through is None] > 1):
            name = further_name(way)
        name = _free(name, taken)
        taken.add(_folded(name))
        named[name] = way
    return named


def beside(
    given: Mapping[str, Relationship], automatic: Mapping[str, Relationship], columns: Collection[str]
) -> dict[str, Relationship]:
    """Those that were given a name, and the automatic ones, which give way to them."""
    taken = {_folded(name) for name in (*given, *columns, *LOGIC)}
    named = dict(given)
    for plain, way in automatic.items():
        name = plain if _folded(plain) not in taken else _free(further_name(way), taken)
        taken.add(_folded(name))
        named[name] = way
    return named


def _free(name: str, taken: Collection[str]) -> str:
    return next(each for each in chain([name], (f"{name}{n}" for n in count(2))) if _folded(each) not in taken)


def _folded(name: str) -> str:
    """What names are told apart by, so that they stay apart in camelCase too."""
    return name.replace("_", "").lower()


def _plain_name(way: Relationship) -> str:
    if not way.inverse and len(way.columns) == 1:
        column = way.columns[0][0]
        if column.lower().endswith("_id") and column[:-3].strip("_"):
            return column[:-3]
    return way.target.name


def further_name(way: Relationship) -> str:
    """The name that says by what, for one whose plain name is taken."""
    if way.through is None:
        return f"{way.target.name}_by_{'_'.join(_joining_columns(way))}"
    if way.source != way.target:
        return f"{way.target.name}_by_{way.through.table.name.name}"
    # Both ways over one bridge lead to one table: only the column tells them apart.
    return f"{way.target.name}_by_{'_'.join(here for here, _ in way.through.columns)}"


def _joining_columns(way: Relationship) -> list[str]:
    """The columns of the foreign key, on whichever side they are."""
    return [there if way.inverse else here for here, there in way.columns]
