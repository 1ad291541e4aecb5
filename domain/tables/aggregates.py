"""What can be computed of many rows at once, and of which columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from domain.tables.catalog import Column, DataType, TypeKind
from domain.tables.operators import Operator, operators_of

if TYPE_CHECKING:
    from domain.tables.calls import ComputedColumn
    from domain.tables.catalog import Table
    from domain.tables.operators import Direction
    from domain.tables.plan import ConstantOutput, Output, Predicate, Rows
    from domain.tables.relationships import Relationship


class Function(StrEnum):
    """An aggregate function; the value is its name in a document and in PostgreSQL."""

    COUNT = "count"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    STDDEV = "stddev"
    STDDEV_POP = "stddev_pop"
    STDDEV_SAMP = "stddev_samp"
    VAR_POP = "var_pop"
    VAR_SAMP = "var_samp"
    VARIANCE = "variance"
    BOOL_AND = "bool_and"
    BOOL_OR = "bool_or"


EXTREMES: Final = (Function.MIN, Function.MAX)
STATISTICS: Final = (
    Function.AVG,
    Function.STDDEV,
    Function.STDDEV_POP,
    Function.STDDEV_SAMP,
    Function.VAR_POP,
    Function.VAR_SAMP,
    Function.VARIANCE,
)
OF_COLUMNS: Final = (Function.SUM, *EXTREMES, *STATISTICS)
"""The functions that have an object of columns in a document."""

_WHOLE: Final = frozenset({"int2", "int4"})
_EXACT: Final = frozenset({"int2", "int4", "int8", "numeric"})
_NUMBERS: Final = _EXACT | {"float4", "float8"}
# Those for which PostgreSQL 14 has min and max, and uuid, which is compared as text.
_EXTREME_TYPES: Final = _NUMBERS | {
    "money",
    "text",
    "varchar",
    "bpchar",
    "name",
    "char",
    "citext",
    "date",
    "time",
    "timetz",
    "timestamp",
    "timestamptz",
    "interval",
    "inet",
    "cidr",
    "oid",
    "pg_lsn",
    "tid",
    "uuid",
}

INT8: Final = DataType("pg_catalog", "int8", TypeKind.BASE)
NUMERIC: Final = DataType("pg_catalog", "numeric", TypeKind.BASE)
FLOAT8: Final = DataType("pg_catalog", "float8", TypeKind.BASE)


def takes(function: Function, type_: DataType) -> bool:
    """Whether the function has a value for columns of this type."""
    bare = type_.bare
    base = bare.name if bare.kind is TypeKind.BASE and (bare.schema == "pg_catalog" or bare.name == "citext") else ""
    match function:
        case Function.COUNT:
            return True
        case Function.BOOL_AND | Function.BOOL_OR:
            return base == "bool"
        case Function.SUM:
            return base in _NUMBERS or base == "money"
        case Function.MIN | Function.MAX:
            ordered = bare.kind is TypeKind.ARRAY and Operator.GT in operators_of(bare)
            return base in _EXTREME_TYPES or bare.kind is TypeKind.ENUM or ordered
        case _:
            return base in _NUMBERS


def result_type(function: Function, type_: DataType) -> DataType:
    """The PostgreSQL type of the function's value for columns of this type."""
    bare = type_.bare
    match function:
        case Function.COUNT:
            return INT8
        case Function.SUM if bare.name in _WHOLE:
            return INT8
        case Function.SUM if bare.name in _EXACT:
            return NUMERIC
        case Function.SUM | Function.MIN | Function.MAX | Function.BOOL_AND | Function.BOOL_OR:
            return bare
        case _:
            return NUMERIC if bare.name in _EXACT else FLOAT8


def can_be_told_apart(column: Column | ComputedColumn) -> bool:
    """Whether PostgreSQL can sort and group by the column: it has an ordering, of whatever use."""
    return Operator.GT in operators_of(column.type) or column.type.bare.enum is not None


@dataclass(frozen=True, slots=True)
class Measure:
    """One value of many rows: a function of a column, or a count.

    Attributes:
        function: what is computed.
        columns: of which columns; a count of none counts the rows, one of several those where none of them is NULL.
        distinct: whether equal values count once.
    """

    function: Function
    columns: tuple[Column, ...] = ()
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class MeasureTest:
    """Whether a measure of the related rows fulfils a predicate.

    Attributes:
        relationship: the array relationship to the rows.
        table: whose rows they are.
        measure: what is computed of them.
        where: which of them count.
        test: a predicate about one column, `value_column` of the measure.
    """

    relationship: Relationship
    table: Table
    measure: Measure
    where: Predicate
    test: Predicate


@dataclass(frozen=True, slots=True)
class MeasureTerm:
    """One term of an ordering: a measure of the rows that an array relationship leads to, `through` others before."""

    relationship: Relationship
    table: Table
    measure: Measure
    direction: Direction
    through: tuple[tuple[Relationship, Table], ...] = ()


def measure_type(measure: Measure) -> DataType:
    """The PostgreSQL type of the measure's value."""
    return result_type(measure.function, measure.columns[0].type if measure.columns else INT8)


def value_column(measure: Measure) -> Column:
    """The measure's value as a column, so that a predicate can be about it."""
    type_ = measure_type(measure)
    return Column("value", type_, type_.name, nullable=measure.function is not Function.COUNT)


@dataclass(frozen=True, slots=True)
class MeasureOutput:
    """A measure under its response key."""

    key: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class MeasuresOutput:
    """An object of measures: `sum { ... }`, or all of `aggregate { ... }`."""

    key: str
    output: tuple[AggregateOutput, ...]


AggregateOutput: TypeAlias = "MeasureOutput | MeasuresOutput | ConstantOutput"


@dataclass(frozen=True, slots=True)
class NodesOutput:
    """The rows themselves."""

    key: str
    output: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class Aggregation:
    """Rows of one table, computed with and, where the rows themselves are asked for, answered.

    Attributes:
        rows: which rows; its own output is empty.
        output: what of all of them together.
    """

    rows: Rows
    output: tuple[MeasuresOutput | NodesOutput | ConstantOutput, ...]


@dataclass(frozen=True, slots=True)
class AggregationOutput:
    """What is computed of the rows that an array relationship leads to, or a function of the row returns."""

    key: str
    relationship: Relationship | None
    aggregation: Aggregation


@dataclass(frozen=True, slots=True)
class AggregationRoot:
    """A root field that answers what is computed of rows."""

    key: str
    aggregation: Aggregation

    @property
    def rows(self) -> Rows:
        """The rows it is about."""
        return self.aggregation.rows
