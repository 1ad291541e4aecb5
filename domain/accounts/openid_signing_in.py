"""Signing in at an OpenID provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from domain.accounts.errors import BadCredentialsError, LinkRequiredError, OpenIdEmailError, OpenIdRefusedError
from domain.accounts.identities import Identity
from domain.accounts.opening import MAX_LABEL
from domain.accounts.signing_in import EmailNotVerified
from domain.accounts.users import MAX_NAME, User, normal_email
from domain.audit import AuditEvent
from domain.errors import ForbiddenError, InvalidInputError
from domain.identifiers import new_id
from domain.text import plain_text

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.finishing import FinishSignIn, SecondFactorRequired
    from domain.accounts.openid import OpenIdProvider, ProviderClaims, ReturnedOpenId, StartedOpenId
    from domain.accounts.openid_states import OpenIdStates
    from domain.accounts.opening import SignedIn
    from domain.accounts.ports import AccountsWork, OpenAccounts
    from domain.client import Client

OpenIdResult: TypeAlias = "SignedIn | SecondFactorRequired | EmailNotVerified"


class StartOpenIdSignIn:
    """Sends a stranger to a provider."""

    def __init__(self, states: OpenIdStates) -> None:
        self._states = states

    async def __call__(self, provider: str, redirect_uri: str, client: Client) -> StartedOpenId:
        """Begin.

        Raises:
            NotFoundError: there is no such provider.
            InvalidInputError: the redirect URI is not allowed.
            RateLimitedError: there were too many.
            UnavailableError: the provider cannot be reached.
        """
        return await self._states.begin(provider, redirect_uri, client)


class CompleteOpenIdSignIn:
    """Signs in who comes back from a provider; somebody new gets an account.

    Args:
        accounts: begins the transaction.
        states: verifies the return.
        finish: opens the session or asks for the second factor.
        verification_required: whether an address has to be verified before its owner signs in.
    """

    def __init__(
        self,
        *,
        accounts: OpenAccounts,
        states: OpenIdStates,
        finish: FinishSignIn,
        verification_required: bool = False,
    ) -> None:
        self._accounts = accounts
        self._states = states
        self._finish = finish
        self._verification_required = verification_required

    async def __call__(self, returned: ReturnedOpenId, client: Client, *, label: str | None = None) -> OpenIdResult:
        """Sign in.

        A known identity is its user. Another one is linked to the account with its address only where both the
        provider and we have seen the address proven: else whoever opened an account in somebody else's name would
        have them sign in to it.

        Raises:
            OpenIdStateError: the state is not good, or not of this client.
            OpenIdRefusedError: the provider refuses the code, or what it says does not verify.
            BadCredentialsError: the account is not active.
            OpenIdEmailError: a new user, and the provider vouches for no address.
            LinkRequiredError: an account has the address and has never proven it.
            ForbiddenError: a new user, and signing up is closed.
            RateLimitedError: there were too many.
            UnavailableError: the provider cannot be reached.
        """
        called = None if label is None else plain_text(" ".join(label.split()), "label", MAX_LABEL)
        name, provider, claims = await self._states.complete(returned, client)
        async with self._accounts() as work:
            # Of two sign-ins with one new identity the second finds the user that the first has made.
            await work.identities.lock(claims.issuer, claims.subject)
            user, is_new = await _find_or_add(work, _Arrival(name, provider, claims, client))
            if self._verification_required and user.email_verified_at is None:
                return EmailNotVerified()
            return await self._finish(work, user, client, label=called, is_new=is_new)


@dataclass(frozen=True, slots=True)
class _Arrival:
    name: str
    provider: OpenIdProvider
    claims: ProviderClaims
    client: Client

    def identity(self, user_id: UUID) -> Identity:
        return Identity(self.claims.issuer, self.claims.subject, user_id, self.name, self.claims.email)

    def event(self, action: str, user_id: UUID) -> AuditEvent:
        details = {"provider": self.name, "issuer": self.claims.issuer}
        return AuditEvent(action, user_id, None, f"user:{user_id}", details, self.client.address)


async def _find_or_add(work: AccountsWork, arrival: _Arrival) -> tuple[User, bool]:
    """The user, and whether the account is new."""
    user_id = await work.identities.find_user_id(arrival.claims.issuer, arrival.claims.subject)
    if user_id is not None:
        user = await _lock(work, user_id)
        if not await work.identities.note_use(arrival.claims.issuer, arrival.claims.subject):
            raise OpenIdRefusedError  # unlinked a moment ago
        return user, False
    email = _vouched_email(arrival.claims)
    owner = await work.users.find_by_email(email)
    if owner is not None:
        return await _link(work, owner, arrival), False
    return await _add(work, email, arrival), True


async def _lock(work: AccountsWork, user_id: UUID) -> User:
    user = await work.users.lock(user_id, await work.users.find_password(user_id))
    if user is None:
        raise BadCredentialsError
    return user


async def _link(work: AccountsWork, owner: User, arrival: _Arrival) -> User:
    user = await _lock(work, owner.id)
    if user.email_verified_at is None or user.email != owner.email:
        raise LinkRequiredError
    await work.identities.add(arrival.identity(user.id))
    await work.audit.add(arrival.event("identity.link", user.id))
    return user


async def _add(work: AccountsWork, email: str, arrival: _Arrival) -> User:
    if not arrival.provider.allow_sign_up:
        raise ForbiddenError("Signing up is closed.")
    now = datetime.now(UTC)
    user = User(
        id=new_id(),
        email=email,
        name=_name(arrival.claims),
        created_at=now,
        updated_at=now,
        email_verified_at=now,
        has_password=False,
    )
    await work.users.add(user, None)
    await work.identities.add(arrival.identity(user.id))
    await work.audit.add(arrival.event("user.register", user.id))
    return user


def _vouched_email(claims: ProviderClaims) -> str:
    if claims.email is None or not claims.email_verified:
        raise OpenIdEmailError
    try:
        return normal_email(claims.email)
    except InvalidInputError:
        raise OpenIdEmailError from None


def _name(claims: ProviderClaims) -> str | None:
    """The provider's name for the user, as far as it could be one of ours: it is no reason to refuse anybody."""
    try:
        return plain_text(" ".join((claims.name or "").split())[:MAX_NAME], "name", MAX_NAME)
    except InvalidInputError:
        return None
