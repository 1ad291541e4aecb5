from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from pyotp.hotp import HOTP

from persistence.credentials.totp import TotpCodes

# RFC 6238, appendix B: the SHA-1 vectors, cut to six digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
CODES = TotpCodes()
SECRET = CODES.new_secret()
NOW = datetime(2026, 1, 1, 12, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def code_at(step: int) -> str:
    return HOTP(SECRET).at(step)


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_agrees_with_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    assert CODES.check(RFC_SECRET, code, None, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_takes_one_step_to_either_side(shift: int) -> None:
    assert CODES.check(SECRET, code_at(STEP + shift), None, NOW) == STEP + shift


@pytest.mark.parametrize("shift", [-3, -2, 2, 3])
def test_takes_no_step_farther_away(shift: int) -> None:
    assert CODES.check(RFC_SECRET, HOTP(RFC_SECRET).at(STEP + shift), None, NOW) is None


def test_a_code_is_taken_once() -> None:
    step = CODES.check(SECRET, code_at(STEP), None, NOW)

    assert CODES.check(SECRET, code_at(STEP), step, NOW + timedelta(seconds=5)) is None
    assert CODES.check(SECRET, code_at(STEP - 1), step, NOW) is None
    assert CODES.check(SECRET, code_at(STEP + 1), step, NOW) == STEP + 1


@pytest.mark.parametrize("typed", ["{} ", " {}", "{}\n"])
def test_spaces_do_not_count(typed: str) -> None:
    assert CODES.check(SECRET, typed.format(code_at(STEP)), None, NOW) == STEP
    assert CODES.check(SECRET, f"{code_at(STEP)[:3]} {code_at(STEP)[3:]}", None, NOW) == STEP


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\ud800", "-12345", "9" * 1_000_000])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert CODES.check(SECRET, code, None, NOW) is None


def test_secrets_are_random_and_of_160_bits() -> None:
    assert CODES.new_secret() != CODES.new_secret()
    assert len(base64.b32decode(CODES.new_secret())) == 20


def test_the_address_is_what_an_authenticator_reads() -> None:
    uri = urlsplit(CODES.uri(SECRET, "ada+test@example.com", "Ada & Söhne: shop"))
    query = parse_qs(uri.query)

    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert query == {"secret": [SECRET], "issuer": ["Ada & Söhne: shop"]}
    assert "ada+test@example.com" in unquote(uri.path)
    assert pyotp.parse_uri(uri.geturl()).secret == SECRET
