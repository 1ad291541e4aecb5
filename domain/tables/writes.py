"""What one mutation asks of the tables: changes, and what of the written rows it answers.

Every change names the table it is made in, and what it answers is a tree of outputs, as in `plan`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from domain.tables.plan import EVERYTHING, ConstantOutput

if TYPE_CHECKING:
    from domain.tables.catalog import Column, Table
    from domain.tables.plan import Parameter, Predicate, Rows


# --- changes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows to insert that give the same columns; PostgreSQL fills in the others.

    Attributes:
        columns: the columns that the rows give.
        values: for each column its values, one for each row.
        places: where each row stands among the objects of the request; None if the group is all of them, in order.
    """

    columns: tuple[Column, ...]
    values: tuple[Parameter, ...]
    places: Parameter | None = None


@dataclass(frozen=True, slots=True)
class OnConflict:
    """What happens to a row that breaks a unique constraint.

    Attributes:
        constraint: the name of the constraint.
        update: the columns that the row which is there takes over; none: it is left as it is.
        where: which rows are updated; others are left as they are.
    """

    constraint: str
    update: tuple[Column, ...]
    where: Predicate = EVERYTHING


@dataclass(frozen=True, slots=True)
class Insert:
    """New rows."""

    table: Table
    groups: tuple[RowGroup, ...]
    on_conflict: OnConflict | None = None


class Assignment(StrEnum):
    """How a column gets its new value; the value is the argument's name less the leading underscore."""

    SET = "set"
    INC = "inc"
    APPEND = "append"
    PREPEND = "prepend"
    DELETE_KEY = "delete_key"
    DELETE_ELEM = "delete_elem"
    DELETE_AT_PATH = "delete_at_path"


@dataclass(frozen=True, slots=True)
class Assigned:
    """A column and what becomes of it; `operand` is None for NULL."""

    column: Column
    how: Assignment
    operand: Parameter | tuple[Parameter, ...] | None


@dataclass(frozen=True, slots=True)
class Update:
    """Changed rows; without an assignment none is. `version` is the one that a row must still have."""

    table: Table
    assigned: tuple[Assigned, ...]
    where: Predicate
    version: Parameter | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Rows that go. `version` is the one that a row must still have."""

    table: Table
    where: Predicate
    version: Parameter | None = None


Change: TypeAlias = Insert | Update | Delete


# --- answers ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AffectedRows:
    """How many rows were written."""

    key: str


@dataclass(frozen=True, slots=True)
class Returning:
    """The rows that were written."""

    key: str
    rows: Rows


ResponseMember: TypeAlias = AffectedRows | Returning | ConstantOutput


@dataclass(frozen=True, slots=True)
class Response:
    """The answer of a change of any number of rows."""

    members: tuple[ResponseMember, ...]


@dataclass(frozen=True, slots=True)
class OneRow:
    """The answer of a change of one row: the row, or null."""

    rows: Rows


@dataclass(frozen=True, slots=True)
class Write:
    """A change and its answer."""

    change: Change
    answer: Response | OneRow


@dataclass(frozen=True, slots=True)
class WriteRoot:
    """A root field: one change, or a list of them that are made one after the other."""

    key: str
    writes: tuple[Write, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class WritePlan:
    """The root fields of one mutation, in the order in which they are done."""

    roots: tuple[WriteRoot, ...] = field(default=())
