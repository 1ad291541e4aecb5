"""Setting a forgotten password by a mail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.accounts.changing_password import PasswordChanged, forget_tokens
from domain.accounts.errors import InvalidLinkError
from domain.accounts.mails import password_changed, password_reset
from domain.accounts.one_time import OneTimeToken, Purpose, checked_secret, new_token
from domain.accounts.registering import WeakPassword
from domain.accounts.sessions import EndReason
from domain.accounts.users import normal_email
from domain.audit import AuditEvent
from domain.errors import NotFoundError
from domain.identifiers import digest
from domain.limits import PASSWORD_RESET, address_subject, identifier_subject

if TYPE_CHECKING:
    from domain.accounts.lockout import SignInAttempts
    from domain.accounts.passwords import PasswordHasher, PasswordPolicy
    from domain.accounts.ports import AccountsWork, OpenAccounts
    from domain.accounts.users import User
    from domain.client import Client
    from domain.limits import RateLimiter


class RequestPasswordReset:
    """Sends the mail that lets a password be set. The caller learns nothing about the address."""

    def __init__(self, accounts: OpenAccounts, limiter: RateLimiter) -> None:
        self._accounts = accounts
        self._limiter = limiter

    async def __call__(self, address: str, client: Client) -> None:
        """Send the mail if an active account has the address; it takes as long if none has.

        Raises:
            InvalidInputError: it is no address.
            RateLimitedError: there were too many calls from this address or for this one.
        """
        email = normal_email(address)
        await self._limiter.hit(PASSWORD_RESET, address_subject(client.address), identifier_subject(email))
        async with self._accounts() as work:
            user = await work.users.find_by_email(email)
            wanted = user is not None and user.active
            token, secret = new_token(Purpose.RESET_PASSWORD, user.id if user else None, email=email)
            async with work.part(keep=wanted):
                await work.one_time_tokens.add(token)
                await work.mail.add(password_reset(email, user.name if user else None, secret))


class ResetPassword:
    """Takes the token of such a mail and sets the password."""

    def __init__(
        self,
        *,
        accounts: OpenAccounts,
        passwords: PasswordHasher,
        policy: PasswordPolicy,
        limiter: RateLimiter,
        attempts: SignInAttempts,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._policy = policy
        self._limiter = limiter
        self._attempts = attempts

    async def __call__(self, secret: str, new_password: str, client: Client) -> PasswordChanged | WeakPassword:
        """Set the password, once for each token: all sessions end, a lockout is lifted, the address is verified.

        If it was not before, identities and the second factor are forgotten too: they may be a stranger's. A weak
        password leaves the token good.

        Raises:
            InvalidLinkError: the token is not good, or not any more.
            InvalidInputError: this could be no password.
            RateLimitedError: there were too many tries from this address.
        """
        await self._limiter.hit(PASSWORD_RESET, address_subject(client.address))
        token_hash = digest(checked_secret(secret))
        async with self._accounts() as work:
            user = await _owner(work, await work.one_time_tokens.find(token_hash, Purpose.RESET_PASSWORD))
        if reasons := await self._policy.weaknesses(new_password, (user.email, user.username, user.phone)):
            return WeakPassword(reasons)
        password_hash = await self._passwords.hash(new_password)
        unproven = user.email_verified_at is None
        async with self._accounts(revoking=True) as work:
            user = await _verified(work, user)
            # Of two callers with one token one takes it; the other has waited for the user and finds none.
            if await _owner(work, await work.one_time_tokens.take(token_hash, Purpose.RESET_PASSWORD)) != user:
                raise InvalidLinkError
            if unproven:
                await _forget_stranger(work, user)
            ended = await _set_password(work, user, password_hash, client)
        for name in (user.email, user.username):
            if name is not None:
                await self._attempts.lift(name)
        return PasswordChanged(ended)


async def _owner(work: AccountsWork, token: OneTimeToken | None) -> User:
    user = await work.users.find(token.user_id) if token and token.user_id else None
    if token is None or user is None or not user.active or user.email != token.data["email"]:
        raise InvalidLinkError
    return user


async def _verified(work: AccountsWork, user: User) -> User:
    try:
        return await work.users.update(user.id, {"email_verified_at": user.email_verified_at or datetime.now(UTC)})
    except NotFoundError:
        raise InvalidLinkError from None


async def _forget_stranger(work: AccountsWork, user: User) -> None:
    # Until now nobody has proven the address: a stranger may have opened the account in its owner's name, and must
    # neither come back by an identity of theirs nor shut the owner out by a second factor.
    await work.identities.remove_all(user.id)
    await work.second_factors.remove(user.id)


async def _set_password(work: AccountsWork, user: User, password_hash: str, client: Client) -> int:
    await work.users.set_password(user.id, password_hash)
    ended = await work.sessions.end_all(user.id, EndReason.PASSWORD_RESET)
    await forget_tokens(work, user)
    await work.mail.add(password_changed(user, client))
    await work.audit.add(AuditEvent("user.reset_password", user.id, target=f"user:{user.id}", address=client.address))
    return ended
