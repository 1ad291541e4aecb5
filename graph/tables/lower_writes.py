"""The plan stage of mutations: root fields that change tables as a plan, values apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from domain.errors import InvalidInputError
from domain.tables.catalog import DataType, TypeKind
from domain.tables.operators import Operator
from domain.tables.plan import EVERYTHING, And, Comparison, ConstantOutput, Parameter, Rows
from domain.tables.writes import (
    AffectedRows,
    Assigned,
    Assignment,
    Delete,
    Insert,
    OnConflict,
    OneRow,
    Response,
    Returning,
    RowGroup,
    Update,
    Write,
    WritePlan,
    WriteRoot,
)
from graph.tables.bindings import BoundColumn, BoundWrite, ResponseField, WriteKind, WritePart, binding_of
from graph.tables.lower import TEXT, Lowering
from graph.tables.rows import array_literal
from graph.tables.scalars import as_text
from graph.tables.shapes import GivenRowSet, Leaf
from graph.tables.wrapping import bare, type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from graphql import GraphQLField, GraphQLInputObjectType

    from domain.tables.catalog import Column, Table
    from domain.tables.plan import Predicate
    from domain.tables.statement import Value
    from domain.tables.writes import ResponseMember
    from graph.tables.bindings import ListArguments
    from graph.tables.selection import Selected
    from graph.tables.shapes import Constants, LeafValue, Tree
    from graph.tables.wrapping import InputType

    Path = tuple[str | int, ...]

MAX_UPDATES: Final = 500
"""The updates of one root field, each a statement of its own."""
INTEGER = DataType("pg_catalog", "int4", TypeKind.BASE)


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
class RowPlace:
    """Where in the request the values of a column stand.

    Attributes:
        path: leads to the rows.
        name: the field of each row.
        listed: whether the rows are a list.
        places: the value that holds the places of the rows in it, from 1 on; None: they are in order.
    """

    path: Path
    name: str
    listed: bool
    places: int | None

    def of(self, row: int, values: Sequence[Value]) -> Path:
        """The path of one row's value."""
        if not self.listed:
            return (*self.path, self.name)
        index = row if self.places is None else int(cast("list[str]", values[self.places])[row]) - 1
        return (*self.path, index, self.name)


@dataclass(frozen=True, slots=True)
class _Given:
    """What a root field or an input gives for one part of a change."""

    tree: Tree
    type: InputType
    path: Path


class WriteLowering(Lowering):
    """Lowers the root fields of one mutation."""

    def __init__(self, arguments: ListArguments, constants: Constants) -> None:
        super().__init__(arguments, constants)
        self.gathered: dict[int, tuple[Cell, ...]] = {}
        """Values that are lists of others, made when the statement runs."""
        self.row_places: dict[int, RowPlace] = {}
        """Where the values stand that are lists with one for each row."""

    def writes(self, roots: Iterable[Selected]) -> WritePlan:
        """The plan of root fields that all change tables.

        Raises:
            InvalidInputError: for what the dialect does not take; `path` leads to it.
        """
        return WritePlan(tuple(self._write_root(root) for root in roots))

    def _write_root(self, selected: Selected) -> WriteRoot:
        field = cast("GraphQLField", selected.field)
        bound = cast("BoundWrite", binding_of(field))
        given: dict[object, _Given] = {
            binding_of(argument): _Given(selected.arguments[name], type_of(argument), (selected.key, name))
            for name, argument in field.args.items()
            if name in selected.arguments
        }
        answer = self._answer(selected, bound)
        changes = self._changes(bound, given, selected.key)
        many = bound.kind is WriteKind.UPDATE_MANY
        return WriteRoot(selected.key, tuple(Write(change, answer) for change in changes), many)

    def _changes(
        self, bound: BoundWrite, given: Mapping[object, _Given], key: str
    ) -> Iterator[Insert | Update | Delete]:
        table = bound.table
        match bound.kind:
            case WriteKind.INSERT:
                yield self._insert(table, given[WritePart.OBJECTS], given, listed=True)
            case WriteKind.INSERT_ONE:
                yield self._insert(table, given[WritePart.OBJECT], given, listed=False)
            case WriteKind.UPDATE:
                yield self._update(table, given, (key,))
            case WriteKind.UPDATE_MANY:
                yield from self._updates(table, given[WritePart.UPDATES])
            case WriteKind.UPDATE_BY_KEY:
                where = self._key(_members_of(given[WritePart.KEY]))
                yield Update(table, self._assigned(given, (key,)), where, self._version(given))
            case WriteKind.DELETE:
                yield Delete(table, self._where(given))
            case WriteKind.DELETE_BY_KEY:
                yield Delete(table, self._key(given), self._version(given))

    # --- answers -------------------------------------------------------------------------------------------------

    def _answer(self, selected: Selected, bound: BoundWrite) -> Response | OneRow:
        path = (selected.key,)
        if bound.kind in {WriteKind.INSERT_ONE, WriteKind.UPDATE_BY_KEY, WriteKind.DELETE_BY_KEY}:
            return OneRow(Rows(bound.table, self.outputs(selected.below, path)))
        return Response(tuple(self._member(below, bound.table, (*path, below.key)) for below in selected.below))

    def _member(self, selected: Selected, table: Table, path: Path) -> ResponseMember:
        if selected.field is None:
            return ConstantOutput(selected.key, selected.type_name)
        match binding_of(selected.field):
            case ResponseField.AFFECTED_ROWS:
                return AffectedRows(selected.key)
            case ResponseField.RETURNING:
                return Returning(selected.key, Rows(table, self.outputs(selected.below, path)))
            case other:
                raise AssertionError(f"a field of a response is bound to {other!r}")

    # --- inserts -------------------------------------------------------------------------------------------------

    def _insert(self, table: Table, rows: _Given, given: Mapping[object, _Given], *, listed: bool) -> Insert:
        conflict = given.get(WritePart.ON_CONFLICT)
        on_conflict = None if conflict is None or conflict.tree is None else self._on_conflict(table, conflict)
        if isinstance(rows.tree, GivenRowSet):
            return Insert(table, tuple(self._given_groups(rows.tree, rows, listed=listed)), on_conflict)
        return Insert(table, tuple(self._gathered_groups(rows, listed=listed)), on_conflict)

    def _given_groups(self, rows: GivenRowSet, given: _Given, *, listed: bool) -> Iterator[RowGroup]:
        """The rows of one variable."""
        columns = _columns(given.type)
        for group in rows.groups:
            places = group.places.source if group.places else None
            parameters: list[Parameter] = []
            for name, leaf in group.values:
                self.row_places[leaf.source] = RowPlace(given.path, name, listed, places)
                parameters.append(_for_rows(leaf, columns[name]))
            yield RowGroup(
                tuple(columns[name] for name, _ in group.values), tuple(parameters), _for_places(group.places)
            )

    def _gathered_groups(self, given: _Given, *, listed: bool) -> Iterator[RowGroup]:
        """Rows that the document gives one by one, some of their values or some of them as variables."""
        columns = _columns(given.type)
        items = _as_list(given.tree)
        groups: dict[tuple[str, ...], list[tuple[int, dict[str, Cell]]]] = {}
        for index, item in enumerate(items):
            path = (*given.path, index) if listed else given.path
            cells = self._cells(item, columns, path)
            groups.setdefault(tuple(name for name in columns if name in cells), []).append((index, cells))
        for names, rows in groups.items():
            places = None
            if len(groups) > 1 or not names:
                places = self._constants.add([str(index + 1) for index, _ in rows])
            parameters: list[Parameter] = []
            for name in names:
                leaf = self._constants.add([])
                self.gathered[leaf.source] = tuple(cells[name] for _, cells in rows)
                self.row_places[leaf.source] = RowPlace(given.path, name, listed, places.source if places else None)
                parameters.append(_for_rows(leaf, columns[name]))
            yield RowGroup(tuple(columns[name] for name in names), tuple(parameters), _for_places(places))

    def _cells(self, tree: Tree, columns: Mapping[str, Column], path: Path) -> dict[str, Cell]:
        if tree is None:
            raise InvalidInputError("null is not accepted here.", path)
        if isinstance(tree, GivenRowSet):
            return {name: (leaf.source, Held.ROW) for name, leaf in tree.groups[0].values}
        members = cast("Mapping[str, Tree]", tree)
        return {name: self._cell(value, columns[name], (*path, name)) for name, value in members.items()}

    def _cell(self, tree: Tree, column: Column, path: Path) -> Cell:
        if tree is None:
            return None
        if column.type.bare.kind is TypeKind.ARRAY:
            leaf = self._whole(cast("Sequence[Tree]", tree), path) if isinstance(tree, list) else cast("Leaf", tree)
            return leaf.source, Held.ARRAY
        leaf = tree if isinstance(tree, Leaf) else self._constants.add(as_text(tree))
        return leaf.source, Held.TEXT

    def _on_conflict(self, table: Table, given: _Given) -> OnConflict:
        members = _members_of(given)
        update = members.get(WritePart.UPDATE_COLUMNS)
        names = _as_list(update.tree) if update else []
        where = members.get(WritePart.WHERE)
        return OnConflict(
            constraint=cast("str", members[WritePart.CONSTRAINT].tree),
            update=tuple(table.by_name[name] for name in dict.fromkeys(cast("list[str]", names))),
            where=EVERYTHING if where is None or where.tree is None else self._predicate_of(where),
        )

    # --- updates and deletes -------------------------------------------------------------------------------------

    def _update(self, table: Table, given: Mapping[object, _Given], path: Path) -> Update:
        return Update(table, self._assigned(given, path), self._where(given))

    def _updates(self, table: Table, given: _Given) -> Iterator[Update]:
        items = _as_list(given.tree)
        if len(items) > MAX_UPDATES:
            raise InvalidInputError(f"More than {MAX_UPDATES} updates; send them apart.", given.path)
        for index, item in enumerate(items):
            path = (*given.path, index)
            yield self._update(table, _members_of(_Given(item, given.type, path)), path)

    def _where(self, given: Mapping[object, _Given]) -> Predicate:
        return self._predicate_of(given[WritePart.WHERE])

    def _predicate_of(self, given: _Given) -> Predicate:
        return self.predicate(given.tree, given.type, given.path)

    def _key(self, given: Mapping[object, _Given]) -> Predicate:
        return And(
            tuple(
                Comparison(bound.column, Operator.EQ, self._parameter(each.tree, bound.column.type.bare, each.path))
                for bound, each in given.items()
                if isinstance(bound, BoundColumn)
            )
        )

    def _version(self, given: Mapping[object, _Given]) -> Parameter | None:
        version = given.get(WritePart.VERSION)
        return None if version is None or version.tree is None else self._parameter(version.tree, TEXT, version.path)

    def _assigned(self, given: Mapping[object, _Given], path: Path) -> tuple[Assigned, ...]:
        ways = [(how, each) for how, each in given.items() if isinstance(how, Assignment) and each.tree is not None]
        if not ways:
            raise InvalidInputError("An update needs new values, such as _set.", path)
        assigned: dict[str, Assigned] = {}
        for how, way in ways:
            for bound, each in _members_of(way).items():
                column = cast("BoundColumn", bound).column
                if column.name in assigned:
                    raise InvalidInputError("A field can be changed in one way only.", each.path)
                assigned[column.name] = Assigned(column, how, self._assigned_value(how, column, each))
        return tuple(assigned.values())

    def _assigned_value(
        self, how: Assignment, column: Column, given: _Given
    ) -> Parameter | tuple[Parameter, ...] | None:
        if given.tree is None:
            if how is Assignment.SET:
                return None
            raise InvalidInputError("null is not accepted here; leave the field out.", given.path)
        match how:
            case Assignment.DELETE_KEY:
                return self._parameter(given.tree, TEXT, given.path)
            case Assignment.DELETE_ELEM:
                return self._parameter(given.tree, INTEGER, given.path)
            case Assignment.DELETE_AT_PATH:
                return self._list(given.tree, TEXT, given.path)
            case _:
                return self._value(given.tree, column.type.bare, given.path)


def gather(cells: Iterable[Cell], values: Sequence[LeafValue]) -> list[str | None]:
    """The list of what the rows give for one column."""
    return [None if cell is None else _held(values[cell[0]], cell[1]) for cell in cells]


def _held(value: LeafValue, held: Held) -> str | None:
    match held:
        case Held.TEXT:
            return cast("str", value)
        case Held.ARRAY:
            return array_literal(cast("list[str | None]", value))
        case Held.ROW:
            return cast("list[str | None]", value)[0]


def _for_rows(leaf: Leaf, column: Column) -> Parameter:
    return Parameter(leaf.source, column.type.bare, many=True, rows=True)


def _for_places(leaf: Leaf | None) -> Parameter | None:
    return None if leaf is None else Parameter(leaf.source, INTEGER, many=True, rows=True)


def _columns(type_: InputType) -> dict[str, Column]:
    fields = cast("GraphQLInputObjectType", bare(type_)).fields
    return {name: cast("BoundColumn", binding_of(field)).column for name, field in fields.items()}


def _members_of(given: _Given) -> dict[object, _Given]:
    """The members of an input object by what their fields are bound to."""
    fields = cast("GraphQLInputObjectType", bare(given.type)).fields
    members = cast("Mapping[str, Tree]", given.tree)
    return {
        binding_of(fields[name]): _Given(tree, type_of(fields[name]), (*given.path, name))
        for name, tree in members.items()
    }


def _as_list(tree: Tree) -> list[Tree]:
    return tree if isinstance(tree, list) else [tree]  # pyright: ignore[reportUnknownVariableType] - a tree is Any
