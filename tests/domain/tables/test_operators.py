from __future__ import annotations

import pytest

from domain.tables.catalog import DataType, TypeKind
from domain.tables.operators import (
    EQUALITY,
    KEYS,
    ORDERING,
    PATTERNS,
    OperandKind,
    Operator,
    operand_of,
    operators_of,
)
from tests.domain.tables.catalogs import INTEGER, array, base, domain

COMPARED = {*EQUALITY, *ORDERING}


@pytest.mark.parametrize(
    "name", ["int2", "int4", "int8", "numeric", "float8", "uuid", "timestamptz", "date", "bytea", "inet"]
)
def test_ordered_types_are_compared(name: str) -> None:
    assert set(operators_of(base(name))) == COMPARED


@pytest.mark.parametrize("name", ["text", "varchar", "bpchar", "name", "char", "citext"])
def test_texts_match_patterns_too(name: str) -> None:
    assert set(operators_of(base(name))) == {*COMPARED, *PATTERNS}


def test_booleans_are_equal_or_not() -> None:
    assert operators_of(base("bool")) == EQUALITY


def test_jsonb_contains_and_has_keys_and_no_order() -> None:
    assert set(operators_of(base("jsonb"))) == {*EQUALITY, *KEYS, Operator.CONTAINS, Operator.CONTAINED_IN}


@pytest.mark.parametrize("name", ["json", "xml", "point", "jsonpath", "refcursor"])
def test_types_without_equality_have_no_operators(name: str) -> None:
    assert operators_of(base(name)) == ()


@pytest.mark.parametrize("name", ["text", "json", "bool", "point", "mood"])
def test_enums_are_compared_whatever_they_are_called(name: str) -> None:
    assert set(operators_of(DataType("public", name, TypeKind.ENUM, labels=("a",)))) == COMPARED


@pytest.mark.parametrize("kind", [TypeKind.COMPOSITE, TypeKind.PSEUDO])
def test_rows_and_pseudo_types_have_no_operators(kind: TypeKind) -> None:
    assert operators_of(DataType("public", "text", kind)) == ()


def test_arrays_are_compared_and_contain() -> None:
    assert set(operators_of(array(INTEGER))) == {
        Operator.EQ,
        Operator.NEQ,
        *ORDERING,
        Operator.CONTAINS,
        Operator.CONTAINED_IN,
        Operator.OVERLAPS,
    }


def test_arrays_of_what_has_no_equality_have_no_operators() -> None:
    assert operators_of(array(base("json"))) == ()


@pytest.mark.parametrize("type_", [INTEGER, base("text"), base("jsonb"), array(INTEGER), base("json")])
def test_a_domain_has_the_operators_of_its_base(type_: DataType) -> None:
    assert operators_of(domain("d", type_)) == operators_of(type_)


@pytest.mark.parametrize(
    ("operator", "operand"),
    [
        (Operator.EQ, OperandKind.SAME),
        (Operator.CONTAINS, OperandKind.SAME),
        (Operator.OVERLAPS, OperandKind.SAME),
        (Operator.IN, OperandKind.SAME_LIST),
        (Operator.NIN, OperandKind.SAME_LIST),
        (Operator.LIKE, OperandKind.TEXT),
        (Operator.NIREGEX, OperandKind.TEXT),
        (Operator.HAS_KEY, OperandKind.TEXT),
        (Operator.HAS_KEYS_ANY, OperandKind.TEXT_LIST),
        (Operator.HAS_KEYS_ALL, OperandKind.TEXT_LIST),
    ],
)
def test_each_operator_says_what_it_is_given(operator: Operator, operand: OperandKind) -> None:
    assert operand_of(operator) is operand
