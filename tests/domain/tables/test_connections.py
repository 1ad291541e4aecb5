from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest

from domain.errors import InvalidInputError
from domain.tables.connections import read_cursor, signature_of
from domain.tables.operators import Direction
from domain.tables.plan import And, Or, OrderTerm, Rows
from tests.domain.tables.catalogs import table

THING = table("thing", "id n?")
ROWS = Rows(THING, (), order_by=(OrderTerm(THING.by_name["n"], Direction.ASC),))


def encoded(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_cursor_is_its_orders_values() -> None:
    assert read_cursor(encoded(["s", "é", None, ""]), "s", 3) == ("é", None, "")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "é",
        "\ud800",
        encoded(None),
        encoded([]),
        encoded({}),
        encoded("s"),
        encoded(7),
        encoded(["t", "1"]),
        encoded(["s"]),
        encoded(["s", "1", "2"]),
        encoded(["s", 1]),
        encoded(["s", ["1"]]),
        encoded(["s", {"a": 1}]),
        encoded(["s", "\0"]),
        encoded(["s", "\ud800"]),
        urlsafe_b64encode(b"[" * 50_000).decode(),
        urlsafe_b64encode(b'["s", "\xff"]').decode(),
        "A" * 200_000,
    ],
)
def test_anything_else_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        read_cursor(cursor, "s", 1)


def test_a_signature_tells_orders_apart_and_no_filters() -> None:
    other = replace(ROWS, order_by=(OrderTerm(THING.by_name["n"], Direction.DESC),))
    elsewhere = Rows(table("other", "id n?"), (), order_by=ROWS.order_by)

    assert signature_of(replace(ROWS, where=Or((And(()),)))) == signature_of(ROWS)
    assert len({signature_of(rows) for rows in (ROWS, other, elsewhere)}) == 3


def test_directions_that_order_alike_have_one_signature() -> None:
    longer = replace(ROWS, order_by=(OrderTerm(THING.by_name["n"], Direction.ASC_NULLS_LAST),))

    assert signature_of(longer) == signature_of(ROWS)


def test_signatures_stay_the_same_for_ever() -> None:
    assert signature_of(ROWS) == "244c022d7017"
