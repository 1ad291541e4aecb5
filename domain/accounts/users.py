"""A person with an account, and how the names of accounts are written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from domain.errors import InvalidInputError
from domain.roles import USER
from domain.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

__all__ = ["MAX_BIO", "MAX_EMAIL", "MAX_NAME", "User", "normal_email", "normal_phone", "normal_username", "plain_text"]

MAX_EMAIL: Final = 254
"""Characters of an address, RFC 5321 section 4.5.3.1.3 less the angle brackets."""
MAX_NAME: Final = 200
MAX_BIO: Final = 2000

# The form of the HTML standard (4.10.5.1.5), with at least two labels in the domain.
_EMAIL: Final = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_USERNAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,30}[a-z0-9])")
_PHONE: Final = re.compile(r"\+[1-9][0-9]{1,14}")


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account; `role` is the rung of the ladder, `roles` are the custom ones beside it."""

    id: UUID
    email: str
    created_at: datetime
    updated_at: datetime
    username: str | None = None
    phone: str | None = None
    name: str | None = None
    bio: str | None = None
    role: str = USER
    roles: tuple[str, ...] = ()
    active: bool = True
    email_verified_at: datetime | None = None
    claims: Mapping[str, Any] = field(default_factory=dict[str, Any])
    last_seen_at: datetime | None = None
    has_password: bool = True


def normal_email(text: str) -> str:
    """An email address, case-folded. Only ASCII addresses are taken: others have several spellings.

    Raises:
        InvalidInputError: it is none.
    """
    email = text.strip().lower()
    # Some letters outside of ASCII, such as the sign of Kelvin, fold to one within.
    if len(email) > MAX_EMAIL or not text.isascii() or not _EMAIL.fullmatch(email):
        raise InvalidInputError("This is not an email address.", ("email",))
    return email


def normal_username(text: str) -> str:
    """A username, case-folded: 3 to 32 letters a-z, digits, dots, hyphens and underscores, no @.

    Raises:
        InvalidInputError: it is none.
    """
    username = text.strip().lower()
    if not text.isascii() or not _USERNAME.fullmatch(username):
        raise InvalidInputError(
            "A username has 3 to 32 letters a-z, digits, dots, hyphens or underscores, a letter or digit at each end.",
            ("username",),
        )
    return username


def normal_phone(text: str) -> str:
    """A phone number in E.164; spaces, hyphens, dots and brackets are left out.

    Raises:
        InvalidInputError: it is none.
    """
    phone = re.sub(r"[\s().-]", "", text)
    if not _PHONE.fullmatch(phone):
        raise InvalidInputError("A phone number is written as in E.164: +41441234567.", ("phone",))
    return phone


def display_name(text: str) -> str | None:
    """What somebody is called, on one line; None if nothing is left.

    Raises:
        InvalidInputError: it is longer than 200 characters or has control characters.
    """
    return plain_text(" ".join(text.split()), "name", MAX_NAME)
