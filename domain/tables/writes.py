"""What one mutation asks of the tables: changes, and what of the written rows it answers.

Every change names the table it is made in, and what it answers is a tree of outputs, as in `plan`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, assert_never

from domain.tables.plan import EVERYTHING, ConstantOutput

if TYPE_CHECKING:
    from domain.tables.catalog import Column, Table
    from domain.tables.plan import Operand, Output, Parameter, Predicate, Root, Rows
    from domain.tables.relationships import Relationship
    from domain.tables.rights import Rights


# --- changes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows to insert that give the same columns; PostgreSQL fills in the others.

    Attributes:
        columns: the columns that the rows give.
        values: for each column its values, one for each row.
        places: where each row stands among the objects of the request; None if the group is all of them, in order.
        owners: of rows that stand inside of a group's rows, inside of which one each does, from 0 on.
        determined: columns whose values come from rows that are inserted before, each with the value to fill in.
        nested: the rows that stand inside of these.
    """

    columns: tuple[Column, ...]
    values: tuple[Parameter, ...]
    places: Parameter | None = None
    owners: Parameter | None = None
    determined: tuple[tuple[Column, Parameter], ...] = ()
    nested: tuple[Nested, ...] = ()


@dataclass(frozen=True, slots=True)
class Nested:
    """Rows of a related table that stand inside of a group's rows and are inserted with them.

    Attributes:
        relationship: leads from the group's rows to these.
        before: whether they are inserted before the group's rows, which refer to them; else they refer to those.
        insert: the rows.
        path: where in the request they are, without the places of rows.
    """

    relationship: Relationship
    before: bool
    insert: Insert
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """What a column gets by a rule, whatever the request says; `operand` is None for NULL."""

    column: Column
    operand: Operand | None


@dataclass(frozen=True, slots=True)
class OnConflict:
    """What happens to a row that breaks a unique constraint.

    Attributes:
        constraint: the name of the constraint.
        update: the columns that the row which is there takes over; none: it is left as it is.
        where: which rows are updated; others are left as they are.
        rule: which rows may be updated, likewise; set by `secure_writes`, as are the others.
        presets: what updated rows get besides.
        check: what an updated row must fulfil.
    """

    constraint: str
    update: tuple[Column, ...]
    where: Predicate = EVERYTHING
    rule: Predicate = EVERYTHING
    presets: tuple[Preset, ...] = ()
    check: Predicate = EVERYTHING


@dataclass(frozen=True, slots=True)
class Insert:
    """New rows.

    Attributes:
        groups: the rows, by the columns that they give.
        on_conflict: what happens to those that are there already; None: the insert fails.
        presets: what every row gets besides; set by `secure_writes`.
        check: what a row must fulfil once it is there; set by `secure_writes`.
    """

    table: Table
    groups: tuple[RowGroup, ...]
    on_conflict: OnConflict | None = None
    presets: tuple[Preset, ...] = ()
    check: Predicate = EVERYTHING

    @property
    def is_nested(self) -> bool:
        """Whether rows stand inside of others."""
        return any(group.nested for group in self.groups)


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
    operand: Operand | tuple[Parameter, ...] | None


@dataclass(frozen=True, slots=True)
class Update:
    """Changed rows; without an assignment none is.

    Attributes:
        where: which rows.
        version: the one that a row must still have.
        rule: which rows may be changed; others are as if they were not there. Set by `secure_writes`, as is:
        check: what a row must fulfil once it is changed.
    """

    table: Table
    assigned: tuple[Assigned, ...]
    where: Predicate
    version: Parameter | None = None
    rule: Predicate = EVERYTHING
    check: Predicate = EVERYTHING


@dataclass(frozen=True, slots=True)
class Delete:
    """Rows that go.

    Attributes:
        where: which rows.
        version: the one that a row must still have.
        rule: which rows may go; others are as if they were not there. Set by `secure_writes`.
    """

    table: Table
    where: Predicate
    version: Parameter | None = None
    rule: Predicate = EVERYTHING


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


def outputs_of(write: Write) -> tuple[Output, ...]:
    """What is answered of the written rows, wherever it is."""
    match write.answer:
        case OneRow(rows):
            return rows.output
        case Response(members):
            lists = [member.rows.output for member in members if isinstance(member, Returning)]
            return tuple(output for outputs in lists for output in outputs)
        case _:
            assert_never(write.answer)


@dataclass(frozen=True, slots=True)
class WriteRoot:
    """A root field: one change, or a list of them that are made one after the other."""

    key: str
    writes: tuple[Write, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class CalledRoot:
    """A root field that calls a function which may change anything, and answers rows that it returns."""

    root: Root

    @property
    def key(self) -> str:
        """Its response key."""
        return self.root.key


@dataclass(frozen=True, slots=True)
class WritePlan:
    """The root fields of one mutation, in the order in which they are done.

    Attributes:
        roots: the root fields.
        rights: what the caller sees of every table that is named anywhere in it; set by `secure_writes`.
    """

    roots: tuple[WriteRoot | CalledRoot, ...] = field(default=())
    rights: Rights | None = None
