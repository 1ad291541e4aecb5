"""A user's generator of one-time codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A generator of one-time codes (RFC 6238), on once it is confirmed."""

    user_id: UUID
    secret: str = field(repr=False)
    confirmed_at: datetime | None = None
    last_step: int | None = None
