"""Changing one's password while signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.accounts.mails import password_changed
from domain.accounts.one_time import Purpose
from domain.accounts.registering import WeakPassword
from domain.accounts.sessions import EndReason
from domain.audit import AuditEvent

if TYPE_CHECKING:
    from domain.accounts.confirming import Confirm
    from domain.accounts.passwords import PasswordHasher, PasswordPolicy
    from domain.accounts.ports import AccountsWork, OpenAccounts
    from domain.accounts.users import User
    from domain.actor import Actor
    from domain.client import Client


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """The password is the new one, and so many sessions have ended."""

    ended_sessions: int


class ChangePassword:
    """Replaces a password by one who knows it."""

    def __init__(
        self, *, accounts: OpenAccounts, confirm: Confirm, passwords: PasswordHasher, policy: PasswordPolicy
    ) -> None:
        self._accounts = accounts
        self._confirm = confirm
        self._passwords = passwords
        self._policy = policy

    async def __call__(
        self, actor: Actor, old_password: str | None, new_password: str, client: Client
    ) -> PasswordChanged | WeakPassword:
        """Replace it; the caller's other sessions end, and a mail tells of it.

        Args:
            actor: the caller.
            old_password: None for an account that has none yet, soon after a sign-in.
            new_password: the new one.
            client: where the call comes from.

        Raises:
            ForbiddenError: an admin acts as the user.
            WrongPasswordError: the old password is another one.
            InvalidInputError: this could be no password.
            RateLimitedError: there were too many tries.
        """
        confirmed = await self._confirm(actor, old_password)
        user = confirmed.user
        if reasons := await self._policy.weaknesses(new_password, (user.email, user.username, user.phone)):
            return WeakPassword(reasons)
        password_hash = await self._passwords.hash(new_password)
        async with self._accounts(revoking=True) as work:
            await confirmed.lock(work)
            await work.users.set_password(user.id, password_hash)
            ended = await work.sessions.end_all(user.id, EndReason.PASSWORD_CHANGED, but=actor.session_id)
            await forget_tokens(work, user)
            await work.mail.add(password_changed(user, client))
            await work.audit.add(
                AuditEvent("user.change_password", user.id, actor.key_id, f"user:{user.id}", address=client.address)
            )
        return PasswordChanged(ended)


async def forget_tokens(work: AccountsWork, user: User) -> None:
    """Make useless what a thief may have asked for under the old password: sign-ins half done, links in mails."""
    for purpose in (Purpose.SECOND_FACTOR, Purpose.OPENID, Purpose.RESET_PASSWORD, Purpose.VERIFY_EMAIL):
        await work.one_time_tokens.remove_all(user.id, purpose)
