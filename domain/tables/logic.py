"""Predicates put together and taken apart.

What says nothing is left out when they are put together: equal questions become equal predicates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from domain.tables.aggregates import MeasureTest
from domain.tables.plan import EVERYTHING, And, ColumnComparison, Comparison, Exists, Not, NullTest, Or

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.tables.plan import Predicate

NO_ROW: Final = Or(())
"""False of every row."""


def conjunction(predicates: Iterable[Predicate]) -> Predicate:
    """All of them."""
    items = dict.fromkeys(item for each in predicates for item in (each.items if isinstance(each, And) else (each,)))
    if NO_ROW in items:
        return NO_ROW
    return next(iter(items)) if len(items) == 1 else And(tuple(items))


def disjunction(predicates: Iterable[Predicate]) -> Predicate:
    """One of them at least."""
    items = dict.fromkeys(item for each in predicates for item in (each.items if isinstance(each, Or) else (each,)))
    if EVERYTHING in items:
        return EVERYTHING
    return next(iter(items)) if len(items) == 1 else Or(tuple(items))


def parts(predicate: Predicate) -> tuple[Predicate, ...]:
    """The predicates that it is made of, in order."""
    match predicate:
        case Comparison() | ColumnComparison() | NullTest():
            return ()
        case And(items) | Or(items):
            return items
        case Not(item):
            return (item,)
        case Exists(where=where):
            return (where,)
        case MeasureTest(where=where, test=test):
            return (where, test)
        case _:
            assert_never(predicate)
