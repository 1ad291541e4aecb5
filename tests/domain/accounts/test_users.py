"""How the names of accounts are written."""

from __future__ import annotations

import pytest

from domain.accounts.one_time import checked_secret
from domain.accounts.users import display_name, normal_email, normal_phone, normal_username
from domain.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "email"),
    [
        (" Ann@Example.COM\n", "ann@example.com"),
        ("a.b+c'd@sub.example-1.com", "a.b+c'd@sub.example-1.com"),
        (f"{'a' * 64}@example.com", f"{'a' * 64}@example.com"),
    ],
)
def test_an_address_is_case_folded(text: str, email: str) -> None:
    assert normal_email(text) == email


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@localhost",
        "ann@-example.com",
        "ann@example..com",
        "a b@example.com",
        "ann@example.com\nBcc: bob@example.com",
        "ann@example.com,bob@example.com",
        "ann@exa\0mple.com",
        "ann\ud800@example.com",
        "\u212aate@example.com",  # the sign of Kelvin, whose lower case is k
        "änn@example.com",
        "ann@exämple.com",
        f"{'a' * 65}@example.com",
        f"ann@{'a.' * 126}com",
        "a" * 1_000_000,
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        normal_email(text)
    assert refusal.value.path == ("email",)


@pytest.mark.parametrize("text", ["ann", " Ann ", "a.n_n-1", "1ab", "a" * 32])
def test_a_username_is_case_folded(text: str) -> None:
    assert normal_username(text) == text.strip().lower()


@pytest.mark.parametrize(
    "text", ["", "an", "a" * 33, ".ann", "ann-", "a b", "a@b", "änn", "\u212aate", "a\0n", "a\ud800n"]
)
def test_what_is_no_username_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        normal_username(text)
    assert refusal.value.path == ("username",)


@pytest.mark.parametrize("text", ["+41 44 123 45 67", "+41(44)123-45.67", "+41441234567"])
def test_a_phone_number_is_written_as_e164(text: str) -> None:
    assert normal_phone(text) == "+41441234567"


@pytest.mark.parametrize(
    "text", ["", "0441234567", "+0441234567", "+41x", "+1234567890123456", "+\uff14\uff1144", "+41\0"]
)
def test_what_is_no_phone_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        normal_phone(text)
    assert refusal.value.path == ("phone",)


def test_a_name_is_on_one_line() -> None:
    assert display_name("  Ann\r\n\tof  the North ") == "Ann of the North"
    assert display_name(" \n ") is None


@pytest.mark.parametrize("text", ["x" * 201, "a\0b", "a\x1bb", "a\ud800b"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        display_name(text)
    assert refusal.value.path == ("name",)


@pytest.mark.parametrize("text", ["x" * 513, "a\0b", "é", "\ud800"])
def test_what_is_no_secret_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        checked_secret(text)
    assert refusal.value.path == ("token",)
