"""A user's generator of one-time codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A generator of one-time codes (RFC 6238), on once it is confirmed.

    Attributes:
        user_id: whose it is.
        secret: in base32; None if it cannot be decrypted, as after a change of SECRET_KEY: then no code fits.
        confirmed_at: when it was turned on; None: not yet.
        last_step: the time step of the last code taken; it and earlier ones are refused.
    """

    user_id: UUID
    secret: str | None = field(repr=False)
    confirmed_at: datetime | None = None
    last_step: int | None = None


@dataclass(frozen=True, slots=True)
class SecondFactorStatus:
    """A second factor that is on, as its user sees it."""

    confirmed_at: datetime
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class StartedTotp:
    """A generator to be put into an authenticator: typed as `secret` (base32), or read from `uri` as a QR code."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
