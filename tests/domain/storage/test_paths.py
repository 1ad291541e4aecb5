"""Paths of files, folders and prefixes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from domain.storage.paths import end_of, file_path, folder_path, name_of, prefix

BAD = [
    *("/a", "a/", "a//b", "./a", "a/.", "../a", "a/../b", "..", "."),
    *("a\\b", "a\0b", "a\nb", "a\x7fb", "a\u2028b", "a\u202eb", "\ufeffa", "a\ud800"),
    "x" * 1025,
    "é" * 513,
]


@pytest.mark.parametrize(
    "path", ["a", "a/b/c.txt", "ä/ö ü.txt", "...", "a/..b", ".hidden", "😀/x", "x" * 1024, "é" * 512]
)
def test_a_path_stays_as_it_is(path: str) -> None:
    assert file_path(path) == path


def test_a_path_is_normalised() -> None:
    assert file_path("a\u0308/e\u0301") == "ä/é"


@pytest.mark.parametrize("path", ["", *BAD])
def test_what_is_no_path_is_refused_by_the_name_of_the_argument(path: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        file_path(path, "to")
    assert caught.value.path == ("to",)


def test_a_path_that_grows_too_long_when_it_is_normalised_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        file_path("\u0958" * 341)  # three bytes each, six when they are composed


@pytest.mark.parametrize(("given_", "path"), [("", ""), ("/", ""), ("a", "a"), ("a/b/", "a/b")])
def test_a_folder_has_no_slash_at_its_end(given_: str, path: str) -> None:
    assert folder_path(given_) == path


@pytest.mark.parametrize("path", ["//", "/a", "a//", "../"])
def test_what_is_no_folder_is_refused(path: str) -> None:
    with pytest.raises(InvalidInputError):
        folder_path(path)


@pytest.mark.parametrize("start", ["", "a", "a/", "a/b", "ä"])
def test_a_prefix_may_end_anywhere(start: str) -> None:
    assert prefix(start) == start


@pytest.mark.parametrize("start", ["/", "a//", "../", "a\\", "a\0"])
def test_what_no_path_begins_with_is_refused(start: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        prefix(start)
    assert caught.value.path == ("prefix",)


@pytest.mark.parametrize(("path", "name"), [("a", "a"), ("a/b.txt", "b.txt"), ("a/b/c", "c")])
def test_the_name_is_the_last_part(path: str, name: str) -> None:
    assert name_of(path) == name


def test_nothing_is_behind_the_last_character() -> None:
    assert end_of("\U0010ffff\U0010ffff") is None


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4)


@given(TEXTS, TEXTS)
def test_texts_between_a_start_and_its_end_are_those_that_begin_so(start: str, text: str) -> None:
    end = end_of(start)
    between = start.encode() <= text.encode() and (end is None or text.encode() < end.encode())
    assert between == text.startswith(start)


@given(TEXTS, TEXTS)
def test_whatever_begins_so_is_before_the_end(start: str, rest: str) -> None:
    end = end_of(start)
    assert end is None or (start + rest).encode() < end.encode()


@given(st.sampled_from(["\ud7ff", "\U0010ffff", "a\U0010ffff", "\ud7ff\U0010ffff"]))
def test_an_end_is_text_that_can_be_stored(start: str) -> None:
    assert (end_of(start) or "").encode() >= b""
