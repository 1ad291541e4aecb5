"""Which rows of a list: comparisons of their attributes, and what they are put together by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from domain.errors import InvalidInputError
from domain.paging import SortKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sized

    from domain.paging import Kind

MAX_COMPARISONS: Final = 100
"""Comparisons in one filter."""
MAX_LISTED: Final = 100
"""Values in one list of a filter."""


@dataclass(frozen=True, slots=True)
class Field:
    """What rows are found and ordered by: an attribute of the entity, its kind and whether it may be None."""

    attribute: str
    kind: Kind
    nullable: bool = False

    def key(self, *, descending: bool = False, nulls_first: bool = False) -> SortKey:
        """This field as one to order by."""
        return SortKey(self.attribute, self.kind, self.nullable, descending, nulls_first and self.nullable)


class Comparator(StrEnum):
    """A comparison; the value is the operator's name in a document less the leading underscore."""

    EQ = "eq"
    NEQ = "neq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    NIN = "nin"
    LIKE = "like"
    NLIKE = "nlike"
    ILIKE = "ilike"
    NILIKE = "nilike"
    IS_NULL = "isNull"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field compared with a value of its type, a list of them, or, for `isNull`, a bool."""

    field: Field
    comparator: Comparator
    value: object


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these; nothing in it is always true."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these at least; nothing in it is never true."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Negation:
    """Not this."""

    part: Condition


Condition: TypeAlias = Comparison | AllOf | AnyOf | Negation
"""Which rows."""
EVERYTHING: Final = AllOf()


def refuse_large(condition: Condition) -> None:
    """Raises InvalidInputError for a filter with too many comparisons, or too long a list."""
    comparisons = list(_comparisons(condition))
    if len(comparisons) > MAX_COMPARISONS:
        raise InvalidInputError(f"A filter has at most {MAX_COMPARISONS} comparisons.", ("where",))
    for each in comparisons:
        if each.comparator in {Comparator.IN, Comparator.NIN} and len(cast("Sized", each.value)) > MAX_LISTED:
            raise InvalidInputError(f"A list in a filter has at most {MAX_LISTED} values.", ("where",))


def _comparisons(condition: Condition) -> Iterator[Comparison]:
    match condition:
        case Comparison():
            yield condition
        case Negation(part):
            yield from _comparisons(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _comparisons(part)
