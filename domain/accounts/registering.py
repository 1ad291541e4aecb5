"""Signing up."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from domain.accounts.errors import EmailTakenError, UsernameTakenError
from domain.accounts.mails import already_registered, verification
from domain.accounts.one_time import Purpose, new_token
from domain.accounts.users import User, display_name, normal_email, normal_username
from domain.audit import AuditEvent
from domain.errors import ForbiddenError
from domain.identifiers import new_id, new_secret
from domain.limits import REGISTER, address_subject

if TYPE_CHECKING:
    from domain.accounts.opening import OpenSession, SignedIn
    from domain.accounts.passwords import PasswordHasher, PasswordPolicy, PasswordWeakness
    from domain.accounts.ports import OpenAccounts
    from domain.client import Client
    from domain.limits import RateLimiter


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody gives to sign up; there is nothing else that they could choose."""

    email: str
    password: str = field(repr=False)
    username: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SignedUp:
    """The account is there; without a session, it has to be verified first."""

    verification_required: bool
    session: SignedIn | None = None


@dataclass(frozen=True, slots=True)
class EmailTaken:
    """Another account has the address."""


@dataclass(frozen=True, slots=True)
class UsernameTaken:
    """Another account has the username."""


@dataclass(frozen=True, slots=True)
class WeakPassword:
    """The password is refused."""

    reasons: tuple[PasswordWeakness, ...]


RegisterResult: TypeAlias = SignedUp | EmailTaken | UsernameTaken | WeakPassword


class Register:
    """Opens accounts.

    Args:
        accounts: begins the transaction.
        passwords: hashes the password.
        policy: says what is wrong with it.
        limiter: limits how often an address does this.
        open_session: signs the new user in.
        is_open: whether strangers may sign up at all.
        verification_required: whether nobody signs in before the address is verified. Then nobody is told either
            whether it has an account: the answer is the same and takes the same time, and its owner gets a mail.
    """

    def __init__(
        self,
        *,
        accounts: OpenAccounts,
        passwords: PasswordHasher,
        policy: PasswordPolicy,
        limiter: RateLimiter,
        open_session: OpenSession,
        is_open: bool = True,
        verification_required: bool = False,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._policy = policy
        self._limiter = limiter
        self._open_session = open_session
        self._is_open = is_open
        self._verification_required = verification_required

    async def __call__(self, registration: Registration, client: Client) -> RegisterResult:
        """Open an account; a mail asks to verify its address.

        Raises:
            ForbiddenError: signing up is closed.
            InvalidInputError: a value is not written as it has to be.
            RateLimitedError: the address has signed up too often.
        """
        if not self._is_open:
            raise ForbiddenError("Signing up is closed.")
        await self._limiter.hit(REGISTER, address_subject(client.address))
        user = _new_user(registration)
        if reasons := await self._policy.weaknesses(registration.password, (user.email, user.username)):
            return WeakPassword(reasons)
        password_hash = await self._passwords.hash(registration.password)
        try:
            return await self._keep(user, password_hash, client)
        except UsernameTakenError:
            return UsernameTaken()
        except EmailTakenError:
            # With verification, somebody has just signed up with it: this time it is found.
            return await self._keep(user, password_hash, client) if self._verification_required else EmailTaken()

    async def _keep(self, user: User, password_hash: str, client: Client) -> SignedUp:
        if self._verification_required:
            return await self._keep_quietly(user, password_hash, client)
        async with self._accounts() as work:
            await work.users.add(user, password_hash)
            token, secret = new_token(Purpose.VERIFY_EMAIL, user.id, email=user.email)
            await work.one_time_tokens.add(token)
            await work.mail.add(verification(user.email, user.name, secret))
            await work.audit.add(_event(user, client))
            return SignedUp(
                verification_required=False, session=await self._open_session(work, user, client, is_new=True)
            )

    async def _keep_quietly(self, user: User, password_hash: str, client: Client) -> SignedUp:
        """As `_keep`, with the same statements for an address that has an account, less what they leave."""
        async with self._accounts() as work:
            owner = await work.users.find_by_email(user.email)
            added = user if owner is None else replace(user, email=f"{new_secret()}@taken.invalid")
            token, secret = new_token(Purpose.VERIFY_EMAIL, user.id, email=user.email)
            async with work.part(keep=owner is None):
                await work.users.add(added, password_hash)
                await work.one_time_tokens.add(token)
                await work.audit.add(_event(user, client))
            mail = verification(user.email, user.name, secret)
            await work.mail.add(mail if owner is None else already_registered(owner.email, owner.name))
        return SignedUp(verification_required=True)


def _new_user(registration: Registration) -> User:
    now = datetime.now(UTC)
    return User(
        id=new_id(),
        email=normal_email(registration.email),
        username=None if registration.username is None else normal_username(registration.username),
        name=None if registration.name is None else display_name(registration.name),
        created_at=now,
        updated_at=now,
    )


def _event(user: User, client: Client) -> AuditEvent:
    return AuditEvent("user.register", user.id, target=f"user:{user.id}", address=client.address)
