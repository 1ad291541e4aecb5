"""The directory of users: which of them, and in what order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

from domain.errors import InvalidInputError
from domain.paging import Kind, Order, SortKey, window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sized
    from uuid import UUID

    from domain.accounts.users import User
    from domain.paging import Page, Window

MAX_COMPARISONS: Final = 100
"""Comparisons in one filter."""
MAX_LISTED: Final = 100
"""Values in one list of a filter."""
MAX_KEYS: Final = 10
"""Attributes that users are ordered by."""


class UserField(Enum):
    """What users are found and ordered by: the attribute of `User`, its kind and whether it may be None."""

    ID = ("id", Kind.ID, False)
    EMAIL = ("email", Kind.TEXT, False)
    USERNAME = ("username", Kind.TEXT, True)
    NAME = ("name", Kind.TEXT, True)
    PHONE = ("phone", Kind.TEXT, True)
    ROLE = ("role", Kind.RUNG, False)
    ACTIVE = ("active", Kind.FLAG, False)
    EMAIL_VERIFIED_AT = ("email_verified_at", Kind.TIME, True)
    CREATED_AT = ("created_at", Kind.TIME, False)
    LAST_SEEN_AT = ("last_seen_at", Kind.TIME, True)

    def key(self, *, descending: bool = False, nulls_first: bool = False) -> SortKey:
        """This field as one to order by."""
        attribute, kind, nullable = self.value
        return SortKey(attribute, kind, nullable, descending, nulls_first and nullable)


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


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field compared with a value of its type, a list of them, or, for `isNull`, a bool."""

    field: UserField
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
"""Which users."""
EVERYBODY: Final = AllOf()


class UserDirectory(Protocol):
    """The port to the users, many at a time."""

    async def page(self, condition: Condition, order: Order, window: Window) -> Page[User]:
        """The users of a window, by one statement."""
        ...

    async def count(self, condition: Condition) -> int:
        """How many users there are."""
        ...

    async def find(self, user_id: UUID) -> User | None:
        """The user, or None."""
        ...


class ListUsers:
    """Reads a page of the users."""

    def __init__(self, directory: UserDirectory) -> None:
        self._directory = directory

    async def __call__(
        self,
        condition: Condition,
        order: Order,
        *,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Page[User]:
        """The page that these arguments of a connection ask for.

        Raises:
            InvalidInputError: the filter is too large, or the arguments make no page.
        """
        refuse_large(condition)
        return await self._directory.page(condition, order, window(order, first, after, last, before))


class CountUsers:
    """Counts users."""

    def __init__(self, directory: UserDirectory) -> None:
        self._directory = directory

    async def __call__(self, condition: Condition) -> int:
        """How many there are; raises InvalidInputError for a filter that is too large."""
        refuse_large(condition)
        return await self._directory.count(condition)


class FindUser:
    """Reads one user."""

    def __init__(self, directory: UserDirectory) -> None:
        self._directory = directory

    async def __call__(self, user_id: UUID) -> User | None:
        """The user, or None."""
        return await self._directory.find(user_id)


def order_of(keys: Iterable[SortKey]) -> Order:
    """An order of users: by these fields, the newest first without any, and by the id in the end.

    Raises:
        InvalidInputError: there are too many of them.
    """
    chosen = tuple(keys) or (UserField.CREATED_AT.key(descending=True),)
    if len(chosen) > MAX_KEYS:
        raise InvalidInputError(f"At most {MAX_KEYS} fields to order by are allowed.", ("orderBy",))
    # In the direction of the key before it, so that an index on both is read from one end to the other.
    return Order((*chosen, UserField.ID.key(descending=chosen[-1].descending)))


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
