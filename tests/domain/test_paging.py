"""Cursors and the arguments of connections."""

from __future__ import annotations

import base64
import json

import pytest

from domain.errors import InvalidInputError
from domain.paging import DEFAULT_SIZE, Kind, Order, SortKey, Window, page_of, window

ORDER = Order((SortKey("name", Kind.TEXT, nullable=True), SortKey("id", Kind.ID)))
ID = "0190a0a0-0000-7000-8000-000000000000"


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


SIGNATURE = "name+,id+"


def test_a_cursor_is_read_by_its_own_order_only() -> None:
    cursor = encoded([SIGNATURE, None, ID])

    assert ORDER.read(cursor, "after")[0] is None
    other = Order((SortKey("name", Kind.TEXT, nullable=True, descending=True), SortKey("id", Kind.ID)))
    with pytest.raises(InvalidInputError) as refused:
        other.read(cursor, "after")
    assert refused.value.path == ("after",)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ä",
        "!!!!",
        "\ud800",
        "A" * 10_000,
        encoded(1),
        encoded({}),
        encoded([]),
        encoded([SIGNATURE]),
        encoded([SIGNATURE, "a"]),
        encoded([SIGNATURE, "a", ID, 1]),
        encoded([SIGNATURE, 1, ID]),
        encoded([SIGNATURE, ["a"], ID]),
        encoded([SIGNATURE, "a", "no id"]),
        encoded([SIGNATURE, "a", None]),
        encoded([["name+,id+"], "a", ID]),
        base64.urlsafe_b64encode(b"[" * 6000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        ORDER.read(cursor, "after")


@pytest.mark.parametrize(
    ("kind", "value"), [(Kind.TIME, "2026-01-01T00:00:00"), (Kind.TIME, "now"), (Kind.RUNG, 4), (Kind.FLAG, 1)]
)
def test_a_value_of_a_cursor_has_its_kind(kind: Kind, value: object) -> None:
    order = Order((SortKey("x", kind),))

    with pytest.raises(InvalidInputError):
        order.read(encoded(["x+", value]), "before")


def test_the_sizes_of_pages() -> None:
    assert window(ORDER, None, None) == Window(DEFAULT_SIZE)
    assert window(ORDER, 100, None) == Window(100)
    assert window(ORDER, None, None, 1) == Window(1, backward=True)


@pytest.mark.parametrize(("first", "last"), [(0, None), (101, None), (-1, None), (None, 0), (None, 101), (1, 1)])
def test_a_size_that_is_none_is_refused(first: int | None, last: int | None) -> None:
    with pytest.raises(InvalidInputError):
        window(ORDER, first, None, last)


def test_the_row_too_many_tells_whether_there_is_more() -> None:
    forward = page_of("abc", Window(2))
    backward = page_of("cba", Window(2, backward=True))

    assert (forward.rows, forward.has_next, forward.has_previous) == (("a", "b"), True, False)
    assert (backward.rows, backward.has_next, backward.has_previous) == (("b", "c"), False, True)


SIZES = Order((SortKey("size", Kind.NUMBER), SortKey("id", Kind.ID)))


@pytest.mark.parametrize("size", [0, 5 * 1024**4, 2**63 - 1, -(2**63)])
def test_a_cursor_holds_whole_numbers_of_64_bits(size: int) -> None:
    assert SIZES.read(encoded(["size+,id+", size, ID]), "after")[0] == size


@pytest.mark.parametrize("size", [2**63, -(2**63) - 1, 1.5, "1", None])
def test_a_cursor_holds_no_other_numbers(size: object) -> None:
    with pytest.raises(InvalidInputError):
        SIZES.read(encoded(["size+,id+", size, ID]), "after")
