"""The directory of users: which of them, and in what order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from domain.conditions import Field, refuse_large
from domain.errors import InvalidInputError
from domain.paging import Kind, Order, window

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from domain.accounts.users import User
    from domain.conditions import Condition
    from domain.paging import Page, SortKey, Window

MAX_KEYS: Final = 10
"""Attributes that users are ordered by."""


class UserField:
    """What users are found and ordered by."""

    ID: Final = Field("id", Kind.ID)
    EMAIL: Final = Field("email", Kind.TEXT)
    USERNAME: Final = Field("username", Kind.TEXT, nullable=True)
    NAME: Final = Field("name", Kind.TEXT, nullable=True)
    PHONE: Final = Field("phone", Kind.TEXT, nullable=True)
    ROLE: Final = Field("role", Kind.RUNG)
    ACTIVE: Final = Field("active", Kind.FLAG)
    EMAIL_VERIFIED_AT: Final = Field("email_verified_at", Kind.TIME, nullable=True)
    CREATED_AT: Final = Field("created_at", Kind.TIME)
    LAST_SEEN_AT: Final = Field("last_seen_at", Kind.TIME, nullable=True)


USER_FIELDS: Final = {each.attribute: each for each in vars(UserField).values() if isinstance(each, Field)}
"""The same by the attributes of `User`."""


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
