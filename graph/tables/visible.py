"""What one role sees of a model: the tables, columns, relationships and changes that its rights allow."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from domain.tables.nesting import can_be_nested, is_inserted_before
from domain.tables.plan import EVERYTHING
from domain.tables.rights import NOTHING, SelectRight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.tables.catalog import Column, Key, Table, TableName
    from domain.tables.functions import ComputedField
    from domain.tables.model import Model
    from domain.tables.relationships import Relationship
    from domain.tables.rights import Rights, TableRights
    from graph.tables.function_names import FunctionNames
    from graph.tables.names import TableNames

_NO_COLUMNS = SelectRight({})


class Visible:
    """What a role sees, table by table, each worked out when it is first asked for.

    Attributes:
        catalog: all tables, those too that are not seen.
        rights: what the role may do.
    """

    def __init__(
        self, model: Model, names: Mapping[TableName, TableNames], rights: Rights, functions: FunctionNames
    ) -> None:
        """`functions` are the names of computed fields."""
        self.catalog = model.catalog
        self.computed = model.functions.computed
        self.functions = functions
        self.rights = rights
        self._names = names
        self._made: dict[TableName, VisibleTable] = {}

    def of(self, name: TableName) -> VisibleTable:
        """What is seen of the table of that name."""
        found = self._made.get(name)
        if found is None:
            table = self.catalog.by_name[name]
            found = self._made[name] = VisibleTable(table, self._names[name], self.rights.of(table), self)
        return found

    def reads(self, table: Table | None) -> bool:
        """Whether rows of the table are read; there may be none to read."""
        return table is None or self.of(table.name).readable

    def find(self, name: TableName) -> VisibleTable | None:
        """What is seen of the table of that name; None if there is no such table."""
        return self.of(name) if name in self.catalog.by_name else None


class VisibleTable:
    """What a role sees of one table and may do with it.

    Attributes:
        table: the table.
        names: its names, those of what is not seen too.
        rights: what the role may do.
    """

    def __init__(self, table: Table, names: TableNames, rights: TableRights, all_: Visible) -> None:
        self.table = table
        self.names = names
        self.rights = rights
        self._all = all_
        self._select = rights.select or _NO_COLUMNS

    @property
    def exists(self) -> bool:
        """Whether the role may do anything with the table."""
        return self.rights != NOTHING

    # --- reading -------------------------------------------------------------------------------------------------

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are read."""
        return tuple(column for column in self.table.columns if column.name in self._select.columns)

    @property
    def readable(self) -> bool:
        """Whether rows are read; a row of which nothing is to be read is not."""
        return self.rights.select is not None and bool(
            self._select.columns or self._select.computed_fields or self.table.versioned
        )

    @property
    def aggregated(self) -> bool:
        """Whether it is read what is computed of many rows."""
        return self.readable and self._select.aggregations

    @property
    def grouped(self) -> bool:
        """Whether rows are put together by equal values."""
        return self.aggregated and bool(self.columns)

    @property
    def read_by_key(self) -> bool:
        """Whether a row is found by its primary key, whose columns are all read."""
        return self.readable and self.table.primary_key is not None and self._reads(self.table.primary_key.columns)

    @property
    def paged(self) -> bool:
        """Whether rows are read as pages, whose cursors hold the row key."""
        key = self.table.row_key
        return self.readable and bool(key) and all(self.always_shown(name) for name in key)

    def always_shown(self, column: str) -> bool:
        """Whether the column is shown of every row that is read."""
        return self._select.columns.get(column) == EVERYTHING

    def may_be_null(self, column: Column) -> bool:
        """Whether NULL is answered for the column of some row."""
        return column.nullable or not self.always_shown(column.name)

    @cached_property
    def computed(self) -> Mapping[str, ComputedField]:
        """The computed fields that are read, by the names of their fields."""
        name, all_ = self.table.name, self._all
        named = all_.functions.computed.get(name, {})
        return {
            named[each.name].field: each
            for each in all_.computed.get(name, ())
            if each.name in named and all_.rights.may_compute(each) and all_.reads(each.returns)
        }

    @cached_property
    def relationships(self) -> Mapping[str, Relationship]:
        """The relationships to tables that are read, by the names of their fields."""
        ways = self.names.relationships.items()
        return {name: way for name, way in ways if self._leads(way)}

    @cached_property
    def aggregates(self) -> Mapping[str, Relationship]:
        """The array relationships of whose rows it is read what is computed, by the names of those fields."""
        ways = self.names.aggregates.items()
        return {name: way for name, way in ways if self._leads(way) and self._all.of(way.target).aggregated}

    def _leads(self, way: Relationship) -> bool:
        """Whether the table and all those along the way are read."""
        return self.readable and all(self._all.of(name).readable for name in way.tables)

    def may_lack(self, way: Relationship) -> bool:
        """Whether an object relationship of the table leads to no row at times: there is none, or it is not seen."""
        if way.optional or way.inverse:
            return True
        target = self._all.of(way.target)
        hidden = target.rights.select is None or target.rights.select.filter != EVERYTHING
        return hidden or any(self._is_blanked(here) or target._is_blanked(there) for here, there in way.columns)  # noqa: SLF001 - of its own kind

    def _is_blanked(self, column: str) -> bool:
        return column in self._select.columns and not self.always_shown(column)

    def _reads(self, names: Iterable[str]) -> bool:
        return all(name in self._select.columns for name in names)

    # --- writing -------------------------------------------------------------------------------------------------

    @cached_property
    def insertable(self) -> tuple[Column, ...]:
        """The columns that are given for a new row."""
        right = self.rights.insert
        return self._given(right.columns - right.presets.keys()) if right and self.table.insertable else ()

    @cached_property
    def nestable(self) -> Mapping[str, Relationship]:
        """The relationships along which rows are inserted inside of a new row, by the names of their fields."""
        return {name: way for name, way in self.names.relationships.items() if self._nests(way)}

    def _nests(self, way: Relationship) -> bool:
        """Whether rows of the target are inserted, and nothing but the other row says to what each belongs."""
        target = self.target(way)
        if not target.insertable or not can_be_nested(way, self.table, target.table):
            return False
        here, there = zip(*way.columns, strict=True)
        referring, names = (self, here) if is_inserted_before(way) else (target, there)
        return referring.rights.insert is not None and referring.rights.insert.presets.keys().isdisjoint(names)

    def target(self, way: Relationship) -> VisibleTable:
        """What is seen of the table that a relationship leads to."""
        return self._all.of(way.target)

    @cached_property
    def updatable(self) -> tuple[Column, ...]:
        """The columns that are given a new value."""
        right = self.rights.update
        return self._given(right.columns - right.presets.keys()) if right and self.table.updatable else ()

    @property
    def changeable(self) -> bool:
        """Whether rows are updated, be it by what the rights preset alone."""
        right = self.rights.update
        return bool(self.updatable) or (right is not None and bool(right.presets) and self.table.updatable)

    @property
    def deletable(self) -> bool:
        """Whether rows are deleted."""
        return self.rights.delete is not None and self.table.deletable

    @cached_property
    def known(self) -> frozenset[str]:
        """The columns that the role can know of."""
        return frozenset(column.name for column in (*self.columns, *self.insertable, *self.updatable))

    @cached_property
    def conflicts(self) -> tuple[Key, ...]:
        """The unique keys that a new row may break, as far as the role knows their columns."""
        right = self.rights.insert
        if right is None:
            return ()
        table = self.table
        known = {*self._select.columns, *right.columns, *right.presets}
        unique = [*([table.primary_key] if table.primary_key else []), *table.unique_keys]
        return tuple(key for key in unique if not key.deferrable and known.issuperset(key.columns))

    def _given(self, names: Iterable[str]) -> tuple[Column, ...]:
        names = frozenset(names)
        return tuple(column for column in self.table.columns if column.name in names and not column.read_only)
