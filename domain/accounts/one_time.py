"""Secrets that are good for one act: links in mails, challenges, states of a sign-in elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from domain.errors import InvalidInputError
from domain.identifiers import digest, new_secret

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

MAX_SECRET: Final = 512
"""Characters of a secret that is looked at."""


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


def new_token(purpose: Purpose, user_id: UUID | None, **data: object) -> tuple[OneTimeToken, str]:
    """A token to be kept, and the secret to be given out."""
    secret = new_secret()
    return OneTimeToken(digest(secret), purpose, datetime.now(UTC) + LIFETIMES[purpose], user_id, data), secret


def checked_secret(secret: str) -> str:
    """A secret that somebody shows.

    Raises:
        InvalidInputError: it is longer than any that was given out, or no ASCII text.
    """
    if len(secret) > MAX_SECRET or not secret.isascii() or "\0" in secret:
        raise InvalidInputError("This is not a token.", ("token",))
    return secret
