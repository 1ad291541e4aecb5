"""Conditions of lists as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, assert_never

from sqlalchemy import ARRAY, ColumnElement, and_, any_, false, literal, not_, or_, true

from domain.conditions import AllOf, AnyOf, Comparator, Comparison, Negation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from domain.conditions import Condition

_OPERATORS: Final[dict[Comparator, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]]] = {
    Comparator.EQ: lambda column, value: column == literal(value, column.type),
    Comparator.NEQ: lambda column, value: column != literal(value, column.type),
    Comparator.GT: lambda column, value: column > literal(value, column.type),
    Comparator.GTE: lambda column, value: column >= literal(value, column.type),
    Comparator.LT: lambda column, value: column < literal(value, column.type),
    Comparator.LTE: lambda column, value: column <= literal(value, column.type),
    Comparator.IN: lambda column, value: column == any_(literal(list(value), ARRAY(column.type))),
    Comparator.NIN: lambda column, value: not_(column == any_(literal(list(value), ARRAY(column.type)))),
    Comparator.LIKE: lambda column, value: column.like(value),
    Comparator.NLIKE: lambda column, value: column.not_like(value),
    Comparator.ILIKE: lambda column, value: column.ilike(value),
    Comparator.NILIKE: lambda column, value: column.not_ilike(value),
    Comparator.IS_NULL: lambda column, value: column.is_(None) if value else column.is_not(None),
    Comparator.CONTAINS: lambda column, value: column.op("@>", is_comparison=True)(literal(value, column.type)),
}


def condition_sql(condition: Condition, columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """The condition over the columns, by the names of the attributes that they hold."""
    match condition:
        case Comparison(field, comparator, value):
            return _OPERATORS[comparator](columns[field.attribute], value)
        case Negation(part):
            return not_(condition_sql(part, columns))
        case AllOf(parts):
            return and_(true(), *(condition_sql(part, columns) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(condition_sql(part, columns) for part in parts))
        case _:
            assert_never(condition)
