"""Coerces rows to insert: columns of texts, so that a statement does not depend on how many rows there are.

Its shape is the sets of columns that the rows give; its leaves are, for each set, a list of texts for each column and,
unless it is the only set, the places of its rows. 1000 rows of 10 columns are 10 leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from graphql import GraphQLEnumType, GraphQLError, GraphQLList, GraphQLScalarType

from graph.tables.invalid import InvalidError
from graph.tables.scalars import as_text
from graph.tables.shapes import RowSet
from graph.tables.wrapping import item_of, nullable, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphql import GraphQLInputObjectType

    from graph.tables.shapes import LeafValue, Shape
    from graph.tables.wrapping import InputType

    Read = Callable[[Any], str | None]

ROW: Final = "selfgraph_row"
"""The extension of an input type that is a row to insert."""
MAX_GROUPS: Final = 100
"""The sets of columns that the rows of one list may give."""


def is_row(type_: InputType) -> bool:
    """Whether values of the type are rows to insert."""
    return bool(type_.extensions.get(ROW))


def array_literal(items: Sequence[str | None]) -> str:
    """A list of texts as the text of an array (PostgreSQL manual, section 8.15.6)."""
    return "{" + ",".join("NULL" if item is None else f'"{_escaped(item)}"' for item in items) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


class _Group:
    """Rows that give the same columns."""

    def __init__(self, names: tuple[str, ...], readers: Sequence[Read]) -> None:
        self.names = names
        self.columns: list[list[str | None]] = [[] for _ in names]
        self.places: list[str | None] = []
        self.cells = list(zip(names, readers, self.columns, strict=True))


class RowCoercer:
    """Coerces rows of one input type."""

    def __init__(self, type_: GraphQLInputObjectType) -> None:
        self._type = type_
        self._readers: dict[str, Read] = {}

    def all(self, value: Any, leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        """A list of rows; one row is a list of itself."""
        if value is None:
            return None
        return self._rows(_list(value), leaves, numbered=True)

    def one(self, value: Any, leaves: list[LeafValue]) -> Shape:  # noqa: ANN401 - JSON
        """One row."""
        return None if value is None else self._rows([value], leaves, numbered=False)

    def _rows(self, rows: list[Any], leaves: list[LeafValue], *, numbered: bool) -> RowSet:
        groups: dict[frozenset[str], _Group] = {}
        for index, row in enumerate(rows):
            try:
                self._add(row, index, groups)
            except InvalidError as error:
                if numbered:
                    error.path.append(index)
                raise
        for group in groups.values():
            leaves.extend(group.columns)
            if len(groups) > 1 or not group.names:
                leaves.append(group.places)
        return RowSet(tuple(group.names for group in groups.values()))

    def _add(self, row: Any, index: int, groups: dict[frozenset[str], _Group]) -> None:  # noqa: ANN401 - JSON
        if not isinstance(row, dict):
            raise InvalidError(f"an object ({self._type.name}) is expected.")
        given = cast("dict[str, Any]", row)
        key = frozenset(given)
        group = groups.get(key)
        if group is None:
            if len(groups) == MAX_GROUPS:
                raise InvalidError(f"rows with more than {MAX_GROUPS} different sets of fields; insert them apart.")
            group = groups[key] = self._group(given)
        group.places.append(str(index + 1))
        for name, read, column in group.cells:
            try:
                column.append(read(given[name]))
            except GraphQLError as error:
                raise _at(name, error.message) from None

    def _group(self, given: dict[str, Any]) -> _Group:
        for name in given:
            if name not in self._type.fields:
                raise _at(name, f"{self._type.name} has no field {name!r}.")
        names = tuple(name for name in self._type.fields if name in given)
        return _Group(names, [self._reader(name) for name in names])

    def _reader(self, name: str) -> Read:
        if name not in self._readers:
            self._readers[name] = reader(type_of(self._type.fields[name]))
        return self._readers[name]


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

    return read


def _list_reader(read_item: Read) -> Read:
    def read(value: Any) -> str | None:  # noqa: ANN401 - JSON
        if value is None:
            return None
        items = cast("Sequence[Any]", value if isinstance(value, list) else [value])
        return array_literal([read_item(item) for item in items])

    return read
