"""Codes for the second factor: those of an authenticator, and those for the day it is lost."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from datetime import datetime

RECOVERY_CODES: Final = 10
_RECOVERY_BYTES: Final = 10
_GROUP: Final = 4
_LONGEST_TYPED: Final = 100


class OneTimeCodes(Protocol):
    """The port to time-based one-time codes (RFC 6238): 6 digits, 30 seconds, SHA-1, as every authenticator knows."""

    def new_secret(self) -> str:
        """A random secret of 160 bits in base32 (RFC 4226, section 4, R6)."""
        ...

    def uri(self, secret: str, account: str, issuer: str) -> str:
        """The `otpauth://` address that an authenticator reads from a QR code.

        Args:
            secret: from `new_secret`.
            account: what the user knows the account by, an email mostly.
            issuer: the product's name.
        """
        ...

    def check(self, secret: str, code: str, after_step: int | None, at: datetime) -> int | None:
        """The time step whose code this is, or None if it is wrong or spent.

        One step before and one after the present are taken too, for clocks that differ. Keep the step: a code must
        not be taken twice (RFC 6238, section 5.2).

        Args:
            secret: from `new_secret`.
            code: as the user typed it; spaces do not count.
            after_step: the step of the last code taken; it and earlier ones are refused.
            at: the present.
        """
        ...


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits each, such as `3vnq-7xkm-h2pa-w5dc`, for the day the authenticator is lost."""
    return [_grouped(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> bytes:
    """The SHA-256 under which a recovery code is kept; case, spaces and hyphens do not count.

    The digits 0, 1 and 8, which base32 has not, count as the letters they are taken for.
    A plain hash is enough: nobody tries 2^80 codes, so it does not have to be slow, and no two codes are equal, so it
    needs no salt.
    """
    typed = "".join(character for character in code[:_LONGEST_TYPED].lower() if character.isalnum())
    normal = typed.translate(str.maketrans("018", "olb"))
    return hashlib.sha256(normal.encode(errors="surrogatepass")).digest()


def _grouped(random: bytes) -> str:
    text = base64.b32encode(random).decode().lower()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))
