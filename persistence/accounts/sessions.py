"""Keeps sessions and their families of refresh tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import LargeBinary, Text, bindparam, delete, exists, func, or_, select, text, update
from sqlalchemy.types import DateTime, Uuid

from domain.accounts.sessions import EndReason, Rotation
from domain.accounts.sessions import Session as SessionEntity
from persistence.accounts.rotation import ROTATE
from persistence.accounts.rows import user_of
from persistence.models import RefreshToken, Session

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncSession

LISTED: Final = 100
"""The most sessions that are listed."""
SWEPT: Final = 1000
"""The most sessions, and the most tokens, that one sweep deletes."""

_COLUMNS: Final = (
    Session.id,
    Session.user_id,
    Session.created_at,
    Session.used_at,
    Session.expires_at,
    Session.user_agent,
    Session.ip,
    Session.label,
    Session.impersonator_id,
)
_TIME: Final = DateTime(timezone=True)
_ADD: Final = text("""
WITH session AS (
    INSERT INTO selfgraph.sessions
        (id, user_id, impersonator_id, label, user_agent, ip, created_at, used_at, expires_at)
    VALUES (:id, :user_id, :impersonator_id, :label, :user_agent, :ip, :created_at, :used_at, :expires_at)
), seen AS (
    UPDATE selfgraph.users SET last_seen_at = :used_at
    WHERE id = :user_id AND CAST(:impersonator_id AS uuid) IS NULL
)
INSERT INTO selfgraph.refresh_tokens (token_hash, session_id)
SELECT :refresh_hash, :id WHERE CAST(:refresh_hash AS bytea) IS NOT NULL
""").bindparams(
    bindparam("id", type_=Uuid),
    bindparam("user_id", type_=Uuid),
    bindparam("impersonator_id", type_=Uuid),
    bindparam("label", type_=Text),
    bindparam("user_agent", type_=Text),
    bindparam("ip", type_=Text),
    bindparam("created_at", type_=_TIME),
    bindparam("used_at", type_=_TIME),
    bindparam("expires_at", type_=_TIME),
    bindparam("refresh_hash", type_=LargeBinary),
)


class PostgresSessions:
    """The port `SessionRepository` in the transaction of a session of SQLAlchemy."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, session: SessionEntity, refresh_hash: bytes | None) -> None:
        """Keep a new session and the first refresh token of its family; unless impersonated, the user was seen."""
        values = {
            "id": session.id,
            "user_id": session.user_id,
            "impersonator_id": session.impersonator_id,
            "label": session.label,
            "user_agent": session.user_agent,
            "ip": session.ip,
            "created_at": session.created_at,
            "used_at": session.used_at,
            "expires_at": session.expires_at,
            "refresh_hash": refresh_hash,
        }
        await self._session.execute(_ADD, values)

    async def find(self, session_id: UUID) -> SessionEntity | None:
        """The session if it is live, or None."""
        row = (await self._session.execute(select(*_COLUMNS).where(*_live(Session.id == session_id)))).one_or_none()
        return _session(row) if row else None

    async def list_live(self, user_id: UUID) -> list[SessionEntity]:
        """The user's sessions that neither ended nor expired, the last used first; at most 100."""
        query = (
            select(*_COLUMNS)
            .where(*_live(Session.user_id == user_id))
            .order_by(Session.used_at.desc(), Session.id)
            .limit(LISTED)
        )
        return [_session(row) for row in await self._session.execute(query)]

    async def rotate(
        self, spent_hash: bytes, successor_hash: bytes, *, grace: timedelta, extend: timedelta
    ) -> Rotation:
        """Exchange a refresh token for its successor, in one statement; see the port."""
        values = {"spent": spent_hash, "successor": successor_hash, "grace": grace, "extend": extend}
        row = (await self._session.execute(ROTATE, values)).one_or_none()
        return _rotation(row) if row else Rotation()

    async def end(self, session_id: UUID, reason: EndReason, *, user_id: UUID | None = None) -> bool:
        """End a session, of this user if one is given; whether it was live."""
        conditions = [Session.id == session_id] + ([] if user_id is None else [Session.user_id == user_id])
        return await self._end(reason, *conditions) > 0

    async def end_all(self, user_id: UUID, reason: EndReason, *, but: UUID | None = None) -> int:
        """End every live session of a user but one, those too in which they act as somebody else; how many."""
        theirs = or_(Session.user_id == user_id, Session.impersonator_id == user_id)
        conditions = [theirs] + ([] if but is None else [Session.id != but])
        return await self._end(reason, *conditions)

    async def knows_device(self, user_id: UUID, user_agent: str, ip: str) -> bool:
        """Whether the user has had a session with this user agent from this address."""
        known = exists().where(Session.user_id == user_id, Session.user_agent == user_agent, Session.ip == ip)
        return bool(await self._session.scalar(select(known)))

    async def sweep(self, before: datetime) -> int:
        """Delete some of the sessions that were over by then and of the tokens that were spent by then; how many."""
        over = select(Session.id).where(or_(Session.ended_at < before, Session.expires_at < before)).limit(SWEPT)
        spent = select(RefreshToken.token_hash).where(RefreshToken.used_at < before).limit(SWEPT)
        sessions = delete(Session).where(Session.id.in_(over)).returning(Session.id)
        tokens = delete(RefreshToken).where(RefreshToken.token_hash.in_(spent)).returning(RefreshToken.session_id)
        swept = 0
        for statement in (tokens, sessions):
            swept += len((await self._session.execute(_plain(statement))).all())
        return swept

    async def _end(self, reason: EndReason, *conditions: ColumnElement[bool]) -> int:
        statement = update(Session).where(*_live(*conditions)).values(ended_at=func.now(), end_reason=reason.value)
        return len((await self._session.execute(_plain(statement.returning(Session.id)))).all())


def _live(*conditions: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return (*conditions, Session.ended_at.is_(None), Session.expires_at > func.now())


def _session(row: Row[*tuple[Any, ...]]) -> SessionEntity:
    return SessionEntity(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it  # pyright: ignore[reportPrivateUsage]


def _plain(statement: Any) -> Any:  # noqa: ANN401 - an UPDATE or DELETE with whatever it returns
    # No object of a session's is to be kept in step with the row.
    return statement.execution_options(synchronize_session=False)


def _rotation(row: Row[*tuple[Any, ...]]) -> Rotation:
    if row.ended is not None:
        return Rotation(ended=EndReason(row.ended), reused=row.reused, session_id=row.session_id)
    session = SessionEntity(
        id=row.session_id,
        user_id=row.id,
        created_at=row.session_created_at,
        used_at=row.session_used_at,
        expires_at=row.session_expires_at,
        user_agent=row.user_agent,
        ip=row.ip,
        label=row.label,
    )
    return Rotation(session, user_of(row), session_id=row.session_id)
