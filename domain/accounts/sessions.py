"""A sign-in on one device, and what becomes of its refresh tokens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.users import User


class EndReason(StrEnum):
    """Why a session ended; a client that refreshes it is told."""

    LOGGED_OUT = "LOGGED_OUT"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105 - a reason
    """A refresh token came a second time, long after its exchange: it may have been stolen (RFC 9700, 4.14.2)."""
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a reason
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - a reason
    DEACTIVATED = "DEACTIVATED"


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in on one device."""

    id: UUID
    user_id: UUID
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    user_agent: str = ""
    ip: str = ""
    label: str | None = None
    impersonator_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of a refresh token that was shown.

    Attributes:
        session: the session, if the successor may be given out.
        user: its user, with it.
        ended: why it may not; None with a session, and for a token that nobody knows.
        reused: this very call has ended the session, because its token was spent long ago.
        session_id: the session, ended or not; None for a token that nobody knows.
    """

    session: Session | None = None
    user: User | None = None
    ended: EndReason | None = None
    reused: bool = False
    session_id: UUID | None = None
