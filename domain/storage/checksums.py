"""Checksums as clients write them."""

from __future__ import annotations

import base64
import contextlib
from typing import Final

from domain.errors import InvalidInputError

_BYTES: Final = 32
_HEXADECIMAL: Final = 64


def sha256_of(text: str) -> bytes:
    """A SHA-256 in hexadecimal or in base64, as HTTP's headers have it.

    Raises:
        InvalidInputError: it is none.
    """
    digest = b""
    with contextlib.suppress(ValueError):
        digest = bytes.fromhex(text) if len(text) == _HEXADECIMAL else base64.b64decode(text, validate=True)
    if len(digest) != _BYTES:
        raise InvalidInputError("A checksum is a SHA-256 in hexadecimal or base64.", ("checksum",))
    return digest
