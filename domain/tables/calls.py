"""Calls of the database's own functions, as parts of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from domain.tables.catalog import DataType, Function, Table
    from domain.tables.plan import Operand, Rows


class Given(Enum):
    """What an argument gets that is no value."""

    NULL = "null"
    DEFAULT = "default"
    """The function's own default."""
    ROW = "row"
    """The row that the call is about."""


Argument: TypeAlias = "Operand | Given"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function.

    Attributes:
        function: what is called.
        arguments: what each argument of the function gets, in their order.
        of: the table whose row the argument `ROW` gets; None where there is none.
    """

    function: Function
    arguments: tuple[Argument, ...]
    of: Table | None = None


@dataclass(frozen=True, slots=True)
class ComputedColumn:
    """A value that a function makes of a row, where a column of the row could be.

    Attributes:
        name: the computed field, in the spelling of the database.
        type: the PostgreSQL type of the value.
        call: makes the value; `of` is the table of the row.
    """

    name: str
    type: DataType
    call: Call

    @property
    def nullable(self) -> bool:
        """Always: of no function is it known that it answers a value."""
        return True


@dataclass(frozen=True, slots=True)
class ComputedOutput:
    """A computed value under its response key."""

    key: str
    column: ComputedColumn


@dataclass(frozen=True, slots=True)
class CalledOutput:
    """The rows that a function returns of the row, or the one row, or null."""

    key: str
    rows: Rows

    @property
    def many(self) -> bool:
        """Whether it is any number of rows."""
        return self.rows.call is not None and self.rows.call.function.returns_set
