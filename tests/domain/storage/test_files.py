"""What is known of files: validators and metadata."""

from __future__ import annotations

from hashlib import sha256

import pytest

from domain.errors import InvalidInputError
from domain.storage.files import MAX_METADATA, etag_of, file_metadata


def test_an_etag_is_a_quoted_part_of_the_digest() -> None:
    assert etag_of(sha256(b"a").digest()) == f'"{sha256(b"a").hexdigest()[:32]}"'


def test_metadata_are_an_object() -> None:
    assert file_metadata({"a": [1, None, {"b": "ü"}]}) == {"a": [1, None, {"b": "ü"}]}


def test_a_text_of_a_backslash_and_u0000_is_no_character() -> None:
    assert file_metadata({"a": "\\u0000"}) == {"a": "\\u0000"}


@pytest.mark.parametrize("value", [None, [], "a", 1, True])
def test_other_json_is_no_metadata(value: object) -> None:
    with pytest.raises(InvalidInputError) as caught:
        file_metadata(value)
    assert caught.value.path == ("metadata",)


def test_metadata_are_as_large_as_is_said_at_most() -> None:
    largest = {"a": "é" * ((MAX_METADATA - len('{"a": ""}')) // 2)}
    assert file_metadata(largest) == largest
    with pytest.raises(InvalidInputError):
        file_metadata({"a": largest["a"] + "éé"})


@pytest.mark.parametrize("value", [{"a": "\0"}, {"\0": 1}, {"a": ["\ud800"]}])
def test_metadata_that_postgresql_cannot_hold_are_refused(value: object) -> None:
    with pytest.raises(InvalidInputError):
        file_metadata(value)
