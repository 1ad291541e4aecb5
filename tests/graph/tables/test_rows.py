"""Rows to insert are read column by column where that is quicker, and come to the same as row by row."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLFloat, GraphQLInputField, GraphQLInputObjectType, GraphQLInt, GraphQLList, GraphQLString
from hypothesis import given
from hypothesis import strategies as st

from graph.tables.coercion import coercer
from graph.tables.invalid import InvalidError
from graph.tables.rows import ROW, RowCoercer, _Rows

FIELDS: dict[str, Any] = {
    "name": GraphQLString,
    "count": GraphQLInt,
    "weight": GraphQLFloat,
    "tags": GraphQLList(GraphQLString),
}
TYPE = GraphQLInputObjectType(
    "Thing", {name: GraphQLInputField(type_) for name, type_ in FIELDS.items()}, extensions={ROW: True}
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.text() | st.none() | st.sampled_from(["\0", "\ud800", "ä", 1, True, ["x"]]),
    "count": st.integers(-5, 5)
    | st.none()
    | st.sampled_from([True, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 1.0, "1"]),
    "weight": st.floats() | st.integers() | st.none() | st.sampled_from(["1", True]),
    "tags": st.lists(st.text() | st.none(), max_size=2) | st.none() | st.sampled_from(["x", ["\0"], 3]),
    "unknown": st.none(),
}
ROWS: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional=VALUES) | st.sampled_from([None, 1, [], "x"])


@st.composite
def alike(draw: st.DrawFn) -> list[Any]:
    """Rows that mostly give the same fields, in an order of their own."""
    names = draw(st.lists(st.sampled_from(list(FIELDS)), unique=True))
    rows: list[Any] = [
        {name: draw(VALUES[name]) for name in draw(st.just(names) | st.permutations(names))}
        for _ in range(draw(st.integers(0, 6)))
    ]
    return rows + draw(st.lists(ROWS, max_size=1))


def outcome(rows: list[Any]) -> Any:
    """The shape and the leaves, or what is wrong and where."""
    leaves: list[Any] = []
    try:
        return RowCoercer(TYPE, coercer).all(rows, leaves), leaves
    except InvalidError as error:
        return error.message, error.path


def row_by_row(_: _Rows, rows: list[Any]) -> bool:  # noqa: ARG001 - the signature of what it takes the place of
    return False


@given(rows=alike())
def test_column_by_column_is_what_row_by_row_is(rows: list[Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Rows, "add_alike", row_by_row)
        expected = outcome(rows)

    assert outcome(rows) == expected


def test_a_thousand_rows_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(_Rows, "add")

    assert (
        outcome([{"name": f"{number}", "count": number} for number in range(1000)])[1]
        == [[f"{number}" for number in range(1000)]] * 2
    )
