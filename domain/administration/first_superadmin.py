"""The first superadmin: by the command line, by settings, or by a link that works once while there is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.accounts.errors import EmailTakenError, InvalidLinkError
from domain.accounts.one_time import Purpose, checked_secret, new_token
from domain.accounts.registering import WeakPassword
from domain.accounts.users import User, display_name, normal_email
from domain.administration.authority import WeakPasswordError
from domain.audit import AuditEvent
from domain.identifiers import digest, new_id
from domain.limits import REGISTER, address_subject
from domain.roles import SUPERADMIN

if TYPE_CHECKING:
    from domain.accounts.opening import OpenSession, SignedIn
    from domain.accounts.passwords import PasswordHasher, PasswordPolicy
    from domain.administration.ports import AdministrationWork, OpenAdministration
    from domain.client import Client
    from domain.limits import RateLimiter


class CreateSuperadmin:
    """Makes a superadmin for whoever runs the server; their word is enough for the address."""

    def __init__(self, open_work: OpenAdministration, passwords: PasswordHasher, policy: PasswordPolicy) -> None:
        self._open = open_work
        self._passwords = passwords
        self._policy = policy

    async def __call__(self, email: str, password: str, name: str | None = None) -> User:
        """Make one.

        Raises:
            InvalidInputError: the address, the password or the name is none.
            WeakPasswordError: the password is refused.
            EmailTakenError: an account has the address; it stays as it is.
        """
        user = _superadmin(email, name)
        if reasons := await self._policy.weaknesses(password, (user.email,)):
            raise WeakPasswordError(reasons)
        password_hash = await self._passwords.hash(password)
        async with self._open() as work:
            await _keep(work, user, password_hash, None)
        return user


class EnsureSuperadmin:
    """Makes a superadmin at the start unless an account has the address: that one is never changed."""

    def __init__(self, open_work: OpenAdministration, create: CreateSuperadmin) -> None:
        self._open = open_work
        self._create = create

    async def __call__(self, email: str, password: str) -> User | None:
        """Make one, or None; raises as `CreateSuperadmin` does, but not for an address that is taken."""
        async with self._open() as work:
            if await work.users.find_by_email(normal_email(email)) is not None:
                return None
        try:
            return await self._create(email, password)
        except EmailTakenError:  # another process was a moment faster
            return None


class OfferSetUp:
    """Makes the secret of the link by which the first superadmin sets the server up."""

    def __init__(self, open_work: OpenAdministration) -> None:
        self._open = open_work

    async def __call__(self) -> str | None:
        """The secret, which makes earlier ones useless; None once there is a superadmin."""
        async with self._open() as work:
            await work.administered.forget_tokens(Purpose.SET_UP)
            if await work.users.lock_superadmins():
                return None
            token, secret = new_token(Purpose.SET_UP, None)
            await work.one_time_tokens.add(token)
            return secret


class SetUp:
    """Makes the first superadmin for whoever has the link."""

    def __init__(
        self,
        *,
        open_work: OpenAdministration,
        passwords: PasswordHasher,
        policy: PasswordPolicy,
        limiter: RateLimiter,
        open_session: OpenSession,
    ) -> None:
        self._open = open_work
        self._passwords = passwords
        self._policy = policy
        self._limiter = limiter
        self._open_session = open_session

    async def __call__(
        self, secret: str, email: str, password: str, name: str | None, client: Client
    ) -> SignedIn | WeakPassword:
        """Make the superadmin and sign them in, once; a weak password leaves the link good.

        Raises:
            InvalidLinkError: the link is not good, or there is a superadmin.
            InvalidInputError: a value is not written as it has to be.
            EmailTakenError: an account has the address.
            RateLimitedError: there were too many tries from this address.
        """
        await self._limiter.hit(REGISTER, address_subject(client.address))
        token_hash = digest(checked_secret(secret))
        async with self._open() as work:  # looked at first: a hash takes long, and strangers could ask for many
            if await work.one_time_tokens.find(token_hash, Purpose.SET_UP) is None:
                raise InvalidLinkError
        user = _superadmin(email, name)
        if reasons := await self._policy.weaknesses(password, (user.email,)):
            return WeakPassword(reasons)
        password_hash = await self._passwords.hash(password)
        async with self._open() as work:
            # Of two callers with the link one takes it; the other finds none.
            taken = await work.one_time_tokens.take(token_hash, Purpose.SET_UP)
            if taken is None or await work.users.lock_superadmins():
                raise InvalidLinkError
            await _keep(work, user, password_hash, client)
            return await self._open_session(work, user, client, is_new=True)


def _superadmin(email: str, name: str | None) -> User:
    now = datetime.now(UTC)
    return User(
        id=new_id(),
        email=normal_email(email),
        name=None if name is None else display_name(name),
        role=SUPERADMIN,
        email_verified_at=now,
        created_at=now,
        updated_at=now,
    )


async def _keep(work: AdministrationWork, user: User, password_hash: str, client: Client | None) -> None:
    await work.users.add(user, password_hash)
    actor_id = user.id if client else None
    address = client.address if client else None
    event = AuditEvent("user.create_superadmin", actor_id, target=f"user:{user.id}", address=address)
    await work.audit.add(event)
