"""Which claims a user may be given, and under what names they are kept."""

from __future__ import annotations

import pytest

from domain.administration.claims import MAX_BYTES, MAX_CLAIMS, normal_claims
from domain.errors import InvalidInputError


def test_names_are_kept_in_lower_case_without_their_prefix() -> None:
    given = {"X-Hasura-Org-Id": "7", "x-team": ["a", "b"], "level": 3, "vip": True, "rate": 1.5, "hasura-x": ""}

    assert normal_claims(given) == {
        "org-id": "7",
        "team": ["a", "b"],
        "level": 3,
        "vip": True,
        "rate": 1.5,
        "hasura-x": "",
    }


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x-",
        "x-hasura-",
        "user-id",
        "X-Hasura-User-Id",
        "x-role",
        "ROLE",
        "email",
        "1a",
        "a_b",
        "a b",
        "ä",
        "a" * 64,
    ],
)
def test_a_bad_or_reserved_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        normal_claims({name: "x"})
    assert refused.value.path == ("claims",)


@pytest.mark.parametrize(
    "value", [None, {}, {"a": 1}, [[1]], [None], [{}], "a\0b", "a\r\nb", "\ud800", float("nan"), float("inf")]
)
def test_a_value_that_no_variable_holds_is_refused(value: object) -> None:
    with pytest.raises(InvalidInputError):
        normal_claims({"a": value})


@pytest.mark.parametrize("claims", [None, [], "{}", 1])
def test_claims_are_an_object(claims: object) -> None:
    with pytest.raises(InvalidInputError):
        normal_claims(claims)


def test_two_spellings_of_a_name_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="same name"):
        normal_claims({"team": "a", "x-hasura-team": "b"})


def test_their_number_and_size_are_bounded() -> None:
    assert len(normal_claims({f"c{n}": n for n in range(MAX_CLAIMS)})) == MAX_CLAIMS
    with pytest.raises(InvalidInputError, match="at most 50"):
        normal_claims({f"c{n}": n for n in range(MAX_CLAIMS + 1)})
    assert normal_claims({"a": "é" * ((MAX_BYTES - 10) // 2)})
    with pytest.raises(InvalidInputError, match="bytes"):
        normal_claims({"a": "é" * (MAX_BYTES // 2)})
