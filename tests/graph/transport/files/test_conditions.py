"""Preconditions and ranges, by the tables of RFC 9110."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.transport.files.conditions import RangeError, Representation, Verdict, asked_range, judge

FOUND = Representation(100, b'"abc"', datetime(2026, 5, 4, 3, 2, 1, 500_000, UTC))
EXACTLY = b"Mon, 04 May 2026 03:02:01 GMT"
BEFORE = b"Mon, 04 May 2026 03:02:00 GMT"
AFTER = b"Mon, 04 May 2026 03:02:02 GMT"
EMPTY = Representation(0, b'"abc"', FOUND.modified_at)


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({}, Verdict.SEND),
        ({b"if-match": b'"abc"'}, Verdict.SEND),
        ({b"if-match": b'"x", "abc"'}, Verdict.SEND),
        ({b"if-match": b"*"}, Verdict.SEND),
        ({b"if-match": b'"x"'}, Verdict.FAILED),
        ({b"if-match": b'W/"abc"'}, Verdict.FAILED),
        ({b"if-match": b"abc"}, Verdict.FAILED),
        ({b"if-none-match": b'"abc"'}, Verdict.NOT_MODIFIED),
        ({b"if-none-match": b'W/"abc"'}, Verdict.NOT_MODIFIED),
        ({b"if-none-match": b'"a,b" , "abc"'}, Verdict.NOT_MODIFIED),
        ({b"if-none-match": b"*"}, Verdict.NOT_MODIFIED),
        ({b"if-none-match": b'"x"'}, Verdict.SEND),
        ({b"if-none-match": b""}, Verdict.SEND),
        ({b"if-modified-since": EXACTLY}, Verdict.NOT_MODIFIED),
        ({b"if-modified-since": AFTER}, Verdict.NOT_MODIFIED),
        ({b"if-modified-since": BEFORE}, Verdict.SEND),
        ({b"if-modified-since": b"yesterday"}, Verdict.SEND),
        ({b"if-unmodified-since": EXACTLY}, Verdict.SEND),
        ({b"if-unmodified-since": BEFORE}, Verdict.FAILED),
        ({b"if-unmodified-since": b"yesterday"}, Verdict.SEND),
        # Section 13.2.2: the tags go before the dates.
        ({b"if-match": b'"abc"', b"if-unmodified-since": BEFORE}, Verdict.SEND),
        ({b"if-none-match": b'"x"', b"if-modified-since": AFTER}, Verdict.SEND),
        ({b"if-match": b'"x"', b"if-none-match": b'"abc"'}, Verdict.FAILED),
        ({b"if-match": b'"abc"', b"if-none-match": b'"abc"'}, Verdict.NOT_MODIFIED),
        # Section 5.6.7: the older forms of dates.
        ({b"if-modified-since": b"Monday, 04-May-26 03:02:01 GMT"}, Verdict.NOT_MODIFIED),
        ({b"if-modified-since": b"Mon May  4 03:02:01 2026"}, Verdict.NOT_MODIFIED),
    ],
)
def test_preconditions(headers: dict[bytes, bytes], verdict: Verdict) -> None:
    assert judge(headers, FOUND) is verdict


@pytest.mark.parametrize(
    ("value", "span"),
    [
        (b"bytes=0-0", (0, 1)),
        (b"bytes=0-99", (0, 100)),
        (b"bytes=10-19", (10, 10)),
        (b"bytes=10-1000", (10, 90)),
        (b"bytes=90-", (90, 10)),
        (b"bytes=-10", (90, 10)),
        (b"bytes=-1000", (0, 100)),
        (b"Bytes=1-2", (1, 2)),
        (b"bytes=0-" + b"9" * 500, (0, 100)),
    ],
)
def test_a_range_is_a_part(value: bytes, span: tuple[int, int]) -> None:
    assert asked_range({b"range": value}, FOUND) == span


@pytest.mark.parametrize(
    "value", [b"", b"bytes=", b"bytes=-", b"bytes=a-b", b"bytes=5-2", b"lines=1-2", b"bytes 1-2", b"bytes=1 -2"]
)
def test_what_is_no_range_is_ignored(value: bytes) -> None:
    assert asked_range({b"range": value}, FOUND) is None


@pytest.mark.parametrize("value", [b"bytes=100-", b"bytes=100-200", b"bytes=-0", b"bytes=" + b"9" * 500 + b"-"])
def test_a_range_behind_the_end_is_refused(value: bytes) -> None:
    with pytest.raises(RangeError) as refused:
        asked_range({b"range": value}, FOUND)
    assert refused.value.size == 100


@pytest.mark.parametrize("value", [b"bytes=0-1,5-6", b"bytes=0-1, -1", b"bytes=0-,0-,0-"])
def test_several_ranges_are_refused(value: bytes) -> None:
    with pytest.raises(RangeError):
        asked_range({b"range": value}, FOUND)


def test_the_end_of_an_empty_file_is_all_of_it() -> None:
    assert asked_range({b"range": b"bytes=-5"}, EMPTY) is None


def test_an_empty_file_has_no_first_byte() -> None:
    with pytest.raises(RangeError):
        asked_range({b"range": b"bytes=0-"}, EMPTY)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (b'"abc"', True),
        (EXACTLY, True),
        (b'"x"', False),
        (b'W/"abc"', False),
        (BEFORE, False),
        (AFTER, False),
        (b"x", False),
    ],
)
def test_a_range_is_about_one_state_of_the_file(condition: bytes, holds: bool) -> None:  # noqa: FBT001 - a case
    assert asked_range({b"range": b"bytes=1-2", b"if-range": condition}, FOUND) == ((1, 2) if holds else None)
