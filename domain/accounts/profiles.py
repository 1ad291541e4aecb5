"""What users see and change of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from domain.errors import UnauthenticatedError

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.users import User
    from domain.actor import Actor


class Profiles(Protocol):
    """Reads users outside of a transaction."""

    async def find(self, user_id: UUID) -> User | None:
        """The user, or None."""
        ...


class FindMe:
    """Gives callers their own account."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles

    async def __call__(self, actor: Actor) -> User:
        """The caller's account.

        Raises:
            UnauthenticatedError: the caller acts as no user, or as one who is not kept here any more.
        """
        user = await self._profiles.find(actor.user_id) if actor.user_id else None
        if user is None:
            raise UnauthenticatedError("There is no account behind this token.")
        return user
