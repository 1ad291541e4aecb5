"""Secrets that are good for one act: links in mails, challenges, states of a sign-in elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


class Purpose(StrEnum):
    """What a secret is good for."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a purpose
    SECOND_FACTOR = "second_factor"
    OPENID = "openid"
    SET_UP = "set_up"


LIFETIMES: Final = {
    Purpose.VERIFY_EMAIL: timedelta(days=2),
    Purpose.RESET_PASSWORD: timedelta(hours=2),
    Purpose.SECOND_FACTOR: timedelta(minutes=5),
    Purpose.OPENID: timedelta(minutes=10),
    Purpose.SET_UP: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """A kept secret; `data` is JSON that its use needs, such as the address that a link verifies."""

    token_hash: bytes
    purpose: Purpose
    expires_at: datetime
    user_id: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    attempts: int = 0
