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


@dataclass(frozen=True, slots=True)
class Items:
    """The shape of a list."""

    items: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Members:
    """The shape of an input object, its members as they were given."""

    members: tuple[tuple[str, Shape], ...]


@dataclass(frozen=True, slots=True)
class RowSet:
    """The shape of rows to insert: for each set of columns that some of them give, the names of its fields."""

    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class GivenRows:
    """Rows to insert that give the same columns.

    Attributes:
        values: for each field its leaf, a list with a value for each row.
        places: a leaf with the places of the rows, from 1 on; None if they are all rows, in order.
    """

    values: tuple[tuple[str, Leaf], ...]
    places: Leaf | None


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
            case RowSet(groups):
                return GivenRowSet(tuple(self._rows(names, alone=len(groups) == 1) for names in groups))
            case _:
                return shape

    def _rows(self, names: tuple[str, ...], *, alone: bool) -> GivenRows:
        values = tuple((name, self._leaf()) for name in names)
        return GivenRows(values, None if alone and names else self._leaf())

    def _leaf(self) -> Leaf:
        self._next += 1
        return Leaf(self._next - 1)
