"""Coerces rows to insert: columns of texts, so that a statement does not depend on how many rows there are.

Its shape is the sets of columns that the rows give; its leaves are, for each set, a list of texts for each column and,
unless it is the only set, the places of its rows. 1000 rows of 10 columns are 10 leaves. Rows that stand inside of the
rows of a set, along a relationship, are such sets once more, with a leaf that says inside of which row each stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from graphql import GraphQLEnumType, GraphQLError, GraphQLList, GraphQLScalarType, GraphQLString

from graph.tables.array_text import array_texts
from graph.tables.bindings import BoundRelationship, WritePart, binding_of
from graph.tables.invalid import InvalidError
from graph.tables.scalars import as_text, quick_texts
from graph.tables.shapes import NestedShape, RowSet, RowShape
from graph.tables.wrapping import bare, item_of, nullable, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphql import GraphQLInputField, GraphQLInputObjectType

    from graph.tables.shapes import LeafValue, Shape
    from graph.tables.wrapping import InputType

    Read = Callable[[Any], str | None]
    MakeCoercer = Callable[[InputType], Callable[[Any, list[LeafValue]], Shape]]

ROW: Final = "selfgraph_row"
"""The extension of an input type that is a row to insert."""
MAX_GROUPS: Final = 100
"""The sets of columns that the rows of one list may give."""


def is_row(type_: InputType) -> bool:
    """Whether values of the type are rows to insert."""
    return bool(type_.extensions.get(ROW))


def is_nested(field: GraphQLInputField) -> bool:
    """Whether a field of a row holds rows of a related table."""
    return isinstance(binding_of(field), BoundRelationship)


def array_literal(items: Sequence[str | None]) -> str:
    """A list of texts as the text of an array (PostgreSQL manual, section 8.15.6)."""
    return "{" + ",".join("NULL" if item is None else f'"{_escaped(item)}"' for item in items) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


class RowCoercer:
    """Coerces rows of one input type."""

    def __init__(self, type_: GraphQLInputObjectType, make: MakeCoercer) -> None:
        """`make` makes the coercers of other types."""
        self.type = type_
        self._make = make
        self._readers: dict[str, Read] = {}
        self._relations: dict[str, _Relation] | None = None

    def all(self, value: Any, leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        """A list of rows; one row is a list of itself."""
        if value is None:
            return None
        rows, listed = _Rows(self), _list(value)
        if rows.add_alike(listed):
            return rows.leave(leaves)
        for index, row in enumerate(listed):
            try:
                rows.add(row, index)
            except InvalidError as error:
                error.path.append(index)
                raise
        return rows.leave(leaves)

    def one(self, value: Any, leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        """One row."""
        if value is None:
            return None
        rows = _Rows(self)
        rows.add(value, 0)
        return rows.leave(leaves)

    def reader(self, name: str) -> Read:
        """What reads the values of a column's field."""
        if name not in self._readers:
            self._readers[name] = reader(type_of(self.type.fields[name]))
        return self._readers[name]

    @property
    def relations(self) -> Mapping[str, _Relation]:
        """The fields that hold rows inside of a row."""
        if self._relations is None:
            self._relations = {
                name: _Relation(cast("GraphQLInputObjectType", bare(type_of(field))), self._make)
                for name, field in self.type.fields.items()
                if is_nested(field)
            }
        return self._relations


class _Relation:
    """A field of a row that holds rows of a related table, and what happens on a conflict."""

    def __init__(self, type_: GraphQLInputObjectType, make: MakeCoercer) -> None:
        self.type = type_
        self.conflict: str | None = None
        for name, field in type_.fields.items():
            if binding_of(field) is WritePart.DATA:
                self.data = name
                data = type_of(field)
                self.many = isinstance(nullable(data), GraphQLList)
                self.rows = RowCoercer(cast("GraphQLInputObjectType", bare(data)), make)
            else:
                self.conflict = name
                self.coerce_conflict = make(type_of(field))

    def inside(self, value: Any) -> _Inside:  # noqa: ANN401 - JSON
        """What the field holds."""
        if not isinstance(value, dict):
            raise InvalidError(f"an object ({self.type.name}) is expected.")
        given = cast("dict[str, Any]", value)
        for name in given:
            if name not in self.type.fields:
                raise _at(name, f"{self.type.name} has no field {name!r}.")
        data = given.get(self.data)
        if data is None:
            raise _at(self.data, f"{self.type.name} needs the field {self.data!r}.")
        leaves: list[LeafValue] = []
        conflict = self._conflict(given, leaves)
        return _Inside(_list(data) if self.many else [data], conflict, leaves)

    def _conflict(self, given: dict[str, Any], leaves: list[LeafValue]) -> Shape:
        name = self.conflict
        if name is None or given.get(name) is None:
            return None
        try:
            return self.coerce_conflict(given[name], leaves)
        except InvalidError as error:
            error.path.append(name)
            raise


class _Inside(NamedTuple):
    """Rows inside of a row, and the shape and the leaves of what happens on a conflict."""

    rows: list[Any]
    conflict: Shape
    leaves: list[LeafValue]


_NOTHING_INSIDE: Final[dict[str, _Inside]] = {}


class _Nested:
    """The rows inside of a group's rows, along one relationship and with one answer to conflicts."""

    def __init__(self, relation: _Relation, conflict: Shape, leaves: list[LeafValue]) -> None:
        self.conflict = conflict
        self.rows = _Rows(relation.rows, owned=True)
        self._leaves = leaves

    def shape(self, leaves: list[LeafValue]) -> NestedShape:
        """Append the leaves, and tell the shape."""
        leaves.extend(self._leaves)
        return NestedShape(self.conflict, self.rows.leave(leaves))


class _Group:
    """Rows that give the same fields."""

    def __init__(self, names: tuple[str, ...], readers: Sequence[Read]) -> None:
        self.names = names
        self.columns: list[list[str | None]] = [[] for _ in names]
        self.places: list[int] = []
        self.owners: list[int] = []
        self.nested: dict[tuple[str, Shape], _Nested] = {}
        self.cells = list(zip(names, readers, self.columns, strict=True))


class _Rows:
    """Collects the rows of one list, or of all lists that stand inside of a group's rows."""

    def __init__(self, coercer: RowCoercer, *, owned: bool = False) -> None:
        self._coercer = coercer
        self._owned = owned
        self._groups: dict[frozenset[str], _Group] = {}

    def add(self, row: Any, index: int, owner: int = 0) -> None:  # noqa: ANN401 - JSON
        """Take up the row with this index in its list."""
        if not isinstance(row, dict):
            raise InvalidError(f"an object ({self._coercer.type.name}) is expected.")
        given = cast("dict[str, Any]", row)
        inside = self._inside(given) if self._coercer.relations else _NOTHING_INSIDE
        group = self._group_of(given, inside)
        for name, rows in inside.items():
            self._nest(group, name, rows)
        group.places.append(index + 1)
        if self._owned:
            group.owners.append(owner)
        for name, read, column in group.cells:
            try:
                column.append(read(given[name]))
            except GraphQLError as error:
                raise _at(name, error.message) from None

    def add_alike(self, rows: list[Any]) -> bool:
        """Take up all rows, column by column, if they are valid and give the same fields; else none, and say False."""
        given = cast("list[dict[str, Any]]", rows)
        if set(map(type, rows)) != {dict} or len(set(map(tuple, given))) > 1:
            return False
        names, fields = given[0].keys(), self._coercer.type.fields
        if not names <= fields.keys() or not names.isdisjoint(self._coercer.relations):
            return False
        group = self._group_of(given[0], _NOTHING_INSIDE)
        try:
            for name, read, column in group.cells:
                values = [row[name] for row in given]
                column.extend(quick_texts(type_of(fields[name]), values) or map(read, values))
        except GraphQLError:
            self._groups.clear()
            return False
        group.places.extend(range(1, len(rows) + 1))
        return True

    def _inside(self, given: dict[str, Any]) -> dict[str, _Inside]:
        """The rows inside of a row, by their fields; a field without a row is as if it were not given."""
        found: dict[str, _Inside] = {}
        for name in self._coercer.relations:
            if given.get(name) is None:
                continue
            try:
                inside = self._coercer.relations[name].inside(given[name])
            except InvalidError as error:
                error.path.append(name)
                raise
            if inside.rows:
                found[name] = inside
        return found

    def _group_of(self, given: dict[str, Any], inside: dict[str, _Inside]) -> _Group:
        key = frozenset(given)
        if not key.isdisjoint(self._coercer.relations):
            key = key.difference(self._coercer.relations).union(inside)
        if key not in self._groups:
            if len(self._groups) == MAX_GROUPS:
                raise InvalidError(f"rows with more than {MAX_GROUPS} different sets of fields; insert them apart.")
            self._groups[key] = self._new_group(key)
        return self._groups[key]

    def _new_group(self, key: frozenset[str]) -> _Group:
        type_, relations = self._coercer.type, self._coercer.relations
        for name in key:
            if name not in type_.fields:
                raise _at(name, f"{type_.name} has no field {name!r}.")
        names = tuple(name for name in type_.fields if name in key and name not in relations)
        readers = [self._coercer.reader(name) for name in names]
        return _Group(names, readers)

    def _nest(self, group: _Group, name: str, inside: _Inside) -> None:
        relation = self._coercer.relations[name]
        key = (name, (inside.conflict, repr(inside.leaves)))
        nested = group.nested.get(key)
        if nested is None:
            nested = group.nested[key] = _Nested(relation, inside.conflict, inside.leaves)
        for index, row in enumerate(inside.rows):
            try:
                nested.rows.add(row, index, len(group.places))
            except InvalidError as error:
                error.path.extend([index, relation.data, name] if relation.many else [relation.data, name])
                raise

    def leave(self, leaves: list[LeafValue]) -> RowSet:
        """Append the leaves, in the order in which `Numbering` counts them, and tell the shape."""
        counted = RowSet(tuple(RowShape(group.names) for group in self._groups.values()), self._owned)
        shapes: list[RowShape] = []
        for group, placed in zip(self._groups.values(), counted.placed, strict=True):
            leaves.extend(group.columns)
            leaves.extend([list(map(str, group.places))] if placed else [])
            leaves.extend([list(map(str, group.owners))] if self._owned else [])
            nested = tuple((name, each.shape(leaves)) for (name, _), each in group.nested.items())
            shapes.append(RowShape(group.names, nested))
        return RowSet(tuple(shapes), self._owned)


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType] - JSON


def _at(name: str, message: str) -> InvalidError:
    error = InvalidError(message)
    error.path.append(name)
    return error


def reader(type_: InputType) -> Read:
    """The function that makes a column's value the text that PostgreSQL reads, None for null."""
    if isinstance(type_, GraphQLList):
        return _list_reader(reader(nullable(item_of(type_))))
    coerce = cast("GraphQLScalarType | GraphQLEnumType", type_).coerce_input_value

    def read(value: Any) -> str | None:  # noqa: ANN401 - JSON
        return None if value is None else as_text(coerce(value))

    def read_text(value: Any) -> str | None:  # noqa: ANN401 - JSON
        # Most of what is inserted; a thousand rows are read in half the time.
        return value if type(value) is str and value.isascii() and "\0" not in value else read(value)

    return read_text if type_ is GraphQLString else read


def _list_reader(read_item: Read) -> Read:
    def read(value: Any) -> str | None:  # noqa: ANN401 - JSON
        if value is None:
            return None
        if isinstance(value, str) and (texts := array_texts(value)) is not None:
            return array_literal(texts)
        items = cast("Sequence[Any]", value if isinstance(value, list) else [value])
        return array_literal([read_item(item) for item in items])

    return read
