from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLError, parse_value

from domain.tables.catalog import DataType, TypeKind
from graph.tables.scalars import as_text, make_scalar
from tests.domain.tables.catalogs import base


def given(name: str, value: Any) -> str:
    """What PostgreSQL gets for a variable's value."""
    return str(make_scalar(base(name), name).coerce_input_value(value))


def written(name: str, text: str) -> str:
    """What PostgreSQL gets for a literal."""
    read: Any = make_scalar(base(name), name).coerce_input_literal
    return str(read(parse_value(text)))


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("int8", 5, "5"),
        ("int8", "-9223372036854775808", "-9223372036854775808"),
        ("numeric", 1.5, "1.5"),
        ("numeric", 7, "7"),
        ("numeric", "1.10", "1.10"),
        ("numeric", "1e-7", "1e-7"),
        ("numeric", "NaN", "NaN"),
        ("numeric", "-Infinity", "-Infinity"),
        ("uuid", "0190A6C4-5F0E-7C3A-9F7E-3B0A2F1D4C5E", "0190a6c4-5f0e-7c3a-9f7e-3b0a2f1d4c5e"),
        ("jsonb", {"a": [1, None, "é"]}, '{"a":[1,null,"é"]}'),
        ("jsonb", "text", '"text"'),
        ("json", False, "false"),
        ("date", "2026-05-31", "2026-05-31"),
        ("interval", 5, "5"),
        ("citext", "Text", "Text"),
        ("hstore", "a=>1", "a=>1"),
        ("hstore", {}, ""),
        ("hstore", {"a": "1", 'b "\\': None}, r'"a"=>"1", "b \"\\"=>NULL'),
        ("vector", [1, -2.5, 1e-7], "[1,-2.5,1e-07]"),
        ("vector", [], "[]"),
        ("halfvec", "[1,2]", "[1,2]"),
        ("sparsevec", [0, 1.5, 0.0, -2], "{2:1.5,4:-2}/4"),
        ("sparsevec", [0], "{}/1"),
    ],
)
def test_values_become_the_text_that_postgresql_reads(name: str, value: Any, text: str) -> None:
    assert given(name, value) == text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("int8", True),
        ("int8", 1.5),
        ("int8", "1.0"),
        ("int8", "x"),
        ("int8", 2**63),
        ("int8", "9" * 30),
        ("int8", "\u0661"),
        ("numeric", "1,5"),
        ("numeric", ""),
        ("numeric", True),
        ("numeric", "1e9999999"),
        ("numeric", [1]),
        ("uuid", "x"),
        ("uuid", 5),
        ("jsonb", "\ud800"),
        ("date", True),
        ("date", {}),
        ("date", "2026\0"),
        ("citext", "\ud800"),
        ("hstore", {"a": 1}),
        ("hstore", ["a"]),
        ("vector", 1),
        ("vector", ["1"]),
        ("vector", [True]),
        ("vector", [float("nan")]),
        ("sparsevec", [None]),
    ],
)
def test_other_values_are_refused(name: str, value: Any) -> None:
    with pytest.raises(GraphQLError):
        given(name, value)


@pytest.mark.parametrize(
    ("name", "literal", "text"),
    [
        ("numeric", "1.100000000000000000000000000001", "1.100000000000000000000000000001"),
        ("numeric", "-0.0", "-0.0"),
        ("numeric", '"2.50"', "2.50"),
        ("int8", "9007199254740993", "9007199254740993"),
        ("jsonb", "12345678901234567890123.10", "12345678901234567890123.10"),
        ("jsonb", '{a: 1, b: ["x", null, true], c: enum}', '{"a":1,"b":["x",null,true],"c":"enum"}'),
        ("jsonb", "{a: [1e400, 12345678901234567.123456789], b: 123456789012345678901}", '{"a":[1e400,12345678901234567.123456789],"b":123456789012345678901}'),
        ("date", '"2026-05-31"', "2026-05-31"),
    ],
)  # fmt: skip
def test_literals_keep_every_digit(name: str, literal: str, text: str) -> None:
    assert written(name, literal) == text


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(GraphQLError) as caught:
        given("uuid", "x" * 1000)

    assert len(caught.value.message) < 200


def test_a_type_of_ones_own_is_read_as_text_whatever_it_is_called() -> None:
    scalar = make_scalar(DataType("public", "json", TypeKind.ENUM, labels=("a b",)), "json2")

    assert scalar.coerce_input_value("a b") == "a b"


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (False, "false"), (7, "7"), (1.0, "1"), (1.5, "1.5"), (1e300, str(int(1e300))), ("x", "x")],
)
def test_leaves_become_texts(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_numbers_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(GraphQLError):
        as_text(value)


@pytest.mark.parametrize("value", ["a\0", "\ud800"])
def test_texts_that_postgresql_cannot_hold_are_refused(value: str) -> None:
    with pytest.raises(GraphQLError):
        as_text(value)
