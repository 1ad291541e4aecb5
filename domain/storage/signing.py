"""Signed addresses: whoever has one may make the one request that it was made for, until it expires."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from domain.errors import InvalidInputError
from domain.storage.errors import AddressExpiredError, AddressInvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

SIGNING_PURPOSE: Final = "signed_addresses"
"""What the key is derived for from SECRET_KEY."""
MAX_SECONDS: Final = 604_800
"""The longest that an address is good for: a week, as in S3."""
_FORMAT: Final = "selfgraph.address.1"
_SHORT: Final = 1024
"""Bytes of what is signed whose signature is remembered."""
_JSON: Final = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True)
class Right:
    """What an address carries: one request, and nothing beside it.

    Attributes:
        method: `GET`, which is good for HEAD too, or `PUT`.
        subject: the id of the file to read, or of the upload to send.
        expires_at: in whole seconds since 1970; the request has to come before that moment.
        conditions: what else the request has to be, by name: exactly these, no more and no less.
        place: where the file has to be, as `<bucket>/<path>`; nothing more for uploads.
    """

    method: str
    subject: UUID
    expires_at: int
    conditions: Mapping[str, str] = field(default_factory=dict[str, str])
    place: str = ""

    @cached_property
    def text(self) -> bytes:
        """What is signed."""
        # JSON quotes every part, so that no two rights are written alike; the order of conditions says nothing.
        conditions = sorted(self.conditions.items())
        parts = [_FORMAT, self.method, self.subject.hex, self.expires_at, conditions, self.place]
        return _JSON.encode(parts).encode()


class AddressSigner:
    """Signs rights with HMAC-SHA256.

    Args:
        key: 32 bytes, derived from SECRET_KEY for `SIGNING_PURPOSE` alone.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._remembered = lru_cache(maxsize=2048)(self._signature)

    def sign(self, right: Right) -> str:
        """The signature: 43 characters of base64url without padding."""
        return self._signature_of(right).decode()

    def check(self, right: Right, signature: str, now: float) -> None:
        """Accept the signature of this very right, before it expires; `now` is in seconds since 1970.

        Raises:
            AddressInvalidError: it is of another right, made with another key, or changed.
            AddressExpiredError: it was good.
        """
        # Compared as bytes: texts that are not ASCII make `compare_digest` raise.
        if not hmac.compare_digest(self._signature_of(right), signature.encode(errors="surrogatepass")):
            raise AddressInvalidError
        if now >= right.expires_at:
            raise AddressExpiredError

    def _signature_of(self, right: Right) -> bytes:
        # The same addresses are asked for again and again. Whoever asks may write long ones, which are not kept.
        text = right.text
        return self._remembered(text) if len(text) <= _SHORT else self._signature(text)

    def _signature(self, text: bytes) -> bytes:
        return base64.urlsafe_b64encode(hmac.digest(self._key, text, hashlib.sha256)).rstrip(b"=")


def expiry(seconds: int, now: float) -> int:
    """When an address that is good for so many seconds from `now` on expires, in whole seconds since 1970.

    Raises:
        InvalidInputError: it would expire at once, or after more than `MAX_SECONDS`.
    """
    if not 1 <= seconds <= MAX_SECONDS:
        raise InvalidInputError(f"An address is good for 1 to {MAX_SECONDS} seconds.", ("expiresIn",))
    return math.ceil(now) + seconds
