"""Encryption of what the database holds, and keys for one purpose each, both from the one SECRET_KEY."""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12  # NIST SP 800-38D: 96 bits is the length that GCM uses as it stands
_TAG_BYTES: Final = 16
_KEY_BYTES: Final = 32


class DecryptionError(Exception):
    """The bytes were not encrypted with this secret, for this purpose and context, or somebody changed them."""


class Cipher:
    """Encrypts for one purpose with AES-256-GCM: nobody can read it, and nobody can change it unnoticed.

    The key comes from `secret` by HKDF with `purpose` as info, so what was encrypted for one purpose does not decrypt
    for another. The text begins with a byte for the version of this format, then the random nonce, then what GCM made.
    """

    def __init__(self, secret: str, purpose: str) -> None:
        self._gcm = AESGCM(_derive(secret, f"encryption/{purpose}"))

    def encrypt(self, plain: bytes, context: str = "") -> bytes:
        """Encrypt; 29 bytes longer than `plain`.

        `context` is not kept: name the row that this belongs to, and it does not decrypt when copied to another row.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._gcm.encrypt(nonce, plain, _VERSION + context.encode())

    def decrypt(self, encrypted: bytes, context: str = "") -> bytes:
        """Give back what `encrypt` got.

        Raises:
            DecryptionError: made with another secret, purpose or context, cut off, or changed.
        """
        if len(encrypted) < len(_VERSION) + _NONCE_BYTES + _TAG_BYTES or encrypted[:1] != _VERSION:
            raise DecryptionError("Not in a known format.")
        nonce, text = encrypted[1 : 1 + _NONCE_BYTES], encrypted[1 + _NONCE_BYTES :]
        try:
            return self._gcm.decrypt(nonce, text, _VERSION + context.encode())
        except InvalidTag as error:
            raise DecryptionError("Made with another secret, or changed since.") from error


def derive(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes for HMAC, of its own for each purpose; it says nothing about `secret` or another key."""
    return _derive(secret, f"hmac/{purpose}")


def _derive(secret: str, info: str) -> bytes:
    # RFC 5869. No salt: the secret is random and long (at least 32 characters), and every process has to agree.
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=f"selfgraph/{info}".encode()).derive(
        secret.encode()
    )
