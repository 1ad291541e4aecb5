"""One-time codes by pyotp."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from pyotp import random_base32
from pyotp.hotp import HOTP
from pyotp.totp import TOTP

if TYPE_CHECKING:
    from datetime import datetime

_SECONDS: Final = 30
_DIGITS: Final = 6
_WINDOW: Final = (-1, 0, 1)
_LONGEST_TYPED: Final = 20
_LONGEST_NAME: Final = 320


class TotpCodes:
    """The port `OneTimeCodes`."""

    def new_secret(self) -> str:
        """A random secret of 160 bits in base32."""
        return random_base32()

    def uri(self, secret: str, account: str, issuer: str) -> str:
        """The `otpauth://` address; names are cut after 320 characters, so that a QR code can hold it."""
        return TOTP(secret, name=account[:_LONGEST_NAME], issuer=issuer[:_LONGEST_NAME]).provisioning_uri()

    def check(self, secret: str, code: str, after_step: int | None, at: datetime) -> int | None:
        """The time step whose code this is, or None if it is wrong or spent.

        Every code of the window is compared whatever the others say, so that the time tells nothing.
        """
        typed = "".join(code[:_LONGEST_TYPED].split())
        if len(typed) != _DIGITS or not (typed.isascii() and typed.isdigit()):
            return None
        generator = HOTP(secret)
        now = int(at.timestamp()) // _SECONDS
        matching = [
            step for step in (now + shift for shift in _WINDOW) if hmac.compare_digest(generator.at(step), typed)
        ]
        return next((step for step in matching if after_step is None or step > after_step), None)
