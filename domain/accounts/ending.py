"""Seeing and ending one's sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.accounts.confirming import own_id, refuse_impersonation
from domain.accounts.sessions import EndReason
from domain.errors import ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.ports import OpenAccounts
    from domain.accounts.sessions import Session
    from domain.actor import Actor


class ListSessions:
    """Shows users where they are signed in."""

    def __init__(self, accounts: OpenAccounts) -> None:
        self._accounts = accounts

    async def __call__(self, actor: Actor) -> list[Session]:
        """The caller's live sessions, the last used first; at most 100."""
        async with self._accounts() as work:
            return await work.sessions.list_live(own_id(actor))


class LogOut:
    """Ends the session that the caller uses."""

    def __init__(self, accounts: OpenAccounts) -> None:
        self._accounts = accounts

    async def __call__(self, actor: Actor) -> None:
        """End it; its access token is refused from then on.

        Raises:
            ForbiddenError: the caller has shown a key, not the token of a session.
        """
        if actor.session_id is None:
            raise ForbiddenError("There is no session to log out of.")
        async with self._accounts(revoking=True) as work:
            await work.sessions.end(actor.session_id, EndReason.LOGGED_OUT)


class LogOutEverywhere:
    """Ends all sessions of the caller."""

    def __init__(self, accounts: OpenAccounts) -> None:
        self._accounts = accounts

    async def __call__(self, actor: Actor) -> int:
        """End them, this one too; how many there were.

        Raises:
            ForbiddenError: an admin acts as the user.
        """
        refuse_impersonation(actor)
        async with self._accounts(revoking=True) as work:
            return await work.sessions.end_all(own_id(actor), EndReason.LOGGED_OUT)


class RevokeSession:
    """Ends one session of the caller."""

    def __init__(self, accounts: OpenAccounts) -> None:
        self._accounts = accounts

    async def __call__(self, actor: Actor, session_id: UUID) -> None:
        """End it.

        Raises:
            ForbiddenError: an admin acts as the user.
            NotFoundError: the caller has no such live session.
        """
        refuse_impersonation(actor)
        async with self._accounts(revoking=True) as work:
            if not await work.sessions.end(session_id, EndReason.REVOKED, user_id=own_id(actor)):
                raise NotFoundError("There is no such session.")
