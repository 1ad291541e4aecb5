"""Proving once more, while signed in, to be oneself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from domain.accounts.errors import WrongPasswordError
from domain.accounts.passwords import normalize
from domain.errors import ConflictError, ForbiddenError, UnauthenticatedError
from domain.limits import PASSWORD_CHANGE, account_subject

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.passwords import PasswordHasher
    from domain.accounts.ports import AccountsWork, OpenAccounts
    from domain.accounts.sessions import Session
    from domain.accounts.users import User
    from domain.actor import Actor
    from domain.limits import RateLimiter

FRESH: Final = timedelta(minutes=10)
"""How young a session has to be to stand in for the password of an account that has none."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A user who has proved again to be themselves, as long as the hash is still the same."""

    user: User
    password_hash: str | None = field(repr=False)

    async def lock(self, work: AccountsWork) -> User:
        """The user in the transaction of the act, locked until its end.

        Raises:
            ConflictError: the password has become another one since, or the account was closed.
        """
        user = await work.users.lock(self.user.id, self.password_hash)
        if user is None:
            raise ConflictError("The account has just changed; try again.")
        return user


class Confirm:
    """Checks the password of a signed-in user; one without a password has to have signed in a moment ago.

    Args:
        accounts: begins the transaction that reads the account.
        passwords: checks the password.
        limiter: limits how often an account is asked.
    """

    def __init__(self, accounts: OpenAccounts, passwords: PasswordHasher, limiter: RateLimiter) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._limiter = limiter

    async def __call__(self, actor: Actor, password: str | None) -> Confirmed:
        """Check it.

        Raises:
            ForbiddenError: an admin acts as the user.
            WrongPasswordError: the password is another one, or the sign-in too long ago.
            InvalidInputError: this could be no password.
            RateLimitedError: there were too many tries.
        """
        refuse_impersonation(actor)
        user_id = own_id(actor)
        normalize(password or "")
        await self._limiter.hit(PASSWORD_CHANGE, account_subject(user_id))
        async with self._accounts() as work:
            user, password_hash = await work.users.get(user_id), await work.users.find_password(user_id)
            session = await work.sessions.find(actor.session_id) if actor.session_id else None
        if password_hash is None:
            _refuse_stale(session)
        elif not (await self._passwords.verify(password or "", password_hash)).matches:
            raise WrongPasswordError
        return Confirmed(user, password_hash)


def own_id(actor: Actor) -> UUID:
    """The account that a caller acts as.

    Raises:
        UnauthenticatedError: it acts as none.
    """
    if actor.user_id is None:
        raise UnauthenticatedError("Sign in to do this.")
    return actor.user_id


def refuse_impersonation(actor: Actor) -> None:
    """Let nobody but the user do what follows.

    Raises:
        ForbiddenError: an admin acts as the user.
    """
    if actor.impersonator_id is not None:
        raise ForbiddenError("An admin who acts as a user may not do this.")


def _refuse_stale(session: Session | None) -> None:
    if session is None or session.created_at < datetime.now(UTC) - FRESH:
        raise WrongPasswordError("Sign in again to do this: the account has no password.", "SIGN_IN_AGAIN")
