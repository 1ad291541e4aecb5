"""Passwords: what a good one is, and the ports to hashing them and to the list of bad ones."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST: Final = 8
LONGEST: Final = 128
# Text this long is never normalised: putting combining marks in order takes time that grows with their number squared.
_LONGEST_RAW: Final = 4 * LONGEST


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Whether a password was right; `rehashed` is its new hash, to be stored, where the stored one is outdated."""

    matches: bool
    rehashed: str | None = None


class PasswordHasher(Protocol):
    """The port to password hashing, which is slow on purpose: call it outside of transactions."""

    async def hash(self, password: str) -> str:
        """A new salted hash.

        Raises:
            InvalidInputError: no text that could be a password (see `normalize`).
            UnavailableError: too many passwords wait to be hashed; try again later.
        """
        ...

    async def verify(self, password: str, hashed: str | None) -> PasswordCheck:
        """Compare; `hashed` None is a user who does not exist or has no password, and takes the same time.

        Any text may be asked for: what could not be a password does not match.

        Raises:
            UnavailableError: too many passwords wait to be hashed; try again later.
        """
        ...


class CommonPasswords(Protocol):
    """The port to the list of passwords that everybody tries first."""

    async def contains(self, password: str) -> bool:
        """Whether `password`, in the form that `fold` gives it, is listed."""
        ...


class PasswordWeakness(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    COMMON = "COMMON"
    SAME_AS_IDENTIFIER = "SAME_AS_IDENTIFIER"


def normalize(password: str) -> str:
    """The one form of a password in which it is measured and hashed: NFC, whatever keyboard it came from.

    NIST SP 800-63B-4 (section 3.1.1.2) asks for NFC and for code points as the unit of length.

    Raises:
        InvalidInputError: longer than any password, a NUL (bcrypt knows none), or half of a surrogate pair (no text).
    """
    if len(password) > _LONGEST_RAW:
        raise InvalidInputError("The password is too long.")
    if "\0" in password or any("\ud800" <= character <= "\udfff" for character in password):
        raise InvalidInputError("The password holds a character that cannot be typed.")
    return unicodedata.normalize("NFC", password)


def fold(text: str) -> str:
    """A form for comparison only, without case or style: `PassWord` and its full-width twin are one.

    It is NFKC case folding (Unicode standard, section 3.13), whose result is stable.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class PasswordPolicy:
    """8 to 128 characters, not a common password, and nothing that an attacker knows of the account.

    No rule on kinds of characters and no expiry, as NIST SP 800-63B-4 demands.
    """

    def __init__(self, common: CommonPasswords, application: str = "selfgraph") -> None:
        self._common = common
        self._application = application

    async def weaknesses(self, password: str, identifiers: Iterable[str | None] = ()) -> tuple[PasswordWeakness, ...]:
        """Why this password is refused, in the order of the enum; empty if it is good.

        Args:
            password: as the caller sent it.
            identifiers: what names the account (email, username, phone); None where it has none. Of an email, the
                part before the @ counts as well.

        Raises:
            InvalidInputError: no text that could be a password.
        """
        if len(password) > _LONGEST_RAW:
            return (PasswordWeakness.TOO_LONG,)
        length = len(normalize(password))
        if length < SHORTEST:
            return (PasswordWeakness.TOO_SHORT,)
        if length > LONGEST:
            return (PasswordWeakness.TOO_LONG,)
        found: list[PasswordWeakness] = []
        folded = fold(password)
        if await self._common.contains(folded):
            found.append(PasswordWeakness.COMMON)
        if folded in self._known(identifiers):
            found.append(PasswordWeakness.SAME_AS_IDENTIFIER)
        return tuple(found)

    def _known(self, identifiers: Iterable[str | None]) -> set[str]:
        given = [self._application, *(identifier for identifier in identifiers if identifier)]
        return {fold(part) for text in given for part in (text, text.partition("@")[0])}
