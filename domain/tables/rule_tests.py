"""What a stored rule asks of one column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from domain.tables.logic import conjunction
from domain.tables.operators import TEXT, TEXT_TYPES, Operator, operand_type, operators_of, takes_list
from domain.tables.plan import Cast, ColumnComparison, Comparison, NullTest
from domain.tables.rule_names import column_operator_of, folded, folded_names, operator_of
from domain.tables.rule_values import InvalidRuleError, is_text, members, operand, operands, truth

if TYPE_CHECKING:
    from domain.tables.catalog import Column, DataType, Table
    from domain.tables.metadata import Json
    from domain.tables.plan import Predicate, Subject
    from domain.tables.rule_values import Path

_CASTS: Final = frozenset({"string", "text"})
_FAMILIES: Final = (
    frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"}),
    TEXT_TYPES,
    frozenset({"date", "timestamp", "timestamptz"}),
    frozenset({"time", "timetz", "interval"}),
    frozenset({"inet", "cidr"}),
)


def read_tests(column: Column, value: Json, table: Table, root: Table, path: Path) -> Predicate:
    """The tests of a column of `table`, in a rule about `root`: an object of operators, or a value it is equal to."""
    if _is_tests(value):
        return conjunction(
            _column_test(column, name, inner, (table, root), (*path, name))
            for name, inner in members(value, path).items()
        )
    return _comparison(column, Operator.EQ, value, path)


def read_value_tests(subject: Subject, value: Json, path: Path) -> Predicate:
    """The same of a value that no column can be compared with."""
    if _is_tests(value):
        return conjunction(_test(subject, name, inner, (*path, name)) for name, inner in members(value, path).items())
    return _comparison(subject, Operator.EQ, value, path)


def _is_tests(value: Json) -> bool:
    """Whether it is an object of tests, as every object is: one that a column is to be equal to stands in `_eq`."""
    return isinstance(value, dict) and not is_text(value)


def _column_test(column: Column, name: str, value: Json, tables: tuple[Table, Table], path: Path) -> Predicate:
    operator = column_operator_of(name)
    if operator is None:
        return _test(column, name, value, path)
    other, of_root = _other_column(value, *tables, path)
    _offer(column, operator, path)
    if not _comparable(column.type.bare, other.type.bare):
        raise InvalidRuleError(f"The columns {column.name} and {other.name} cannot be compared.", path)
    return ColumnComparison(column, operator, other, of_root)


def _test(subject: Subject, name: str, value: Json, path: Path) -> Predicate:
    spelled = folded(name[1:]) if name[:1] in {"$", "_"} else ""
    if spelled == "isnull":
        return NullTest(subject, truth(value, path))
    if spelled == "cast":
        return conjunction(_cast(subject, each, inner, (*path, each)) for each, inner in members(value, path).items())
    operator = operator_of(name)
    if operator is None:
        raise InvalidRuleError(f"There is no operator {name!r}.", path)
    return _comparison(subject, operator, value, path)


def _cast(subject: Subject, name: str, value: Json, path: Path) -> Predicate:
    if name.lower() not in _CASTS:
        raise InvalidRuleError("A column is compared as a String only.", path)
    return read_value_tests(Cast(subject, TEXT), value, path)


def _comparison(subject: Subject, operator: Operator, value: Json, path: Path) -> Predicate:
    _offer(subject, operator, path)
    type_ = operand_type(operator, subject.type)
    read = operands(value, type_, path) if takes_list(operator) else operand(value, type_, path)
    return Comparison(subject, operator, read)


def _offer(subject: Subject, operator: Operator, path: Path) -> None:
    # Of the values of an enum as of any text: whether a rule can be read must not hang on rows.
    if operator not in operators_of(replace(subject.type.bare, enum=None)):
        raise InvalidRuleError(f"The type {subject.type.name} has no operator _{operator}.", path)


def _other_column(value: Json, table: Table, root: Table, path: Path) -> tuple[Column, bool]:
    """The column of `"name"` in the same row, or of `["$", "name"]` in the row that the whole rule is about."""
    match value:
        case str(name) | [str(name)]:
            of, of_root = table, False
        case ["$", str(name)]:
            of, of_root = root, True
        case _:
            raise InvalidRuleError('This is the name of a column, or ["$", name] for one of the outermost row.', path)
    found = of.by_name.get(name) or folded_names(of.by_name).get(folded(name))
    if found is None:
        raise InvalidRuleError(f"The table {of.name} has no column {name!r}.", path)
    return found, of_root


def _comparable(one: DataType, other: DataType) -> bool:
    return one == other or any(one.name in family and other.name in family for family in _FAMILIES)
