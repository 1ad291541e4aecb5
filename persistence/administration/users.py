"""Changes users as admins do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import ARRAY, Uuid, any_, delete, func, insert, literal, select, update

from persistence.accounts.rows import select_users, user_of
from persistence.errors import domain_errors
from persistence.models import OneTimeToken, Session, User, UserRole

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.accounts.one_time import Purpose
    from domain.accounts.sessions import EndReason
    from domain.accounts.users import User as UserEntity

LOCK: Final = 5_371_904_462_780_915_336
"""The number of the advisory lock (a random one) of those who make everybody's tokens useless."""
_PLAIN: Final = {"synchronize_session": False}


class PostgresAdministeredUsers:
    """The port `AdministeredUsers` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self, user_ids: Collection[UUID]) -> dict[UUID, UserEntity]:
        """Those of the users that there are, by id, locked until the transaction ends."""
        # In one order, so that two callers wait for each other instead of for ever.
        query = (
            select_users()
            .where(User.id == any_(literal(list(user_ids), ARRAY(Uuid))))
            .order_by(User.id)
            .with_for_update(key_share=True, of=User)
        )
        return {row.id: user_of(row) for row in await self._session.execute(query)}

    async def set_roles(self, user_id: UUID, roles: Collection[str]) -> None:
        """Replace the custom roles of a user.

        Raises:
            InvalidInputError: one of them does not exist.
        """
        await self._session.execute(delete(UserRole).where(UserRole.user_id == user_id), execution_options=_PLAIN)
        rows = [{"user_id": user_id, "role": role} for role in sorted(roles)]
        if rows:
            with domain_errors():
                await self._session.execute(insert(UserRole).values(rows))

    async def end_impersonations(self, impersonator_id: UUID, reason: EndReason) -> int:
        """End every session in which this admin acts as somebody else; how many."""
        statement = (
            update(Session)
            .where(Session.impersonator_id == impersonator_id, Session.ended_at.is_(None))
            .values(ended_at=func.now(), end_reason=reason.value)
            .returning(Session.id)
        )
        return len((await self._session.execute(statement, execution_options=_PLAIN)).all())

    async def forget_tokens(self, purpose: Purpose) -> None:
        """Make everybody's tokens for a purpose useless, and have others who do so wait until the transaction ends."""
        await self._session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        statement = delete(OneTimeToken).where(OneTimeToken.purpose == purpose.value)
        await self._session.execute(statement, execution_options=_PLAIN)
