"""What a role has of the roles that it inherits, as in Hasura.

Of reading it has what any of them has: rows that one lets through, and of each row the columns that one of those has
which let it through. Of writing it has what they agree on; if two of them may do different things, it may do neither
before a permission of its own decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from domain.tables.logic import disjunction
from domain.tables.plan import EVERYTHING
from domain.tables.rights import SelectRight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from domain.tables.plan import Predicate

_Right = TypeVar("_Right")


def inherited_select(rights: Sequence[SelectRight]) -> SelectRight | None:
    """What is read by one of several rights."""
    if len(rights) <= 1:
        return rights[0] if rights else None
    every = disjunction(each.filter for each in rights)
    limits = [each.limit for each in rights]
    return SelectRight(
        columns=_shown(rights, lambda right: right.columns, every),
        computed_fields=_shown(rights, lambda right: right.computed_fields, every),
        filter=every,
        limit=None if None in limits else max(limit for limit in limits if limit is not None),
        aggregations=any(each.aggregations for each in rights),
    )


def _shown(
    rights: Sequence[SelectRight], of: Callable[[SelectRight], Mapping[str, Predicate]], every: Predicate
) -> Mapping[str, Predicate]:
    """Each column with the rows that it is shown of; `every` row of all is said as `EVERYTHING`."""
    names = dict.fromkeys(name for right in rights for name in of(right))
    found: dict[str, Predicate] = {}
    for name in names:
        shown = disjunction(_rows(each, of(each)[name]) for each in rights if name in of(each))
        found[name] = EVERYTHING if shown == every else shown
    return found


def _rows(right: SelectRight, shown: Predicate) -> Predicate:
    """The rows that a column is shown of; if it is not of all rows of the right, it is of no others."""
    return right.filter if shown == EVERYTHING else shown


def only_one(rights: Iterable[_Right | None]) -> _Right | None:
    """The right that all have who have any; None if they differ."""
    found = [right for right in rights if right is not None]
    return found[0] if found and all(right == found[0] for right in found) else None
