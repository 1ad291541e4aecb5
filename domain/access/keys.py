"""API keys: what programs show instead of signing in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from domain.errors import ForbiddenError, InvalidInputError
from domain.identifiers import digest, new_secret
from domain.roles import outranks
from domain.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from domain.actor import Actor

MAX_KEYS: Final = 500
"""API keys of an installation that are not revoked, and revoked ones that are listed."""
MAX_KEY_NAME: Final = 100
SHOWN: Final = 12
"""Characters of a key that are kept to tell keys apart."""
_PREFIX: Final = "sg_"


class BuiltInKey(StrEnum):
    """The keys that come from the settings."""

    SERVICE = "service"
    ANON = "anon"

    @property
    def setting(self) -> str:
        """The setting that holds the key; the key has its name."""
        return f"{self.value.upper()}_KEY"


RESERVED_NAMES: Final = frozenset(key.setting for key in BuiltInKey)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, without its secret.

    Attributes:
        id: the key.
        name: what people call it.
        prefix: the first characters of the secret.
        role: what it may do.
        created_at: when it was made.
        scopes: what it is restricted to; None: everything its role may.
        expires_at: when it stops being good; None: never.
        used_at: when it was last shown, to the minute.
        revoked_at: when it was revoked.
        created_by: the user who made it, if there still is one.
        built_in: which setting it comes from.
    """

    id: UUID
    name: str
    prefix: str
    role: str
    created_at: datetime
    scopes: frozenset[str] | None = None
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    created_by: UUID | None = None
    built_in: BuiltInKey | None = None


@dataclass(frozen=True, slots=True)
class KeySecret:
    """A new secret; only its hash and its first characters are kept."""

    text: str = field(repr=False)

    @classmethod
    def new(cls) -> KeySecret:
        """A secret of 256 random bits: `sg_` and 43 URL-safe characters."""
        return cls(_PREFIX + new_secret())

    @property
    def prefix(self) -> str:
        """The first characters, which tell keys apart."""
        return self.text[:SHOWN]

    @property
    def hash(self) -> bytes:
        """What is kept."""
        return digest(self.text)


def key_name(text: str) -> str:
    """The name of a key, trimmed.

    Raises:
        InvalidInputError: it is empty, too long or reserved.
    """
    name = plain_text(text, "name", MAX_KEY_NAME)
    if name is None or name.upper() in RESERVED_NAMES:
        raise InvalidInputError("Give the key a name; SERVICE_KEY and ANON_KEY are those of the settings.", ("name",))
    return name


def known_scopes(scopes: Iterable[str] | None, known: frozenset[str]) -> frozenset[str] | None:
    """The scopes of a key.

    Raises:
        InvalidInputError: one is unknown, or the list is empty, which would be a key for nothing.
    """
    if scopes is None:
        return None
    chosen = frozenset(scopes)
    if not chosen or chosen - known:
        raise InvalidInputError(f"Scopes are null or some of: {', '.join(sorted(known))}.", ("scopes",))
    return chosen


def future(moment: datetime | None) -> datetime | None:
    """When a key expires.

    Raises:
        InvalidInputError: that is not in the future, or it does not say in which time zone it is.
    """
    if moment is None:
        return None
    if moment.tzinfo is None or moment <= datetime.now(UTC):
        raise InvalidInputError("A key expires in the future; write the time with its offset.", ("expiresAt",))
    return moment


def refuse_beyond(actor: Actor, role: str, scopes: frozenset[str] | None) -> None:
    """Nobody gets hold of a key that may do more than they may themselves.

    Raises:
        ForbiddenError: the role is above the caller's own rung, or the caller's own key has not all of the scopes.
    """
    if outranks(role, actor.role):
        raise ForbiddenError(f"The role {role} is above your own.")
    if actor.scopes is not None and (scopes is None or not scopes <= actor.scopes):
        raise ForbiddenError("The scopes of a key are at most those of the key that makes it.")
