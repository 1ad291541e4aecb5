"""Access: roles, API keys, signing keys, and the trail of what was done with them."""

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
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Base

_TIME = DateTime(timezone=True)
_USER = "selfgraph.users.id"
_ROLE = "selfgraph.roles.name"


class Role(Base):
    """A role: four are built in, the others are the installation's own."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    description: Mapped[str | None] = mapped_column(Text)
    built_in: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())


class RoleInheritance(Base):
    """A role has every right of the roles it inherits."""

    __tablename__ = "role_inheritance"
    __table_args__ = (CheckConstraint("role <> inherits", name="self"), Index(None, "inherits"))

    role: Mapped[str] = mapped_column(ForeignKey(_ROLE, ondelete="CASCADE"), primary_key=True)
    inherits: Mapped[str] = mapped_column(ForeignKey(_ROLE), primary_key=True)


class UserRole(Base):
    """A custom role that a user has beside the rung of the ladder."""

    __tablename__ = "user_roles"
    __table_args__ = (Index(None, "role"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(ForeignKey(_ROLE), primary_key=True)


class ApiKey(Base):
    """A key that a program shows; only its SHA-256 is kept."""

    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("name"),
        UniqueConstraint("key_hash"),
        CheckConstraint("built_in IN ('service', 'anon')", name="built_in"),
        UniqueConstraint("built_in"),
        Index(None, "role"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text)
    """The first characters of the key, to tell keys apart."""
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    role: Mapped[str] = mapped_column(ForeignKey(_ROLE))
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """None: everything its role may."""
    built_in: Mapped[str | None] = mapped_column(Text)
    """`service` or `anon`: the key of the setting of that name."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey(_USER, ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    expires_at: Mapped[datetime | None] = mapped_column(_TIME)
    used_at: Mapped[datetime | None] = mapped_column(_TIME)
    revoked_at: Mapped[datetime | None] = mapped_column(_TIME)


class SigningKey(Base):
    """A key that signs access tokens."""

    __tablename__ = "signing_keys"
    __table_args__ = (UniqueConstraint("kid"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(Text)
    algorithm: Mapped[str] = mapped_column(Text)
    """As in the header `alg` (RFC 7518)."""
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted."""
    public_key: Mapped[str | None] = mapped_column(Text)
    """None for a symmetric algorithm."""
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    retired_at: Mapped[datetime | None] = mapped_column(_TIME)


class AuditEvent(Base):
    """Something that was done to accounts, roles or keys: kept even when those who took part are gone."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "at", "id"), Index(None, "actor_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    action: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[UUID | None]
    """The user who did it; None for an API key, the command line and somebody unknown."""
    key_id: Mapped[UUID | None]
    target: Mapped[str | None] = mapped_column(Text)
    """What it was done to, such as `user:<id>`."""
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    address: Mapped[str | None] = mapped_column(Text)
