"""Predicates put together, without the parts that say nothing: equal questions become equal predicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.tables.plan import EVERYTHING, And, Or

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
