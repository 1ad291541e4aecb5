"""What roles and keys need from the outside: one transaction with the repositories in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractAsyncContextManager
    from uuid import UUID

    from domain.access.errors import RoleUses
    from domain.access.keys import ApiKey, KeySecret
    from domain.access.roles import Inheritance, Role
    from domain.audit import AuditTrail


class RoleRepository(Protocol):
    """The roles."""

    async def list(self) -> list[Role]:
        """Every role, the built-in ones first, then by name."""
        ...

    async def find(self, name: str) -> Role | None:
        """The role, or None."""
        ...

    async def lock_inheritance(self) -> Inheritance:
        """What every role inherits; nobody else changes it until the transaction ends."""
        ...

    async def count(self) -> int:
        """How many roles there are."""
        ...

    async def add(self, name: str, description: str | None) -> None:
        """Keep a new role; raises RoleTakenError."""
        ...

    async def describe(self, name: str, description: str | None) -> None:
        """Set the description."""
        ...

    async def set_inherited(self, name: str, inherits: Collection[str]) -> None:
        """Replace what a role inherits; raises InvalidInputError if one of them does not exist."""
        ...

    async def lock_uses(self, name: str) -> RoleUses:
        """How much uses the role; nothing begins to until the transaction ends."""
        ...

    async def remove(self, name: str) -> None:
        """Delete the role."""
        ...


class ApiKeyRepository(Protocol):
    """The API keys."""

    async def list(self, *, revoked: bool) -> list[ApiKey]:
        """The keys that are not revoked, or those that are, the newest first; at most `MAX_KEYS`."""
        ...

    async def lock(self, key_id: UUID) -> ApiKey:
        """The key, locked until the transaction ends; raises NotFoundError."""
        ...

    async def lock_count(self) -> int:
        """How many keys are not revoked; none is added until the transaction ends."""
        ...

    async def add(self, key: ApiKey, secret: KeySecret) -> None:
        """Keep a new key; raises KeyNameTakenError, or InvalidInputError if there is no such role."""
        ...

    async def renew(self, key_id: UUID, secret: KeySecret) -> None:
        """Replace the secret."""
        ...

    async def revoke(self, key_id: UUID) -> None:
        """Make the key useless from now on."""
        ...


class AccessWork(Protocol):
    """One transaction on roles and keys."""

    @property
    def roles(self) -> RoleRepository:
        """The roles."""
        ...

    @property
    def keys(self) -> ApiKeyRepository:
        """The API keys."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The trail."""
        ...


class OpenAccess(Protocol):
    """Begins a transaction; the block's end commits it, an exception rolls it back."""

    def __call__(self, *, revoking: bool = False) -> AbstractAsyncContextManager[AccessWork]:
        """Begin; `revoking` if it may take a right from somebody, who has lost it when the block is left."""
        ...
