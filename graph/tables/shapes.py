"""The two halves of the values of a request: their shape, which a compiled operation is kept under, and their leaves.

The shape says what a statement depends on: which members of an input object are there, how many items a list of
input objects has, what is null, true or an enum value. The leaves are all else: scalars and lists of scalars, as the
text that PostgreSQL reads. Two calls of one operation with equal shapes run the same statement with other leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable

LeafValue: TypeAlias = "str | list[str | None]"
Shape: TypeAlias = "Hashable"
"""None, a boolean, an enum's value, or one of the classes below."""
Tree: TypeAlias = Any
"""A shape with its leaves numbered: None, true, an enum's value, `Leaf`, a list or a dict of trees, `GivenRowSet`."""


class Place(Enum):
    """A place in a shape that holds no value of its own."""

    LEAF = "leaf"
    """A leaf."""
    ABSENT = "absent"
    """A variable that the request does not give."""

    # Members are compared by identity. `Enum` hashes their names, by a function in Python.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Items:
    """The shape of a list."""

    items: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Members:
    """The shape of an input object, its members as they were given."""

    members: tuple[tuple[str, Shape], ...]


@dataclass(frozen=True, slots=True)
class NestedShape:
    """The shape of rows inside of others, along one relationship: what happens on a conflict, and the rows."""

    conflict: Shape
    rows: RowSet


@dataclass(frozen=True, slots=True)
class RowShape:
    """The shape of rows that give the same fields: their columns, and for each relationship the rows inside of them."""

    columns: tuple[str, ...]
    nested: tuple[tuple[str, NestedShape], ...] = ()


@dataclass(frozen=True, slots=True)
class RowSet:
    """The shape of rows to insert, by the sets of fields that they give; `owned` ones stand inside of others."""

    groups: tuple[RowShape, ...]
    owned: bool = False

    @property
    def placed(self) -> tuple[bool, ...]:
        """Of which groups the places are told: not of one that holds all rows in order and can be counted."""
        alone = len(self.groups) == 1 and not self.owned
        return tuple(not alone or not group.columns for group in self.groups)


@dataclass(frozen=True, slots=True)
class GivenNested:
    """Rows inside of others, along the relationship of a field; `conflict` is a tree."""

    field: str
    conflict: Tree
    rows: GivenRowSet


@dataclass(frozen=True, slots=True)
class GivenRows:
    """Rows to insert that give the same fields.

    Attributes:
        values: for each field its leaf, a list with a value for each row.
        places: a leaf with the places of the rows, from 1 on; None if they are all rows, in order.
        owners: a leaf that says of each row inside of which one it stands, from 0 on; None if inside of none.
        nested: the rows inside of these.
    """

    values: tuple[tuple[str, Leaf], ...]
    places: Leaf | None
    owners: Leaf | None = None
    nested: tuple[GivenNested, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenRowSet:
    """The tree of rows to insert that a variable holds."""

    groups: tuple[GivenRows, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is bound when the statement runs; `source` is its place among the operation's values."""

    source: int


class Constants:
    """The values that a document gives itself; as leaves they are numbered on from those of the variables."""

    def __init__(self, first: int) -> None:
        """`first` is the number of leaves that the variables have."""
        self._first = first
        self.values: list[LeafValue] = []

    def add(self, value: LeafValue) -> Leaf:
        """Keep a value; the leaf stands for it."""
        self.values.append(value)
        return Leaf(self._first + len(self.values) - 1)


class Numbering:
    """Makes trees of shapes, counting leaves in the order in which they were found."""

    def __init__(self) -> None:
        self._next = 0

    def tree(self, shape: Shape) -> Tree:
        """The tree of a shape, its leaves numbered on from those of the shapes before it."""
        match shape:
            case Items(items):
                return [self.tree(item) for item in items]
            case Members(members):
                return {name: self.tree(member) for name, member in members}
            case Place.LEAF:
                return self._leaf()
            case RowSet():
                return self._rows(shape)
            case _:
                return shape

    def _rows(self, rows: RowSet) -> GivenRowSet:
        groups = zip(rows.groups, rows.placed, strict=True)
        return GivenRowSet(tuple(self._group(group, placed=placed, owned=rows.owned) for group, placed in groups))

    def _group(self, group: RowShape, *, placed: bool, owned: bool) -> GivenRows:
        return GivenRows(
            values=tuple((name, self._leaf()) for name in group.columns),
            places=self._leaf() if placed else None,
            owners=self._leaf() if owned else None,
            nested=tuple(
                GivenNested(field, self.tree(nested.conflict), self._rows(nested.rows))
                for field, nested in group.nested
            ),
        )

    def _leaf(self) -> Leaf:
        self._next += 1
        return Leaf(self._next - 1)
