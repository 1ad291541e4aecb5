"""Proving that an address is one's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.accounts.errors import InvalidLinkError
from domain.accounts.mails import email_changed, verification
from domain.accounts.one_time import Purpose, checked_secret, new_token
from domain.accounts.users import normal_email
from domain.audit import AuditEvent
from domain.identifiers import digest
from domain.limits import VERIFICATION, address_subject, identifier_subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.accounts.ports import AccountsWork, OpenAccounts
    from domain.accounts.users import User
    from domain.client import Client
    from domain.limits import RateLimiter


class VerifyEmail:
    """Takes the token of a mail: the address that it was sent to is the account's, and verified."""

    def __init__(self, accounts: OpenAccounts, limiter: RateLimiter) -> None:
        self._accounts = accounts
        self._limiter = limiter

    async def __call__(self, secret: str, client: Client) -> User:
        """Verify the address; if it is not the account's yet, it becomes that, and the old one is told.

        Raises:
            InvalidLinkError: the token is not good, or not any more.
            EmailTakenError: another account has got the address in the meantime.
            RateLimitedError: there were too many tries from this address.
        """
        await self._limiter.hit(VERIFICATION, address_subject(client.address))
        token_hash = digest(checked_secret(secret))
        async with self._accounts(revoking=True) as work:
            token = await work.one_time_tokens.take(token_hash, Purpose.VERIFY_EMAIL)
            user = await work.users.find(token.user_id) if token and token.user_id else None
            if token is None or user is None or not user.active:
                raise InvalidLinkError
            return await _verify(work, user, token.data, client)


async def _verify(work: AccountsWork, user: User, data: Mapping[str, str], client: Client) -> User:
    changes: dict[str, object] = {"email_verified_at": datetime.now(UTC), "email": data["email"]}
    verified = await work.users.update(user.id, changes)
    await work.one_time_tokens.remove_all(user.id, Purpose.VERIFY_EMAIL)
    if verified.email != user.email:
        # Whoever reads the old address must not be able to take the account back by a reset.
        await work.one_time_tokens.remove_all(user.id, Purpose.RESET_PASSWORD)
        await work.mail.add(email_changed(user.email, verified))
        event = AuditEvent("user.change_email", user.id, target=f"user:{user.id}", address=client.address)
        await work.audit.add(event)
    return verified


class ResendVerification:
    """Sends the mail that verifies an address once more. The caller learns nothing about the address."""

    def __init__(self, accounts: OpenAccounts, limiter: RateLimiter) -> None:
        self._accounts = accounts
        self._limiter = limiter

    async def __call__(self, address: str, client: Client) -> None:
        """Send the mail if the address is that of an active account and not verified yet.

        Raises:
            InvalidInputError: it is no address.
            RateLimitedError: there were too many calls from this address or for this one.
        """
        email = normal_email(address)
        await self._limiter.hit(VERIFICATION, address_subject(client.address), identifier_subject(email))
        async with self._accounts() as work:
            user = await work.users.find_by_email(email)
            wanted = user is not None and user.active and user.email_verified_at is None
            token, secret = new_token(Purpose.VERIFY_EMAIL, user.id if user else None, email=email)
            async with work.part(keep=wanted):
                await work.one_time_tokens.add(token)
                await work.mail.add(verification(email, user.name if user else None, secret))
