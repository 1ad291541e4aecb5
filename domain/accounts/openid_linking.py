"""Identities of a signed-in user: linked, listed, unlinked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from domain.accounts.confirming import own_id
from domain.accounts.errors import IdentityTakenError, LastSignInError
from domain.accounts.identities import Identity
from domain.accounts.managing_second_factor import note, refuse_others
from domain.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.confirming import Confirm
    from domain.accounts.openid import ReturnedOpenId, StartedOpenId
    from domain.accounts.openid_states import OpenIdStates
    from domain.accounts.ports import AccountsWork, OpenAccounts
    from domain.accounts.users import User
    from domain.actor import Actor
    from domain.client import Client

MAX_IDENTITIES: Final = 20
"""Identities that one account may have."""


class StartOpenIdLink:
    """Sends a user to a provider, to link who they are there.

    The password is asked for: an identity is a way to sign in that stays when the session is over.
    """

    def __init__(self, states: OpenIdStates, confirm: Confirm) -> None:
        self._states = states
        self._confirm = confirm

    async def __call__(
        self, actor: Actor, provider: str, redirect_uri: str, password: str | None, client: Client
    ) -> StartedOpenId:
        """Begin.

        Raises:
            ForbiddenError: the caller is an admin who acts as the user, or an API key.
            WrongPasswordError: the password is another one, or none and the sign-in too long ago.
            NotFoundError: there is no such provider.
            InvalidInputError: the redirect URI is not allowed.
            RateLimitedError: there were too many.
            UnavailableError: the provider cannot be reached.
        """
        refuse_others(actor)
        confirmed = await self._confirm(actor, password)
        return await self._states.begin(provider, redirect_uri, client, user_id=confirmed.user.id)


class CompleteOpenIdLink:
    """Links the identity of a user who comes back from a provider."""

    def __init__(self, accounts: OpenAccounts, states: OpenIdStates) -> None:
        self._accounts = accounts
        self._states = states

    async def __call__(self, actor: Actor, returned: ReturnedOpenId, client: Client) -> Identity:
        """Link it.

        Raises:
            ForbiddenError: the caller is an admin who acts as the user, or an API key.
            OpenIdStateError: the state is not good, or not of this client and user.
            OpenIdRefusedError: the provider refuses the code, or what it says does not verify.
            IdentityTakenError: an account has the identity.
            ConflictError: the account has too many.
            RateLimitedError: there were too many.
            UnavailableError: the provider cannot be reached.
        """
        refuse_others(actor)
        user_id = own_id(actor)
        name, _, claims = await self._states.complete(returned, client, user_id=user_id)
        now = datetime.now(UTC)
        identity = Identity(claims.issuer, claims.subject, user_id, name, claims.email, now, now)
        async with self._accounts() as work:
            await work.identities.lock(claims.issuer, claims.subject)
            await _lock(work, user_id)
            if len(await work.identities.list(user_id)) >= MAX_IDENTITIES:
                raise ConflictError(f"An account has at most {MAX_IDENTITIES} identities.")
            if await work.identities.find_user_id(claims.issuer, claims.subject) is not None:
                raise IdentityTakenError
            await work.identities.add(identity)
            await note(work, actor, client, "identity.link", user_id, provider=name, issuer=claims.issuer)
        return identity


class ListIdentities:
    """Reads the caller's identities."""

    def __init__(self, accounts: OpenAccounts) -> None:
        self._accounts = accounts

    async def __call__(self, actor: Actor) -> list[Identity]:
        """The oldest first."""
        user_id = own_id(actor)
        async with self._accounts() as work:
            return await work.identities.list(user_id)


class UnlinkIdentity:
    """Unlinks an identity of the caller."""

    def __init__(self, accounts: OpenAccounts) -> None:
        self._accounts = accounts

    async def __call__(self, actor: Actor, issuer: str, subject: str, client: Client) -> None:
        """Unlink it; sessions that it opened go on.

        Raises:
            ForbiddenError: the caller is an admin who acts as the user, or an API key.
            NotFoundError: the caller has no such identity.
            LastSignInError: there is neither another one nor a password.
        """
        refuse_others(actor)
        user_id = own_id(actor)
        async with self._accounts() as work:
            user = await _lock(work, user_id)
            linked = await work.identities.list(user_id)
            if not any((each.issuer, each.subject) == (issuer, subject) for each in linked):
                raise NotFoundError("There is no such identity.")
            if len(linked) == 1 and not user.has_password:
                raise LastSignInError
            await work.identities.remove(user_id, issuer, subject)
            await note(work, actor, client, "identity.unlink", user_id, issuer=issuer)


async def _lock(work: AccountsWork, user_id: UUID) -> User:
    """The user, locked: of two acts on the identities of one account the second sees what the first has done."""
    user = await work.users.lock(user_id, await work.users.find_password(user_id))
    if user is None:
        raise NotFoundError("There is no such user.")
    return user
