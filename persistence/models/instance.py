"""The one row that stands for this installation."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations of a model when it runs
from uuid import UUID  # noqa: TC003 - same

from sqlalchemy import CheckConstraint, DateTime, UniqueConstraint, func, true
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Base


class Instance(Base):
    """This installation: the first migration makes its only row."""

    __tablename__ = "instance"
    __table_args__ = (UniqueConstraint("singleton"), CheckConstraint("singleton", name="singleton"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """UUIDv7."""
    singleton: Mapped[bool] = mapped_column(server_default=true())
    """Always true and unique: there is one row."""
    initialized_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    """When the first migration ran."""
