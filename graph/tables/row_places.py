"""Where in the request the values of rows stand that are bound as lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.statement import Value

    Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class RowsPlace:
    """Where rows stand.

    Attributes:
        path: leads to the rows; from the row that they stand inside of, if there is one.
        listed: whether the rows are a list.
        places: the value that holds the places of the rows in it, from 1 on; None: they are in order.
        above: where the rows are that these stand inside of; None: inside of none.
        owners: the value that says inside of which of those each stands, from 0 on.
    """

    path: Path
    listed: bool
    places: int | None = None
    above: RowsPlace | None = None
    owners: int | None = None

    def row(self, row: int, values: Sequence[Value]) -> Path:
        """The path of one row."""
        path = self.path
        if self.above is not None and self.owners is not None:
            path = (*self.above.row(_number(self.owners, row, values), values), *path)
        if not self.listed:
            return path
        return (*path, row if self.places is None else _number(self.places, row, values) - 1)

    @property
    def fixed(self) -> Path:
        """The path without the places of rows."""
        return (*(self.above.fixed if self.above else ()), *self.path)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where the values of a column stand: the rows, and the field of each."""

    rows: RowsPlace
    name: str

    def of(self, row: int, values: Sequence[Value]) -> Path:
        """The path of one row's value."""
        return (*self.rows.row(row, values), self.name)


def _number(source: int, row: int, values: Sequence[Value]) -> int:
    return int(cast("list[str]", values[source])[row])
