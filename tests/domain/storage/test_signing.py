"""Signed addresses: one right each, nobody else's, not for longer."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from domain.storage.errors import AddressExpiredError, AddressInvalidError
from domain.storage.signing import MAX_SECONDS, AddressSigner, Right, expiry

NOW = 1_700_000_000.25
SIGNER = AddressSigner(b"k" * 32)
RIGHT = Right("GET", UUID(int=1), int(NOW) + 60, {"as": "a b.txt", "width": "64"})

_rights = st.builds(
    Right,
    st.sampled_from(["GET", "PUT"]),
    st.uuids(),
    st.integers(min_value=0, max_value=2**40),
    st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=3),
)


def test_what_was_signed_is_accepted() -> None:
    SIGNER.check(RIGHT, SIGNER.sign(RIGHT), NOW)


def test_signatures_stay_what_they_were() -> None:
    right = Right("GET", UUID(int=1), 1_700_000_060, {"width": "64", "as": "ä b.txt"}, "photos/ü/cat.png")
    assert SIGNER.sign(right) == "F-Eg5h7Mn1pwWdhKuVkx3OPjan5eIH0nRIoU1LWhTmo"


def test_rights_of_any_length_are_told_apart() -> None:
    long, other = (replace(RIGHT, conditions={"as": "a" * 5000 + end}) for end in "bc")
    SIGNER.check(long, SIGNER.sign(long), NOW)
    with pytest.raises(AddressInvalidError):
        SIGNER.check(other, SIGNER.sign(long), NOW)


def test_a_signature_fits_into_a_query_as_it_stands() -> None:
    signature = SIGNER.sign(RIGHT)
    assert len(signature) == 43
    assert set(signature) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_order_of_conditions_says_nothing() -> None:
    turned = replace(RIGHT, conditions=dict(reversed(list(RIGHT.conditions.items()))))
    SIGNER.check(turned, SIGNER.sign(RIGHT), NOW)


@pytest.mark.parametrize(
    "other",
    [
        replace(RIGHT, method="PUT"),
        replace(RIGHT, subject=UUID(int=2)),
        replace(RIGHT, expires_at=RIGHT.expires_at + 1),
        replace(RIGHT, conditions={}),
        replace(RIGHT, conditions={"as": "a b.txt"}),
        replace(RIGHT, conditions={"as": "a b.txt", "width": "65"}),
        replace(RIGHT, conditions={"as": "a b.txt", "width": "64", "height": "64"}),
    ],
    ids=["method", "subject", "later", "unconditional", "fewer", "other", "more"],
)
def test_another_right_is_refused(other: Right) -> None:
    with pytest.raises(AddressInvalidError):
        SIGNER.check(other, SIGNER.sign(RIGHT), NOW)


@given(_rights, _rights)
def test_no_two_rights_have_one_signature(one: Right, other: Right) -> None:
    assume(one != other)
    assert SIGNER.sign(one) != SIGNER.sign(other)


def test_what_looks_like_two_conditions_is_not_two() -> None:
    one = replace(RIGHT, conditions={"as": 'x","width":"64'})
    two = replace(RIGHT, conditions={"as": "x", "width": "64"})
    assert SIGNER.sign(one) != SIGNER.sign(two)


def test_another_key_is_refused() -> None:
    with pytest.raises(AddressInvalidError):
        SIGNER.check(RIGHT, AddressSigner(b"l" * 32).sign(RIGHT), NOW)


@pytest.mark.parametrize("signature", ["", "ä" * 43, "\ud800", "x" * 100_000])
def test_anything_else_is_refused(signature: str) -> None:
    with pytest.raises(AddressInvalidError):
        SIGNER.check(RIGHT, signature, NOW)


def test_padding_does_not_make_another_signature_of_the_same_right() -> None:
    with pytest.raises(AddressInvalidError):
        SIGNER.check(RIGHT, SIGNER.sign(RIGHT) + "=", NOW)


def test_it_is_over_in_the_second_of_its_expiry() -> None:
    signature = SIGNER.sign(RIGHT)
    SIGNER.check(RIGHT, signature, RIGHT.expires_at - 0.001)
    with pytest.raises(AddressExpiredError):
        SIGNER.check(RIGHT, signature, RIGHT.expires_at)


def test_a_forged_address_is_not_told_that_it_has_expired() -> None:
    with pytest.raises(AddressInvalidError):
        SIGNER.check(RIGHT, "x" * 43, RIGHT.expires_at + 1)


def test_an_address_is_good_for_at_least_the_seconds_that_were_asked_for() -> None:
    assert expiry(1, NOW) - NOW >= 1
    assert expiry(MAX_SECONDS, NOW) == 1_700_000_001 + MAX_SECONDS


@pytest.mark.parametrize("seconds", [0, -1, MAX_SECONDS + 1])
def test_an_address_is_good_for_a_second_to_a_week(seconds: int) -> None:
    with pytest.raises(InvalidInputError):
        expiry(seconds, NOW)
