from __future__ import annotations

import base64
import hashlib

import pytest

from domain.errors import InvalidInputError
from domain.storage.checksums import sha256_of

DIGEST = hashlib.sha256(b"hello").digest()


@pytest.mark.parametrize("text", [DIGEST.hex(), DIGEST.hex().upper(), base64.b64encode(DIGEST).decode()])
def test_a_checksum_is_read_in_hexadecimal_and_base64(text: str) -> None:
    assert sha256_of(text) == DIGEST


@pytest.mark.parametrize(
    "text", ["", "x", "z" * 64, DIGEST.hex()[:-2], base64.b64encode(DIGEST[:-1]).decode(), "é" * 64]
)
def test_what_is_no_checksum_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        sha256_of(text)
