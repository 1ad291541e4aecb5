"""Users that the authentication of a request has just read: the request itself need not read them again."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.users import User

_users: ContextVar[dict[UUID, User] | None] = ContextVar("users", default=None)


def begin_request() -> None:
    """Remember users from now on; outside of a request nothing is remembered."""
    _users.set({})


def end_request() -> None:
    """Remember them no longer."""
    if _users.get() is not None:
        _users.set(None)


def remember(user: User) -> None:
    """Note a user as the database has just told."""
    users = _users.get()
    if users is not None:
        users[user.id] = user


def take(user_id: UUID) -> User | None:
    """The user if the request has just read it; once."""
    users = _users.get()
    return users.pop(user_id, None) if users else None


def forget() -> None:
    """Forget them all: the request is about to change something."""
    users = _users.get()
    if users:
        users.clear()
