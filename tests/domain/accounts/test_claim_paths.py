from __future__ import annotations

import pytest

from domain.accounts.claim_paths import find_claim, parse_path, session_text, texts

CLAIMS = {
    "sub": "auth0|1",
    "address": {"country": "CH"},
    "https://hasura.io/jwt/claims": {"x-hasura-user-id": "7"},
    "custom:company": 5,
    "list": [{"a": 1}],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sub", "auth0|1"),
        ("address.country", "CH"),
        ('"https://hasura.io/jwt/claims"."x-hasura-user-id"', "7"),
        ("'https://hasura.io/jwt/claims'.x-hasura-user-id", "7"),
        ("custom:company", 5),
        ("nothing", None),
        ("sub.country", None),
        ("list.a", None),
    ],
)
def test_a_path_leads_to_its_value(path: str, value: object) -> None:
    assert find_claim(CLAIMS, parse_path(path)) == value


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", "'a", 'a"b"', "'a'b", "a b", "''"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="names with dots"):
        parse_path(path)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (5, "5"),
        (2.5, "2.5"),
        (True, "true"),
        (None, None),
        (["a", "b,c", 'd"e\\f', None, 1], '{"a","b,c","d\\"e\\\\f",NULL,"1"}'),
        ([], "{}"),
        ({"a": [1]}, '{"a":[1]}'),
    ],
)
def test_a_claim_becomes_the_text_that_postgresql_casts(value: object, text: str | None) -> None:
    assert session_text(value) == text


@pytest.mark.parametrize(
    ("value", "names"), [("a", ("a",)), (["a", 1, "b"], ("a", "b")), (None, ()), (5, ()), ({"a": 1}, ())]
)
def test_names_are_texts_alone(value: object, names: tuple[str, ...]) -> None:
    assert texts(value) == names
