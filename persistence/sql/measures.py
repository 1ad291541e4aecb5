"""Aggregate functions as SQL expressions, and their values as JSON text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString, assert_never

from domain.tables.aggregates import (
    EXTREMES,
    NUMERIC,
    STATISTICS,
    Function,
    MeasureOutput,
    MeasuresOutput,
    measure_type,
)
from domain.tables.plan import ConstantOutput
from persistence.sql.fragments import column, joined, sql
from persistence.sql.json_text import constant_text, object_text, typed, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.tables.aggregates import AggregateOutput, Measure
    from persistence.sql.fragments import Sql

_CALLS: Final[dict[Function, LiteralString]] = {
    Function.COUNT: "count({})",
    Function.SUM: "sum({})",
    Function.AVG: "avg({})",
    Function.MIN: "min({})",
    Function.MAX: "max({})",
    Function.STDDEV: "stddev({})",
    Function.STDDEV_POP: "stddev_pop({})",
    Function.STDDEV_SAMP: "stddev_samp({})",
    Function.VAR_POP: "var_pop({})",
    Function.VAR_SAMP: "var_samp({})",
    Function.VARIANCE: "variance({})",
    Function.BOOL_AND: "bool_and({})",
    Function.BOOL_OR: "bool_or({})",
}


def measure_value(measure: Measure, alias: Sql) -> Sql:
    """The measure over all rows of the alias, in the type that `measure_type` tells."""
    if measure.function is Function.COUNT:
        return _count(measure, alias)
    (of,) = measure.columns
    name, call = typed(of, alias), _CALLS[measure.function]
    if measure.function in EXTREMES and of.type.bare.name == "uuid":
        # PostgreSQL has none of its own before version 19; the text of a UUID has the order of its bytes.
        return sql("{}::uuid", sql(call, sql('{}::text COLLATE "C"', name)))
    if measure.distinct:
        return sql(call, sql("DISTINCT {}", name))
    if measure.function in STATISTICS and measure_type(measure) == NUMERIC:
        return sql("trim_scale({})", sql(call, name))
    return sql(call, name)


def _count(measure: Measure, alias: Sql) -> Sql:
    names = [column(alias, of.name) for of in measure.columns]
    match names:
        case []:
            return sql("count(*)")
        case [name]:
            return sql("count(DISTINCT {})", name) if measure.distinct else sql("count({})", name)
        case _:
            row = sql("DISTINCT ({})", joined(", ", names)) if measure.distinct else sql("*")
            present = joined(" AND ", (sql("{} IS NOT NULL", name) for name in names))
            return sql("count({}) FILTER (WHERE {})", row, present)


def measures_text(outputs: Sequence[AggregateOutput], alias: Sql, *, stringify_numeric_types: bool) -> Sql:
    """A JSON object of measures over all rows of the alias."""

    def text(output: AggregateOutput) -> Sql:
        match output:
            case MeasureOutput():
                return _measure_text(output.measure, alias, stringify_numeric_types=stringify_numeric_types)
            case MeasuresOutput():
                return measures_text(output.output, alias, stringify_numeric_types=stringify_numeric_types)
            case ConstantOutput():
                return constant_text(output.value)
            case _:
                assert_never(output)

    return object_text([(output.key, text(output)) for output in outputs])


def _measure_text(measure: Measure, alias: Sql, *, stringify_numeric_types: bool) -> Sql:
    value = measure_value(measure, alias)
    if measure.function is Function.COUNT:
        return sql("{}::text", value)
    # Those that the dialect types as Float stay numbers, whatever the setting; a sum is of its column's type.
    type_ = measure_type(measure) if measure.function in STATISTICS else measure.columns[0].type.bare
    stringify = stringify_numeric_types and measure.function not in STATISTICS
    return sql("coalesce({}, 'null')", value_text(type_, value, stringify_numeric_types=stringify))
