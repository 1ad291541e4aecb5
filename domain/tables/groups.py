"""Rows put together by equal values of some columns, and what is computed of each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.tables.aggregates import Measure, MeasuresOutput
    from domain.tables.catalog import Column
    from domain.tables.plan import ColumnOutput, ConstantOutput, OrderTerm, Parameter, Predicate, Rows


@dataclass(frozen=True, slots=True)
class KeyOutput:
    """The values that the rows of a group have in common."""

    key: str
    output: tuple[ColumnOutput | ConstantOutput, ...]


@dataclass(frozen=True, slots=True)
class GroupValue:
    """A value of a group that it is chosen or ordered by, under the name of a column that stands for it."""

    column: Column
    of: Column | Measure


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of rows of one table.

    Attributes:
        rows: the rows that are put together; its own output, ordering, limit and offset are empty.
        by: the columns whose values make a group; of none, all rows are one.
        output: what of each group.
        values: what `having` and `order_by` speak of, by their columns.
        having: which groups.
        order_by: in which order; at last by the columns that make the group.
        limit, offset: how many at most, and how many are skipped first.
    """

    rows: Rows
    by: tuple[Column, ...]
    output: tuple[KeyOutput | MeasuresOutput | ConstantOutput, ...]
    values: tuple[GroupValue, ...]
    having: Predicate
    order_by: tuple[OrderTerm, ...]
    limit: Parameter | None
    offset: Parameter | None


@dataclass(frozen=True, slots=True)
class GroupsRoot:
    """A root field that answers groups."""

    key: str
    groups: Groups

    @property
    def rows(self) -> Rows:
        """The rows it is about."""
        return self.groups.rows
