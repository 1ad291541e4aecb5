"""Conditions for the rows on one side of a place in an order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from persistence.sql.fragments import joined, sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persistence.sql.fragments import Sql


@dataclass(frozen=True, slots=True)
class Key:
    """One term of an order and the place's value in it.

    Attributes:
        value: what rows are ordered by.
        bound: the place's value; None for NULL.
        descending: whether greater values come first.
        nulls_first: whether NULL comes before all values.
        nullable: whether the value can be NULL.
    """

    value: Sql
    bound: Sql | None
    descending: bool
    nulls_first: bool
    nullable: bool


def reversed_key(key: Key) -> Key:
    """The same term of the order from its end."""
    return replace(key, descending=not key.descending, nulls_first=not key.nulls_first)


def beyond(keys: Sequence[Key], *, inclusive: bool = False) -> Sql:
    """The condition for rows behind the place, or, `inclusive`, at it.

    A comparison of rows is what an index over several columns serves best, but it knows one direction and no NULLs. All
    others are written out, with the bound of the first term before them, which an index can start from.
    """
    if all(key.bound is not None and not key.nullable and key.descending is keys[0].descending for key in keys):
        return _compared(keys, inclusive=inclusive)
    choices: list[Sql] = []
    equal: list[Sql] = []
    for key in keys:
        further = _further(key)
        if further is not None:
            choices.append(joined(" AND ", [*equal, further]))
        equal.append(_equal(key))
    if inclusive:
        choices.append(joined(" AND ", equal))
    choice = joined(" OR ", (sql("({})", each) for each in choices)) if choices else sql("FALSE")
    start = _start(keys[0])
    return sql("({})", choice) if start is None else sql("{} AND ({})", start, choice)


def _compared(keys: Sequence[Key], *, inclusive: bool) -> Sql:
    values = joined(", ", (key.value for key in keys))
    bounds = joined(", ", (key.bound for key in keys if key.bound is not None))
    operator = ("<=" if inclusive else "<") if keys[0].descending else (">=" if inclusive else ">")
    return _operated(operator, sql("({})", values), sql("({})", bounds))


def _operated(operator: str, left: Sql, right: Sql) -> Sql:
    match operator:
        case "<":
            return sql("{} < {}", left, right)
        case "<=":
            return sql("{} <= {}", left, right)
        case ">":
            return sql("{} > {}", left, right)
        case _:
            return sql("{} >= {}", left, right)


def _further(key: Key) -> Sql | None:
    """The value comes behind the bound; None where nothing does."""
    if key.bound is None:
        return sql("{} IS NOT NULL", key.value) if key.nulls_first else None
    found = _operated("<" if key.descending else ">", key.value, key.bound)
    if key.nullable and not key.nulls_first:
        return sql("({} OR {} IS NULL)", found, key.value)
    return found


def _equal(key: Key) -> Sql:
    return sql("{} IS NULL", key.value) if key.bound is None else sql("{} = {}", key.value, key.bound)


def _start(key: Key) -> Sql | None:
    """What holds of the first term in every case; None where it is not one range of an index."""
    if key.bound is None:
        return None if key.nulls_first else sql("{} IS NULL", key.value)
    if key.nullable and not key.nulls_first:
        return None
    return _operated("<=" if key.descending else ">=", key.value, key.bound)
