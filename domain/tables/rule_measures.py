"""What a stored rule asks of many related rows at once.

```json
{"orders_aggregate": {"count": {"predicate": {"_gt": 2}, "filter": {"paid": true}, "distinct": false}}}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from domain.tables.aggregates import Function, Measure, MeasureTest, can_be_told_apart, takes, value_column
from domain.tables.logic import conjunction
from domain.tables.plan import EVERYTHING
from domain.tables.rule_names import folded, folded_names
from domain.tables.rule_tests import read_value_tests
from domain.tables.rule_values import InvalidRuleError, members, truth

if TYPE_CHECKING:
    from domain.tables.catalog import Column, Table
    from domain.tables.metadata import Json
    from domain.tables.plan import Predicate
    from domain.tables.relationships import Relationship
    from domain.tables.rule_values import Path

MEASURES: Final = "_aggregate"
"""What the name of a relationship ends with where its rows are asked about together."""

_FUNCTIONS: Final = {folded(each.value): each for each in (Function.COUNT, Function.BOOL_AND, Function.BOOL_OR)}
_MEMBERS: Final = frozenset({"arguments", "distinct", "filter", "predicate"})


class _Reader(Protocol):
    def predicate(self, rule: Json, table: Table, path: Path) -> Predicate: ...


def read_measures(reader: _Reader, way: Relationship, table: Table, value: Json, path: Path) -> Predicate:
    """The tests of what is computed of the rows of `table` that a relationship leads to."""
    return conjunction(
        _measure_test(reader, way, table, (name, inner), (*path, name)) for name, inner in members(value, path).items()
    )


def _measure_test(reader: _Reader, way: Relationship, table: Table, member: tuple[str, Json], path: Path) -> Predicate:
    name, value = member
    function = _FUNCTIONS.get(folded(name))
    given = members(value, path)
    if function is None or "predicate" not in given or not _MEMBERS.issuperset(given):
        message = "This is count, bool_and or bool_or, with a predicate and perhaps arguments, distinct and a filter."
        raise InvalidRuleError(message, path)
    measure = _measure(function, given.get("arguments"), table, path, distinct=given.get("distinct", False))
    where = reader.predicate(given["filter"], table, (*path, "filter")) if "filter" in given else EVERYTHING
    test = read_value_tests(value_column(measure), given["predicate"], (*path, "predicate"))
    return MeasureTest(way, table, measure, where, test)


def _measure(function: Function, arguments: Json, table: Table, path: Path, *, distinct: Json) -> Measure:
    path = (*path, "arguments")
    names = arguments if isinstance(arguments, list) else [] if arguments is None else [arguments]
    columns = tuple(_column(name, table, path) for name in names)
    apart = truth(distinct, (*path[:-1], "distinct"))
    if function is not Function.COUNT and (len(columns) != 1 or not takes(function, columns[0].type)):
        raise InvalidRuleError("This is one column of type bool.", path)
    if apart and not all(map(can_be_told_apart, columns)):
        raise InvalidRuleError("Values of such a column cannot be told apart.", path)
    return Measure(function, columns, distinct=apart and bool(columns))


def _column(name: Json, table: Table, path: Path) -> Column:
    found = None
    if isinstance(name, str):
        found = table.by_name.get(name) or folded_names(table.by_name).get(folded(name))
    if found is None:
        raise InvalidRuleError(f"The table {table.name} has no column {name!r}.", path)
    return found
