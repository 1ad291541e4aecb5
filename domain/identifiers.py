"""Ids of rows and secrets of callers."""

from __future__ import annotations

import hashlib
import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, then random ones, so that new rows are neighbours in an index."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def new_secret() -> str:
    """A token of 256 random bits in URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """The SHA-256 under which a random secret is kept; one of 256 bits needs no slower hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
