from __future__ import annotations

import pytest

from domain.tables.catalog import DataType, TypeKind
from domain.tables.operators import (
    CONTAINMENT,
    EQUALITY,
    JSON_PATHS,
    KEYS,
    LABELS,
    ORDERING,
    PATTERNS,
    RANGES,
    OperandKind,
    Operator,
    operand_of,
    operand_type,
    operators_of,
    takes_list,
)
from tests.domain.tables.catalogs import INTEGER, TEXT, array, base, domain

COMPARED = {*EQUALITY, *ORDERING}


@pytest.mark.parametrize(
    "name", ["int2", "int4", "int8", "numeric", "float8", "uuid", "timestamptz", "date", "bytea", "inet"]
)
def test_ordered_types_are_compared(name: str) -> None:
    assert set(operators_of(base(name))) == COMPARED


@pytest.mark.parametrize("name", ["text", "varchar", "bpchar", "name", "char", "citext"])
def test_texts_match_patterns_too(name: str) -> None:
    assert set(operators_of(base(name))) == {*COMPARED, *PATTERNS, Operator.SEARCH}


def test_booleans_are_compared() -> None:
    assert set(operators_of(base("bool"))) == COMPARED


def test_jsonb_contains_and_has_keys_and_paths() -> None:
    assert set(operators_of(base("jsonb"))) == {*COMPARED, *CONTAINMENT, *KEYS, *JSON_PATHS}


@pytest.mark.parametrize("kind", [TypeKind.RANGE, TypeKind.MULTIRANGE])
def test_ranges_contain_and_have_a_place(kind: TypeKind) -> None:
    assert set(operators_of(DataType("pg_catalog", "r", kind, subtype=INTEGER))) == {*COMPARED, *RANGES}


def test_a_range_of_an_unknown_type_contains_no_single_value() -> None:
    assert Operator.CONTAINS_ELEMENT not in operators_of(DataType("pg_catalog", "r", TypeKind.RANGE))


def test_documents_of_words_are_searched() -> None:
    assert set(operators_of(base("tsvector"))) == {*COMPARED, Operator.SEARCH}


def test_paths_of_labels_have_ancestors_and_descendants() -> None:
    assert set(operators_of(base("ltree", "public"))) == {*COMPARED, *LABELS}


@pytest.mark.parametrize("name", ["json", "point", "text"])
def test_types_without_an_order_have_no_operators(name: str) -> None:
    assert operators_of(DataType("pg_catalog", name, TypeKind.BASE, sortable=False)) == ()


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


def test_arrays_of_what_has_no_order_have_no_operators() -> None:
    assert operators_of(array(DataType("pg_catalog", "json", TypeKind.BASE, sortable=False))) == ()


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


RANGE = DataType("pg_catalog", "int4range", TypeKind.RANGE, subtype=INTEGER)
LTREE = base("ltree", "labels")


@pytest.mark.parametrize(
    ("operator", "type_", "operand", "many"),
    [
        (Operator.EQ, domain("d", INTEGER), INTEGER, False),
        (Operator.IN, INTEGER, INTEGER, True),
        (Operator.LIKE, base("varchar"), TEXT, False),
        (Operator.LIKE, base("citext", "public"), base("citext", "public"), False),
        (Operator.SEARCH, base("citext", "public"), TEXT, False),
        (Operator.SEARCH, base("tsvector"), TEXT, False),
        (Operator.HAS_KEY, base("jsonb"), TEXT, False),
        (Operator.HAS_KEYS_ANY, base("jsonb"), TEXT, True),
        (Operator.JSONB_PATH_EXISTS, base("jsonb"), base("jsonpath"), False),
        (Operator.CONTAINS, RANGE, RANGE, False),
        (Operator.CONTAINS_ELEMENT, RANGE, INTEGER, False),
        (Operator.CONTAINS_ELEMENT, domain("d", RANGE), INTEGER, False),
        (Operator.ANCESTOR, LTREE, LTREE, False),
        (Operator.ANCESTOR_ANY, LTREE, LTREE, True),
        (Operator.MATCHES, LTREE, base("lquery", "labels"), False),
        (Operator.MATCHES_ANY, LTREE, base("lquery", "labels"), True),
        (Operator.MATCHES_FULLTEXT, LTREE, base("ltxtquery", "labels"), False),
    ],
)
def test_each_operator_says_of_which_type_its_value_is(
    operator: Operator, type_: DataType, operand: DataType, *, many: bool
) -> None:
    assert (operand_type(operator, type_), takes_list(operator)) == (operand, many)
