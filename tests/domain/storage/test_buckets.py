"""Names of buckets, their types and limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.errors import InvalidInputError
from domain.storage.buckets import MAX_FILE_SIZE, MAX_TYPES, Bucket, allowed_types, bucket_name
from domain.storage.errors import FileTooLargeError, TypeNotAllowedError

NOW = datetime(2026, 11, 29, tzinfo=UTC)
BUCKET = Bucket(UUID(int=1), "photos", None, False, None, None, None, None, 0, NOW, NOW)


@pytest.mark.parametrize(
    "name", ["abc", "a" * 63, "123", "my-bucket", "my.bucket", "a.b.c", "1-2.3", "x--n", "tus2", "1.2.3", "10.0.0.1.5"]
)
def test_a_name_that_s3_takes_is_taken(name: str) -> None:
    assert bucket_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "ab", "a" * 64, "Abc", "a_b", "a b", "a/b", "äbc", "abc\n", "a\0b"),
        *("-abc", "abc-", ".abc", "abc.", "a..b", "192.168.0.1", "xn--abc"),
        "١٢٣",
    ],
)
def test_a_name_that_s3_refuses_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        bucket_name(name)
    assert caught.value.path == ("name",)


@pytest.mark.parametrize("name", ["tus", "uploads"])
def test_a_name_that_an_address_has_is_reserved(name: str) -> None:
    with pytest.raises(InvalidInputError, match="reserved"):
        bucket_name(name)


def test_types_are_in_lower_case_and_each_once() -> None:
    assert allowed_types((" Image/PNG", "image/png", "text/*")) == ("image/png", "text/*")


def test_no_list_of_types_is_any_type() -> None:
    assert allowed_types(None) is None


@pytest.mark.parametrize(
    "type_", ["", "image", "image/", "/png", "*/*", "*/png", "image/p*", "text/plain; a=b", "a b/c"]
)
def test_what_is_no_type_is_refused(type_: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        allowed_types(("image/png", type_))
    assert caught.value.path == ("allowedTypes",)


@pytest.mark.parametrize("count", [0, MAX_TYPES + 1])
def test_no_types_and_too_many_are_refused(count: int) -> None:
    with pytest.raises(InvalidInputError):
        allowed_types(tuple(f"text/x{number}" for number in range(count)))


def test_a_file_is_as_large_as_the_bucket_says_at_most() -> None:
    bucket = replace(BUCKET, max_file_size=10)
    bucket.refuse_size(10)
    with pytest.raises(FileTooLargeError) as caught:
        bucket.refuse_size(11)
    assert caught.value.most == 10


def test_a_file_has_5_tib_at_most_where_the_bucket_says_nothing() -> None:
    BUCKET.refuse_size(MAX_FILE_SIZE)
    with pytest.raises(FileTooLargeError):
        BUCKET.refuse_size(MAX_FILE_SIZE + 1)


@pytest.mark.parametrize("type_", ["image/png", "text/plain", "text/x"])
def test_a_type_of_the_list_or_of_a_group_is_taken(type_: str) -> None:
    replace(BUCKET, allowed_types=("image/png", "text/*")).refuse_type(type_)


@pytest.mark.parametrize("type_", ["image/jpeg", "textual/x", "application/json"])
def test_another_type_is_refused(type_: str) -> None:
    with pytest.raises(TypeNotAllowedError):
        replace(BUCKET, allowed_types=("image/png", "text/*")).refuse_type(type_)


def test_a_bucket_without_a_list_takes_any_type() -> None:
    BUCKET.refuse_type("application/x-anything")
