from __future__ import annotations

import pytest

from domain.errors import InvalidInputError
from domain.storage.content_types import UNKNOWN, ExtensionTypes, claimed_type, settled_type
from domain.storage.errors import TypeNotAllowedError


@pytest.mark.parametrize(
    ("given", "claim"),
    [(None, None), ("", None), ("  ", None), ("Image/PNG", "image/png"), ("text/html; charset=x", "text/html")],
)
def test_a_claim_is_in_lower_case_without_parameters(given: str | None, claim: str | None) -> None:
    assert claimed_type(given) == claim


@pytest.mark.parametrize("given", ["png", "image/*", "a/b/c", "a b/c", "/", "image/", "x" * 200 + "/y", "image/png\n/"])
def test_a_claim_that_is_no_type_is_refused(given: str) -> None:
    with pytest.raises(InvalidInputError):
        claimed_type(given)


@pytest.mark.parametrize(
    ("by_name", "recognised", "settled"),
    [
        (None, (), UNKNOWN),
        (None, ("image/png",), "image/png"),
        ("image/png", (), UNKNOWN),
        ("text/css", (), "text/css"),
        ("text/css", ("text/plain",), "text/css"),
        ("image/png", ("text/html", "text/plain"), "text/html"),
        (UNKNOWN, ("image/png",), "image/png"),
        ("application/java-archive", ("application/zip",), "application/java-archive"),
        ("video/mp4", ("application/zip",), "application/zip"),
    ],
)
def test_without_a_claim_the_name_makes_more_exact_what_is_recognised(
    by_name: str | None, recognised: tuple[str, ...], settled: str
) -> None:
    assert settled_type(None, by_name, recognised) == settled


def test_a_claim_goes_before_the_name() -> None:
    assert settled_type("text/csv", "text/css", ("text/plain",)) == "text/csv"


def test_a_contradicted_claim_says_what_the_bytes_look_like() -> None:
    with pytest.raises(TypeNotAllowedError, match="look like text/html"):
        settled_type("image/png", None, ("text/html", "text/plain"))


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("a.png", "image/png"),
        ("a.tar.gz", None),
        ("README", None),
        ("a.PDF", "application/pdf"),
        (".css", "text/css"),
        ("a.b.json", "application/json"),
        ("a.", None),
        ("http://x/a.html", "text/html"),
    ],
)
def test_the_type_of_a_name(name: str, type_: str | None) -> None:
    assert ExtensionTypes().of(name) == type_
