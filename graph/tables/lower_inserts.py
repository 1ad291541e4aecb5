"""The plan stage of inserts: rows, and the rows inside of them, by the sets of columns that they give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from domain.errors import InvalidInputError
from domain.tables.catalog import DataType, TypeKind
from domain.tables.nesting import is_inserted_before
from domain.tables.plan import EVERYTHING, Parameter
from domain.tables.writes import Insert, Nested, OnConflict, RowGroup
from graph.tables.bindings import BoundColumn, BoundRelationship, WritePart, binding_of
from graph.tables.lower import Lowering
from graph.tables.row_places import RowPlace, RowsPlace
from graph.tables.rows import array_literal, is_nested
from graph.tables.scalars import as_text
from graph.tables.shapes import GivenRowSet, Leaf
from graph.tables.wrapping import bare, nullable, type_of
from graph.tables.write_inputs import NO_COLUMN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import GraphQLInputObjectType

    from domain.tables.catalog import Column, Table
    from domain.tables.plan import Predicate
    from graph.tables.bindings import ListArguments
    from graph.tables.shapes import Constants, GivenNested, GivenRows, LeafValue, Tree
    from graph.tables.wrapping import InputType

    Path = tuple[str | int, ...]

INTEGER: Final = DataType("pg_catalog", "int4", TypeKind.BASE)
MAX_INSERTS: Final = 500
"""The sets of rows of one root field whose rows stand inside of others; each is a statement of its own."""
MAX_LEVELS: Final = 20
"""How deep rows may stand inside of rows."""


class Held(Enum):
    """How a value holds what one row gives for a column."""

    TEXT = "text"
    ARRAY = "array"
    """As a list that is one array."""
    ROW = "row"
    """As the list of one row's value."""


Cell: TypeAlias = "tuple[int, Held] | None"
"""A value by its place among the operation's, or NULL."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A text as often as another value, a list, has items."""

    text: str
    source: int


Gathered: TypeAlias = "tuple[Cell, ...] | Repeated"
"""How a value is made of others when the operation is called."""


def gather(gathered: Gathered, values: Sequence[LeafValue]) -> list[str | None]:
    """The list of what the rows give for one column."""
    if isinstance(gathered, Repeated):
        return [gathered.text] * len(values[gathered.source])
    return [None if cell is None else _held(values[cell[0]], cell[1]) for cell in gathered]


def only_text(gathered: Gathered) -> int | None:
    """The place of the text that is the only one of the list; None if the list is another one."""
    if isinstance(gathered, Repeated) or len(gathered) != 1 or gathered[0] is None:
        return None
    source, held = gathered[0]
    return source if held is Held.TEXT else None


def _held(value: LeafValue, held: Held) -> str | None:
    if not isinstance(value, list):
        return value  # as a text
    return array_literal(value) if held is Held.ARRAY else value[0]


@dataclass(frozen=True, slots=True)
class Given:
    """What a root field or an input gives for one part of a change."""

    tree: Tree
    type: InputType
    path: Path

    def members(self) -> dict[object, Given]:
        """The members of an input object by what their fields are bound to."""
        fields = cast("GraphQLInputObjectType", bare(self.type)).fields
        members = cast("Mapping[str, Tree]", self.tree)
        return {
            binding_of(fields[name]): Given(tree, type_of(fields[name]), (*self.path, name))
            for name, tree in members.items()
        }


@dataclass(frozen=True, slots=True)
class _Item:
    """Rows that the document gives: one of its own, or what a variable holds.

    Attributes:
        tree: the row, or the rows.
        path: where it stands.
        index: its place among the rows of its list; None if it is the whole list.
        owner: inside of which row of a group it stands; None: inside of none.
    """

    tree: Tree
    path: Path
    index: int | None
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that the document gives, with its values and the rows inside of it."""

    item: _Item
    cells: Mapping[str, Cell]
    nested: Mapping[str, Mapping[str, Tree]]

    def names(self, type_: GraphQLInputObjectType) -> tuple[str, ...]:
        """The fields that it gives, in their order."""
        return tuple(name for name in type_.fields if name in self.cells or name in self.nested)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field that holds rows inside of others, with its answer to conflicts, where it stands first."""

    name: str
    conflict: Tree
    path: Path


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one list in one place, or of the lists inside of a group's rows."""

    table: Table
    type: GraphQLInputObjectType
    place: RowsPlace
    level: int = 0

    @property
    def columns(self) -> dict[str, Column]:
        """The columns that a row can give, by their fields."""
        bound = {name: binding_of(field) for name, field in self.type.fields.items() if not is_nested(field)}
        return {name: cast("BoundColumn", each).column for name, each in bound.items()}

    def way(self, name: str) -> BoundRelationship:
        """The relationship of a field that holds rows."""
        return cast("BoundRelationship", binding_of(self.type.fields[name]))

    def relation(self, name: str) -> dict[object, tuple[str, InputType]]:
        """The fields of what such a field holds, by what they are bound to."""
        fields = cast("GraphQLInputObjectType", bare(type_of(self.type.fields[name]))).fields
        return {binding_of(field): (each, type_of(field)) for each, field in fields.items()}

    def data(self, name: str) -> str:
        """The field of what such a field holds that the rows are in."""
        return self.relation(name)[WritePart.DATA][0]

    def inside(self, name: str, above: RowsPlace) -> _Rows:
        """The rows inside of these, along a relationship."""
        data, type_ = self.relation(name)[WritePart.DATA]
        listed = nullable(type_) is not bare(type_)
        place = RowsPlace((name, data), listed, above=above)
        return _Rows(self.way(name).table, cast("GraphQLInputObjectType", bare(type_)), place, self.level + 1)


class InsertLowering(Lowering):
    """Lowers the rows of one mutation."""

    def __init__(self, arguments: ListArguments, constants: Constants) -> None:
        super().__init__(arguments, constants)
        self.gathered: dict[int, Gathered] = {}
        """Values that are lists of others, made when the statement runs."""
        self.row_places: dict[int, RowPlace] = {}
        """Where the values stand that are lists with one for each row."""
        self._inserts = 0

    def insert(self, table: Table, given: Given, conflict: Given | None, *, listed: bool) -> Insert:
        """New rows of a table."""
        self._inserts = 0
        rows = _Rows(table, cast("GraphQLInputObjectType", bare(given.type)), RowsPlace(given.path, listed))
        items = _items(given.tree, given.path, listed=listed)
        return Insert(table, tuple(self._groups(items, rows)), self._on_conflict(table, conflict))

    # --- groups --------------------------------------------------------------------------------------------------

    def _groups(self, items: Sequence[_Item], rows: _Rows) -> list[RowGroup]:
        if rows.level > MAX_LEVELS:
            raise InvalidInputError("Rows are nested too deeply.", rows.place.fixed)
        whole: list[tuple[_Item, GivenRowSet]] = []
        groups: dict[tuple[str, ...], list[_Row]] = {}
        for item in items:
            if isinstance(item.tree, GivenRowSet) and _stands_apart(item.tree, item):
                whole.append((item, item.tree))
            else:
                row = self._row(item, rows)
                groups.setdefault(row.names(rows.type), []).append(row)
        count = len(groups) + sum(len(tree.groups) for _, tree in whole)
        made = [self._gathered_group(each, rows, alone=count == 1) for each in groups.values()]
        for item, tree in whole:
            made.extend(self._given_group(group, item, rows) for group in tree.groups)
        self._count_inserts(made, rows)
        return made

    def _count_inserts(self, groups: Sequence[RowGroup], rows: _Rows) -> None:
        self._inserts += len(groups)
        if self._inserts > MAX_INSERTS:
            raise InvalidInputError(f"More than {MAX_INSERTS} sets of rows; insert them apart.", rows.place.fixed)

    def _given_group(self, group: GivenRows, item: _Item, rows: _Rows) -> RowGroup:
        """Rows of a variable."""
        columns = rows.columns
        places = group.places if item.index is None else self._constants.add([str(item.index + 1)])
        owners = group.owners
        if item.owner is not None:
            size = group.places or group.values[0][1]
            owners = self._constants.add([])
            self.gathered[owners.source] = Repeated(str(item.owner), size.source)
        place = _placed(rows.place, places, owners)
        for name, leaf in group.values:
            self.row_places[leaf.source] = RowPlace(place, name)
        made = RowGroup(
            columns=tuple(columns[name] for name, _ in group.values),
            values=tuple(_for_rows(leaf, columns[name]) for name, leaf in group.values),
            places=_for_places(places),
            owners=_for_places(owners),
        )
        for nested in group.nested:
            made = self._with_given(made, nested, replace(rows, place=place))
        return made

    def _with_given(self, group: RowGroup, nested: GivenNested, rows: _Rows) -> RowGroup:
        inside = rows.inside(nested.field, rows.place)
        item = _Item(nested.rows, inside.place.fixed, None)
        path = (*rows.place.fixed, nested.field)
        return self._with(group, self._groups([item], inside), rows, _Field(nested.field, nested.conflict, path))

    def _gathered_group(self, given: Sequence[_Row], rows: _Rows, *, alone: bool) -> RowGroup:
        """Rows that the document gives one by one, some of their values or some of them as variables."""
        columns, first = rows.columns, given[0]
        names = [name for name in columns if name in first.cells]
        places = owners = None
        if not alone or not names or first.nested or first.item.owner is not None:
            places = self._constants.add([str((row.item.index or 0) + 1) for row in given])
        if first.item.owner is not None:
            owners = self._constants.add([str(row.item.owner) for row in given])
        place = _placed(rows.place, places, owners)
        parameters: list[Parameter] = []
        for name in names:
            leaf = self._constants.add([])
            self.gathered[leaf.source] = tuple(row.cells[name] for row in given)
            self.row_places[leaf.source] = RowPlace(place, name)
            parameters.append(_for_rows(leaf, columns[name]))
        made = RowGroup(
            tuple(columns[name] for name in names), tuple(parameters), _for_places(places), _for_places(owners)
        )
        for name in first.nested:
            made = self._with_gathered(made, name, given, replace(rows, place=place))
        return made

    def _with_gathered(self, group: RowGroup, name: str, given: Sequence[_Row], rows: _Rows) -> RowGroup:
        """The group with the rows inside of its rows, those with equal answers to conflicts together."""
        parts = rows.relation(name)
        data, conflict = parts[WritePart.DATA][0], parts.get(WritePart.ON_CONFLICT, ("", None))[0]
        alike: dict[str, list[tuple[int, _Row]]] = {}
        for index, row in enumerate(given):
            alike.setdefault(repr(row.nested[name].get(conflict)), []).append((index, row))
        for owned in alike.values():
            inside = rows.inside(name, rows.place)
            items = [
                replace(item, owner=index)
                for index, row in owned
                for item in _items(row.nested[name][data], (*row.item.path, name, data), listed=inside.place.listed)
            ]
            first = owned[0][1]
            field = _Field(name, first.nested[name].get(conflict), (*first.item.path, name))
            group = self._with(group, self._groups(items, inside), rows, field)
        return group

    def _with(self, group: RowGroup, inner: Sequence[RowGroup], rows: _Rows, field: _Field) -> RowGroup:
        """The group with rows inside of it, and the columns that either gets from the other."""
        bound, path = rows.way(field.name), field.path
        way, before = bound.relationship, is_inserted_before(bound.relationship)
        here, there = zip(*way.columns, strict=True)
        if before and not any(nested.relationship == way for nested in group.nested):
            group = self._determined(group, here, rows.table, path)
        if not before:
            inner = [self._determined(each, there, bound.table, path) for each in inner]
        given = rows.relation(field.name).get(WritePart.ON_CONFLICT)
        on_conflict = Given(field.conflict, given[1], (*path, given[0])) if given else None
        insert = Insert(bound.table, tuple(inner), self._on_conflict(bound.table, on_conflict))
        return replace(group, nested=(*group.nested, Nested(way, before, insert, path)))

    def _determined(self, group: RowGroup, names: Sequence[str], table: Table, path: Path) -> RowGroup:
        """The group with columns that other rows determine, each with a value that is filled in when they are there."""
        taken = {column.name for column in (*group.columns, *(column for column, _ in group.determined))}
        if not taken.isdisjoint(names):
            raise InvalidInputError("The rows are said twice to belong to others: by a field and by nesting.", path)
        columns = [table.by_name[name] for name in names]
        filled = tuple((column, _for_rows(self._constants.add([]), column)) for column in columns)
        return replace(group, determined=(*group.determined, *filled))

    # --- rows ----------------------------------------------------------------------------------------------------

    def _row(self, item: _Item, rows: _Rows) -> _Row:
        if item.tree is None:
            raise InvalidInputError("null is not accepted here.", item.path)
        if isinstance(item.tree, GivenRowSet):
            return _Row(item, {name: (leaf.source, Held.ROW) for name, leaf in item.tree.groups[0].values}, {})
        members, columns = cast("Mapping[str, Tree]", item.tree), rows.columns
        given = {name: tree for name, tree in members.items() if name in columns}
        cells = {name: self._cell(tree, columns[name], (*item.path, name)) for name, tree in given.items()}
        nested = {name: tree for name, tree in members.items() if name not in columns and tree is not None}
        # A field without a row is as if it were not given.
        return _Row(item, cells, {name: tree for name, tree in nested.items() if _has_rows(tree[rows.data(name)])})

    def _cell(self, tree: Tree, column: Column, path: Path) -> Cell:
        if tree is None:
            return None
        if column.type.bare.kind is TypeKind.ARRAY:
            leaf = self._whole(cast("Sequence[Tree]", tree), path) if isinstance(tree, list) else cast("Leaf", tree)
            return leaf.source, Held.ARRAY
        leaf = tree if isinstance(tree, Leaf) else self._constants.add(as_text(tree))
        return leaf.source, Held.TEXT

    def _on_conflict(self, table: Table, given: Given | None) -> OnConflict | None:
        if given is None or given.tree is None:
            return None
        members = given.members()
        update = members.get(WritePart.UPDATE_COLUMNS)
        names = [name for name in _as_list(update.tree) if name != NO_COLUMN] if update else []
        where = members.get(WritePart.WHERE)
        return OnConflict(
            constraint=cast("str", members[WritePart.CONSTRAINT].tree),
            update=tuple(table.by_name[name] for name in dict.fromkeys(cast("list[str]", names))),
            where=EVERYTHING if where is None or where.tree is None else self.given_predicate(where),
        )

    def given_predicate(self, given: Given) -> Predicate:
        """What a filter asks of a row."""
        return self.predicate(given.tree, given.type, given.path)


def _stands_apart(rows: GivenRowSet, item: _Item) -> bool:
    """Whether rows of a variable are sets of their own, instead of a row among those of the document."""
    return item.index is None or any(group.nested for group in rows.groups)


def _has_rows(tree: Tree) -> bool:
    return bool(tree.groups if isinstance(tree, GivenRowSet) else tree != [])


def _items(tree: Tree, path: Path, *, listed: bool) -> list[_Item]:
    if isinstance(tree, GivenRowSet):
        return [_Item(tree, path, None)]
    return [_Item(each, (*path, index) if listed else path, index) for index, each in enumerate(_as_list(tree))]


def _as_list(tree: Tree) -> list[Tree]:
    return tree if isinstance(tree, list) else [tree]  # pyright: ignore[reportUnknownVariableType] - a tree is Any


def _placed(place: RowsPlace, places: Leaf | None, owners: Leaf | None) -> RowsPlace:
    return replace(place, places=places.source if places else None, owners=owners.source if owners else None)


def _for_rows(leaf: Leaf, column: Column) -> Parameter:
    return Parameter(leaf.source, column.type.bare, many=True, rows=True)


def _for_places(leaf: Leaf | None) -> Parameter | None:
    return None if leaf is None else Parameter(leaf.source, INTEGER, many=True, rows=True)
