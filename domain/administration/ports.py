"""What administration needs beyond the port of accounts, in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from domain.accounts.ports import AccountsWork

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractAsyncContextManager
    from uuid import UUID

    from domain.accounts.one_time import Purpose
    from domain.accounts.sessions import EndReason
    from domain.accounts.users import User


class AdministeredUsers(Protocol):
    """What only admins do to users."""

    async def lock(self, user_ids: Collection[UUID]) -> dict[UUID, User]:
        """Those of the users that there are, by id, locked until the transaction ends."""
        ...

    async def set_roles(self, user_id: UUID, roles: Collection[str]) -> None:
        """Replace the custom roles of a user; raises InvalidInputError if one of them does not exist."""
        ...

    async def end_impersonations(self, impersonator_id: UUID, reason: EndReason) -> int:
        """End every session in which this admin acts as somebody else; how many."""
        ...

    async def forget_tokens(self, purpose: Purpose) -> None:
        """Make everybody's tokens for a purpose useless, and have others who do so wait until the transaction ends."""
        ...


class AdministrationWork(AccountsWork, Protocol):
    """One transaction on accounts, for admins."""

    @property
    def administered(self) -> AdministeredUsers:
        """The users as admins change them."""
        ...


class OpenAdministration(Protocol):
    """Begins a transaction; the block's end commits it, an exception rolls it back."""

    def __call__(self, *, revoking: bool = False) -> AbstractAsyncContextManager[AdministrationWork]:
        """Begin; `revoking` if it may take a right from somebody, who has lost it when the block is left."""
        ...
