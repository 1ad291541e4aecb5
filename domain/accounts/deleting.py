"""Deleting one's account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.accounts.errors import LastSuperadminError
from domain.audit import AuditEvent
from domain.roles import SUPERADMIN

if TYPE_CHECKING:
    from domain.accounts.confirming import Confirm
    from domain.accounts.ports import OpenAccounts
    from domain.actor import Actor
    from domain.client import Client


class DeleteMe:
    """Deletes the caller's account with everything that is theirs; only the trail remains."""

    def __init__(self, accounts: OpenAccounts, confirm: Confirm) -> None:
        self._accounts = accounts
        self._confirm = confirm

    async def __call__(self, actor: Actor, password: str | None, client: Client) -> None:
        """Delete it.

        Args:
            actor: the caller.
            password: None for an account that has none, soon after a sign-in.
            client: where the call comes from.

        Raises:
            ForbiddenError: an admin acts as the user.
            WrongPasswordError: the password is another one.
            LastSuperadminError: nobody would be left to manage the others.
            RateLimitedError: there were too many tries.
        """
        confirmed = await self._confirm(actor, password)
        user_id = confirmed.user.id
        async with self._accounts(revoking=True) as work:
            if confirmed.user.role == SUPERADMIN and not await work.users.lock_superadmins() - {user_id}:
                raise LastSuperadminError
            user = await confirmed.lock(work)
            await work.audit.add(
                AuditEvent("user.delete_self", user.id, actor.key_id, f"user:{user.id}", address=client.address)
            )
            await work.users.remove(user.id)
