"""What one operation asks of the tables: a tree of frozen values, free of GraphQL, of SQL and of the values themselves.

A plan names its values by their place in the operation's list of parameters, so that one plan, and the statement
rendered from it, serves every call of the operation with other values of the same shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from domain.tables.aggregates import AggregationOutput, AggregationRoot, MeasureTerm, MeasureTest
    from domain.tables.catalog import Column, DataType, Table
    from domain.tables.connections import ConnectionRoot
    from domain.tables.groups import GroupsRoot
    from domain.tables.operators import Direction, Operator
    from domain.tables.relationships import Relationship


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


# --- predicates: true, false or unknown of one row -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column compared with a value, or with a list of values given one by one."""

    column: Column
    operator: Operator
    operand: Parameter | tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class NullTest:
    """Whether a column is NULL."""

    column: Column
    is_null: bool


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a related row fulfils a predicate."""

    relationship: Relationship
    table: Table
    where: Predicate


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


Predicate: TypeAlias = "Comparison | NullTest | Exists | MeasureTest | And | Or | Not"

EVERYTHING = And(())


# --- ordering --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One term of an ordering: a column of the row itself, or of the row at the end of object relationships."""

    column: Column
    direction: Direction
    through: tuple[tuple[Relationship, Table], ...] = ()


# --- output: one JSON object a row -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ColumnOutput:
    """A column under its response key."""

    key: str
    column: Column


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


Output: TypeAlias = "ColumnOutput | VersionOutput | ConstantOutput | ObjectOutput | ListOutput | AggregationOutput"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table.

    Attributes:
        table: whose rows.
        output: what of each row.
        where: which of them.
        order_by: in which order; the table's row key is added by `secure`.
        distinct_on: of rows that are equal in these, the first only; the ordering begins with them.
        limit: how many at most.
        offset: how many are skipped first.
        cap: more rows than this are refused; set by `secure`.
    """

    table: Table
    output: tuple[Output, ...]
    where: Predicate = EVERYTHING
    order_by: tuple[OrderTerm | MeasureTerm, ...] = ()
    limit: Parameter | None = None
    offset: Parameter | None = None
    cap: int | None = None
    distinct_on: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class ListRoot:
    """A root field that answers a list of rows."""

    key: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class ByKeyRoot:
    """A root field that answers the row with a key, or null; `rows.where` fixes the key."""

    key: str
    rows: Rows


Root: TypeAlias = "ListRoot | ByKeyRoot | AggregationRoot | ConnectionRoot | GroupsRoot"


@dataclass(frozen=True, slots=True)
class Plan:
    """The root fields of one operation that belong to tables, answered together by one statement."""

    roots: tuple[Root, ...]
