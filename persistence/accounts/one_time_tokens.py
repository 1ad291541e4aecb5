"""Keeps secrets that are good for one act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, insert, select, update

from domain.accounts.one_time import OneTimeToken as TokenEntity
from domain.accounts.one_time import Purpose
from persistence.models import OneTimeToken

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncSession

SWEPT: Final = 1000
"""The most tokens that one sweep deletes."""

_COLUMNS: Final = (
    OneTimeToken.token_hash,
    OneTimeToken.purpose,
    OneTimeToken.expires_at,
    OneTimeToken.user_id,
    OneTimeToken.data,
    OneTimeToken.attempts,
)
_PLAIN: Final = {"synchronize_session": False}


class PostgresOneTimeTokens:
    """The port `OneTimeTokenRepository` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, token: TokenEntity) -> None:
        """Keep a token."""
        values = {
            "token_hash": token.token_hash,
            "purpose": token.purpose.value,
            "expires_at": token.expires_at,
            "user_id": token.user_id,
            "data": dict(token.data),
            "attempts": token.attempts,
        }
        await self._session.execute(insert(OneTimeToken).values(values))

    async def find(self, token_hash: bytes, purpose: Purpose) -> TokenEntity | None:
        """The token, locked until the transaction ends, if it has not expired."""
        query = select(*_COLUMNS).where(*_live(token_hash, purpose)).with_for_update()
        row = (await self._session.execute(query)).one_or_none()
        return _token(row) if row else None

    async def take(self, token_hash: bytes, purpose: Purpose) -> TokenEntity | None:
        """Remove the token and give it, if it has not expired: of two callers one gets it."""
        statement = delete(OneTimeToken).where(*_live(token_hash, purpose)).returning(*_COLUMNS)
        row = (await self._session.execute(statement, execution_options=_PLAIN)).one_or_none()
        return _token(row) if row else None

    async def count_attempt(self, token_hash: bytes) -> int:
        """Count a wrong code given with the token; how many there have been, 0 if the token is gone."""
        statement = (
            update(OneTimeToken)
            .where(OneTimeToken.token_hash == token_hash)
            .values(attempts=OneTimeToken.attempts + 1)
            .returning(OneTimeToken.attempts)
        )
        return (await self._session.execute(statement, execution_options=_PLAIN)).scalar_one_or_none() or 0

    async def remove_all(self, user_id: UUID, purpose: Purpose) -> None:
        """Make the user's tokens for a purpose useless."""
        statement = delete(OneTimeToken).where(OneTimeToken.user_id == user_id, OneTimeToken.purpose == purpose.value)
        await self._session.execute(statement, execution_options=_PLAIN)

    async def sweep(self, before: datetime) -> int:
        """Delete some of what had expired by then; how many."""
        expired = select(OneTimeToken.token_hash).where(OneTimeToken.expires_at < before).limit(SWEPT)
        statement = delete(OneTimeToken).where(OneTimeToken.token_hash.in_(expired)).returning(OneTimeToken.purpose)
        return len((await self._session.execute(statement, execution_options=_PLAIN)).all())


def _live(token_hash: bytes, purpose: Purpose) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeToken.token_hash == token_hash,
        OneTimeToken.purpose == purpose.value,
        OneTimeToken.expires_at > func.now(),
    )


def _token(row: Row[*tuple[Any, ...]]) -> TokenEntity:
    return TokenEntity(row.token_hash, Purpose(row.purpose), row.expires_at, row.user_id, row.data, row.attempts)
