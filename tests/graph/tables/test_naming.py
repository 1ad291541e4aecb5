from __future__ import annotations

import re

import pytest
from graphql.type import assert_name
from hypothesis import given
from hypothesis import strategies as st

from graph.tables.naming import CamelNaming, SnakeNaming, is_legal, legal, unused

CAMEL, SNAKE = CamelNaming(), SnakeNaming()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("album", "album"),
        ("Album2", "Album2"),
        ("_private", "_private"),
        ("two words", "two_words"),
        ("a.b-c", "a_b_c"),
        ("été", "ete"),
        ("2fast", "_2fast"),
        ("__typename", "_typename"),
        ("_", "_5f"),
        ("日本", "_65e5_672c"),
        ("😀", "_1f600"),
        ("a😀b", "a_b"),
        (" a ", "_a_"),
        ("'; --", "_27_3b_20_2d_2d"),
    ],
)
def test_a_text_becomes_a_name_that_graphql_holds(text: str, name: str) -> None:
    assert legal(text) == name


@given(st.text(min_size=1))
def test_any_text_becomes_a_name(text: str) -> None:
    assert assert_name(legal(text)) == legal(text)
    assert not legal(text).startswith("__")


@given(st.text(min_size=1))
def test_a_name_stays_itself(text: str) -> None:
    assert legal(legal(text)) == legal(text)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_any_words_make_fields_and_types(words: list[str]) -> None:
    for naming in (CAMEL, SNAKE):
        assert re.fullmatch("[_A-Za-z][_0-9A-Za-z]*", naming.field(*words))
        assert re.fullmatch("[_A-Za-z][_0-9A-Za-z]*", naming.type(*words))


@pytest.mark.parametrize(
    ("text", "answer"), [("album", True), ("two words", False), ("__x", False), ("2", False), ("_", False)]
)
def test_legal_names_are_told(text: str, answer: object) -> None:
    assert is_legal(text) is answer


@pytest.mark.parametrize(
    ("words", "field", "type_"),
    [
        (["invoice_line"], "invoiceLine", "InvoiceLine"),
        (["invoice_line", "by_pk"], "invoiceLineByPk", "InvoiceLineByPk"),
        (["insert", "album", "one"], "insertAlbumOne", "InsertAlbumOne"),
        (["Invoice"], "invoice", "Invoice"),
        (["InvoiceLine"], "invoiceLine", "InvoiceLine"),
        (["URL"], "url", "URL"),
        (["URLPath"], "urlPath", "URLPath"),
        (["_secret"], "_secret", "_Secret"),
        (["a__b"], "aB", "AB"),
        (["a_b_"], "aB", "AB"),
        (["2fast"], "_2fast", "_2fast"),
        (["sales", "customer"], "salesCustomer", "SalesCustomer"),
        (["top10_hits"], "top10Hits", "Top10Hits"),
    ],
)
def test_camel_names(words: list[str], field: str, type_: str) -> None:
    assert (CAMEL.field(*words), CAMEL.type(*words)) == (field, type_)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["invoice_line"], "invoice_line"),
        (["track", "by_pk"], "track_by_pk"),
        (["Invoice"], "Invoice"),
        (["a b"], "a_b"),
    ],
)
def test_snake_names(words: list[str], name: str) -> None:
    assert SNAKE.field(*words) == SNAKE.type(*words) == name


def test_operators_begin_with_an_underscore() -> None:
    assert (CAMEL.operator("is_null"), SNAKE.operator("is_null")) == ("_isNull", "_is_null")


def test_enum_values_are_in_upper_case_or_as_they_are() -> None:
    assert (CAMEL.enum_value("asc_nulls_first"), SNAKE.enum_value("asc_nulls_first")) == (
        "ASC_NULLS_FIRST",
        "asc_nulls_first",
    )


@pytest.mark.parametrize(
    ("taken", "name"), [(set(), "a"), ({"b"}, "a"), ({"a"}, "a2"), ({"a", "a2"}, "a3"), ({"a", "a3"}, "a2")]
)
def test_a_taken_name_gets_the_smallest_number_that_is_free(taken: set[str], name: str) -> None:
    assert unused("a", taken) == name
