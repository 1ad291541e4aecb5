"""The names in stored rules, whichever way they are spelled."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TypeVar

from domain.tables.operators import Operator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.tables.catalog import Column
    from domain.tables.relationships import Relationship

_Named = TypeVar("_Named")


def folded(name: str) -> str:
    """What spellings of a name have in common: its letters and digits."""
    return name.replace("_", "").lower()


def folded_names(named: Mapping[str, _Named]) -> Mapping[str, _Named]:
    """What is found by a name in any spelling; two names that differ in nothing else are found by none."""
    times = Counter(map(folded, named))
    return {folded(name): value for name, value in named.items() if times[folded(name)] == 1}


def find(name: str, columns: Mapping[str, Column], ways: Mapping[str, Relationship]) -> Column | Relationship | None:
    """The column or the relationship of a name: as it is spelled first, then in any spelling."""
    exact = columns.get(name) or ways.get(name)
    return exact or folded_names(columns).get(folded(name)) or folded_names(ways).get(folded(name))


_OPERATORS: Final[Mapping[str, Operator]] = {
    **{folded(each.value): each for each in Operator},
    "ne": Operator.NEQ,
}
_OF_COLUMNS: Final[Mapping[str, Operator]] = {
    f"c{name}": _OPERATORS[name] for name in ("eq", "ne", "neq", "gt", "lt", "gte", "lte")
}


def operator_of(name: str) -> Operator | None:
    """The operator that compares with a value: `_eq`, `$eq`, `_containedIn`."""
    return _OPERATORS.get(folded(name[1:])) if name[:1] in {"$", "_"} else None


def column_operator_of(name: str) -> Operator | None:
    """The operator that compares with another column: `_ceq`, `$cgt`."""
    return _OF_COLUMNS.get(folded(name[1:])) if name[:1] in {"$", "_"} else None
