"""What follows a refresh token."""

from __future__ import annotations

import base64
import hmac
from typing import Final

from persistence.credentials.encryption import derive

_PURPOSE: Final = "refresh-token-successor"


class HmacSuccessors:
    """The port `Successors`: the HMAC-SHA256 (RFC 2104) of the token, under a key of its own from SECRET_KEY."""

    def __init__(self, secret: str) -> None:
        self._key = derive(secret, _PURPOSE)

    def after(self, token: str) -> str:
        """The token's successor, 256 bits in URL-safe characters."""
        code = hmac.digest(self._key, token.encode(), "sha256")
        return base64.urlsafe_b64encode(code).rstrip(b"=").decode()
