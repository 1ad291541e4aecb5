"""Accounts: users with their sessions, tokens, second factors and identities."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations of a model when it runs
from typing import Any
from uuid import UUID  # noqa: TC003 - same

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Base

_TIME = DateTime(timezone=True)
_USER = "selfgraph.users.id"


class User(Base):
    """A person with an account."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("username"),
        CheckConstraint("role IN ('user', 'admin', 'superadmin')", name="role"),
        CheckConstraint(r"phone ~ '^\+[1-9][0-9]{1,14}$'", name="phone"),
        CheckConstraint("jsonb_typeof(claims) = 'object'", name="claims"),
        Index(None, "created_at", "id"),
        Index("ix_users_superadmins", "id", postgresql_where=text("role = 'superadmin'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """UUIDv7."""
    email: Mapped[str] = mapped_column(Text)
    """Case-folded."""
    username: Mapped[str | None] = mapped_column(Text)
    """Case-folded."""
    phone: Mapped[str | None] = mapped_column(Text)
    """E.164."""
    name: Mapped[str | None] = mapped_column(Text)
    bio: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text, server_default="user")
    """The rung of the ladder; custom roles are in `user_roles`."""
    active: Mapped[bool] = mapped_column(server_default=true())
    email_verified_at: Mapped[datetime | None] = mapped_column(_TIME)
    password_hash: Mapped[str | None] = mapped_column(Text)
    """None: signs in by an identity only."""
    claims: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """Set by admins; they become session variables."""
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    last_seen_at: Mapped[datetime | None] = mapped_column(_TIME)


class Session(Base):
    """A sign-in on one device; its refresh tokens are one family."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index(None, "user_id"),
        Index(None, "expires_at"),
        Index(None, "impersonator_id", postgresql_where=text("impersonator_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"))
    impersonator_id: Mapped[UUID | None] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"))
    """The admin who acts as the user."""
    label: Mapped[str | None] = mapped_column(Text)
    user_agent: Mapped[str] = mapped_column(Text)
    ip: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    used_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(_TIME)
    ended_at: Mapped[datetime | None] = mapped_column(_TIME)
    end_reason: Mapped[str | None] = mapped_column(Text)


class RefreshToken(Base):
    """A refresh token of a session's family, as its SHA-256."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index(None, "session_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("selfgraph.sessions.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    used_at: Mapped[datetime | None] = mapped_column(_TIME)
    """When it was exchanged for its successor."""


class OneTimeToken(Base):
    """A secret that is good for one act, as its SHA-256: a link in a mail, a challenge, a state."""

    __tablename__ = "one_time_tokens"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    """Wrong codes given with it."""
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(_TIME)


class SecondFactor(Base):
    """A user's generator of one-time codes (RFC 6238)."""

    __tablename__ = "second_factors"

    user_id: Mapped[UUID] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted."""
    confirmed_at: Mapped[datetime | None] = mapped_column(_TIME)
    last_step: Mapped[int | None]
    """The time step of the last code taken: it and earlier ones are refused."""
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())


class RecoveryCode(Base):
    """A code that stands in for a lost second factor once, as its SHA-256."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[UUID] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)


class Identity(Base):
    """A user as an OpenID provider knows them."""

    __tablename__ = "identities"
    __table_args__ = (Index(None, "user_id"),)

    issuer: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    used_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())


class SignInAttempt(Base):
    """How often somebody has just tried to sign in to an account from an address."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "last_at"),)

    identifier: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256 of what was given as the account's name."""
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    locked_until: Mapped[datetime | None] = mapped_column(_TIME)
    last_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
