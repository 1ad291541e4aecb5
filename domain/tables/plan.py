"""What one operation asks of the tables: a tree of frozen values, free of GraphQL, of SQL and of the values themselves.

A plan names its values by their place in the operation's list of parameters, so that one plan, and the statement
rendered from it, serves every call of the operation with other values of the same shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from domain.tables.catalog import Column

if TYPE_CHECKING:
    from domain.tables.aggregates import AggregationOutput, AggregationRoot, MeasureTerm, MeasureTest
    from domain.tables.calls import Call, CalledOutput, ComputedColumn, ComputedOutput
    from domain.tables.catalog import DataType, Table, TableName
    from domain.tables.connections import ConnectionRoot
    from domain.tables.groups import GroupsRoot
    from domain.tables.operators import Direction, Operator
    from domain.tables.relationships import Relationship
    from domain.tables.rights import Rights
    from domain.tables.vectors import Distance, DistanceOutput


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that is bound when the statement runs.

    Attributes:
        source: its place in the operation's list of values.
        type: the PostgreSQL type it is read as.
        many: whether it is a list of such values.
        pattern: the operator that it is a pattern of, if it is one: not every text is.
        rows: whether it is a list with one such value for each row that is inserted.
    """

    source: int
    type: DataType
    many: bool = False
    pattern: Operator | None = None
    rows: bool = False


@dataclass(frozen=True, slots=True)
class SessionVariable:
    """A value of the caller's session, bound when the statement runs; without it the statement does not run.

    Attributes:
        name: in lower case, such as `x-user-id`.
        type: the PostgreSQL type it is read as.
        many: whether it is an array of such values, in PostgreSQL's own form: `{1,2}`.
    """

    name: str
    type: DataType
    many: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that a rule gives itself; `value` is the text that PostgreSQL reads, or a list of such texts."""

    value: str | tuple[str | None, ...]
    type: DataType
    many: bool = False


@dataclass(frozen=True, slots=True)
class WholeSession:
    """All session variables as one JSON object of the type, bound when the statement runs."""

    type: DataType

    @property
    def many(self) -> bool:
        """Never: it is one value."""
        return False


@dataclass(frozen=True, slots=True)
class OnlyRow:
    """The one value of a parameter for rows, where there is one row.

    Attributes:
        of: the parameter, a list of one value.
    """

    of: Parameter

    @property
    def many(self) -> bool:
        """It is no list."""
        return False

    @property
    def type(self) -> DataType:
        """The PostgreSQL type it is read as."""
        return self.of.type


Operand: TypeAlias = "Parameter | OnlyRow | SessionVariable | Fixed | WholeSession"


# --- subjects: values of one row -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cast:
    """A value of a row as one of another type."""

    of: Subject
    type: DataType

    @property
    def nullable(self) -> bool:
        """Whether it can be NULL."""
        return self.of.nullable


Subject: TypeAlias = "Column | Cast | Distance | ComputedColumn"
"""What predicates and orderings are about: a value with a `type`, which is `nullable` or not."""


# --- predicates: true, false or unknown of one row -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comparison:
    """A value of a row compared with one that is given, or with a list of them given one by one."""

    column: Subject
    operator: Operator
    operand: Operand | tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class ColumnComparison:
    """A column compared with another one, of the same row or of the row that the whole predicate is about."""

    column: Column
    operator: Operator
    other: Column
    of_root: bool = False


@dataclass(frozen=True, slots=True)
class NullTest:
    """Whether a value of a row is NULL."""

    column: Subject
    is_null: bool


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a related row fulfils a predicate, or any row of the table where `relationship` is None.

    With a `call`, whether one of the rows does that a function returns of the row.
    """

    relationship: Relationship | None
    table: Table
    where: Predicate
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class And:
    """True if all are; of none, true."""

    items: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True if one is; of none, false."""

    items: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of unknown, unknown."""

    item: Predicate


Predicate: TypeAlias = "Comparison | ColumnComparison | NullTest | Exists | MeasureTest | And | Or | Not"

EVERYTHING = And(())


# --- ordering --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One term of an ordering: a value of the row itself, or of the row at the end of object relationships.

    Attributes:
        column: the value.
        direction: which way.
        through: the object relationships and where each leads.
        key_of: the table whose row key the column ends the ordering for, by its value even where it is not shown.
    """

    column: Subject
    direction: Direction
    through: tuple[tuple[Relationship, Table], ...] = ()
    key_of: TableName | None = None

    @property
    def own(self) -> str | None:
        """The column of the row itself that it is; None if it is something else."""
        return self.column.name if isinstance(self.column, Column) and not self.through else None


# --- output: one JSON object a row -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ColumnOutput:
    """A column under its response key, or the part of it that a list of keys leads to, if it is JSON."""

    key: str
    column: Column
    at: Parameter | None = None


@dataclass(frozen=True, slots=True)
class VersionOutput:
    """The version of the row: another one after each change."""

    key: str


@dataclass(frozen=True, slots=True)
class ConstantOutput:
    """A text that is the same for every row: `__typename`."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class ObjectOutput:
    """The row an object relationship leads to, or null."""

    key: str
    relationship: Relationship
    table: Table
    output: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class ListOutput:
    """The rows an array relationship leads to."""

    key: str
    relationship: Relationship
    rows: Rows


_ValueOutput: TypeAlias = "ColumnOutput | DistanceOutput | ComputedOutput | VersionOutput | ConstantOutput"
Output: TypeAlias = "_ValueOutput | ObjectOutput | ListOutput | CalledOutput | AggregationOutput"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table.

    Attributes:
        table: whose rows.
        output: what of each row.
        where: which of them.
        order_by: in which order; the table's row key is added by `secure`.
        distinct_on: of rows that are equal in these, the first only; the ordering begins with them.
        call: the function that returns them; None: the table itself. Without an ordering they keep the function's.
        limit: how many at most.
        offset: how many are skipped first.
        cap: more rows than this are refused; set by `secure`.
        most: how many the caller's role gets of one list, whatever is asked for; set by `secure`.
    """

    table: Table
    output: tuple[Output, ...]
    where: Predicate = EVERYTHING
    order_by: tuple[OrderTerm | MeasureTerm, ...] = ()
    limit: Parameter | None = None
    offset: Parameter | None = None
    cap: int | None = None
    distinct_on: tuple[Column, ...] = ()
    most: int | None = None
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class ListRoot:
    """A root field that answers a list of rows."""

    key: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class ByKeyRoot:
    """A root field that answers one row, or null: `rows.where` fixes its key, or `rows.call` returns no other."""

    key: str
    rows: Rows


Root: TypeAlias = "ListRoot | ByKeyRoot | AggregationRoot | ConnectionRoot | GroupsRoot"


@dataclass(frozen=True, slots=True)
class Plan:
    """The root fields of one operation that belong to tables, answered together by one statement.

    Attributes:
        roots: in the order of the answer.
        rights: what the caller sees of every table that is named anywhere in it; set by `secure`.
    """

    roots: tuple[Root, ...]
    rights: Rights | None = None
