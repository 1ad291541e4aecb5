"""Keeps the users' identities at OpenID providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.accounts.errors import IdentityTakenError
from domain.accounts.identities import Identity
from domain.identifiers import digest
from persistence.models import accounts as models

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncSession

_IDENTITY: Final = models.Identity


class PostgresIdentities:
    """The port `IdentityRepository` on the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self, issuer: str, subject: str) -> None:
        """Wait for other transactions that have locked the identity, which may not be kept yet, and let others wait."""
        # No row is there to be locked, so an advisory lock stands in. Two identities that share a number by chance
        # wait for each other, which does no harm.
        number = int.from_bytes(digest(f"{issuer}\n{subject}")[:8], "big", signed=True)
        await self._session.execute(select(func.pg_advisory_xact_lock(number)))

    async def find_user_id(self, issuer: str, subject: str) -> UUID | None:
        """The user with this identity, or None."""
        return await self._session.scalar(
            select(_IDENTITY.user_id).where(_IDENTITY.issuer == issuer, _IDENTITY.subject == subject)
        )

    async def note_use(self, issuer: str, subject: str) -> bool:
        """Note that the identity has just signed its user in; False if it is no longer linked."""
        noted = await self._session.scalar(
            update(_IDENTITY)
            .where(_IDENTITY.issuer == issuer, _IDENTITY.subject == subject)
            .values(used_at=func.now())
            .returning(_IDENTITY.user_id)
        )
        return noted is not None

    async def add(self, identity: Identity) -> None:
        """Link an identity; raises IdentityTakenError if an account has it."""
        added = await self._session.scalar(
            insert(_IDENTITY)
            .values(
                issuer=identity.issuer,
                subject=identity.subject,
                user_id=identity.user_id,
                provider=identity.provider,
                email=identity.email,
            )
            .on_conflict_do_nothing(index_elements=[_IDENTITY.issuer, _IDENTITY.subject])
            .returning(_IDENTITY.user_id)
        )
        if added is None:
            raise IdentityTakenError

    async def list(self, user_id: UUID) -> list[Identity]:
        """The user's identities, the oldest first."""
        rows = await self._session.scalars(
            select(_IDENTITY)
            .where(_IDENTITY.user_id == user_id)
            .order_by(_IDENTITY.created_at, _IDENTITY.issuer, _IDENTITY.subject)
            .execution_options(populate_existing=True)
        )
        return [_identity(row) for row in rows]

    async def remove(self, user_id: UUID, issuer: str, subject: str) -> bool:
        """Unlink an identity of this user; whether it was linked."""
        removed = await self._session.scalar(
            delete(_IDENTITY)
            .where(_IDENTITY.user_id == user_id, _IDENTITY.issuer == issuer, _IDENTITY.subject == subject)
            .returning(_IDENTITY.user_id)
        )
        return removed is not None

    async def remove_all(self, user_id: UUID) -> None:
        """Unlink every identity of this user."""
        await self._session.execute(delete(_IDENTITY).where(_IDENTITY.user_id == user_id))


def _identity(row: models.Identity) -> Identity:
    return Identity(row.issuer, row.subject, row.user_id, row.provider, row.email, row.created_at, row.used_at)
