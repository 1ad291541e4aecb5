from __future__ import annotations

from typing import Any

import pytest
from graphql import build_schema, get_introspection_query, parse, validate

from graph.errors import DocumentError
from graph.limits import Limits, check_document


def refusal(document: str, **limits: Any) -> str | None:
    """What the limits say against a document."""
    try:
        check_document(parse(document), Limits(**limits))
    except DocumentError as error:
        return error.message
    return None


@pytest.mark.parametrize(
    ("document", "levels"),
    [
        ("{ a }", 1),
        ("{ a { b { c } } }", 3),
        ("{ a { b } c { d { e } } }", 3),
        ("{ ... { ... { a } } }", 1),
        ("{ ...A } fragment A on T { a { ...B } } fragment B on T { b { c } }", 3),
        ("{ a { ...A } b { c { ...A } } } fragment A on T { d }", 3),
        ("query A { a } query B { a { b } }", 2),
    ],
)
def test_levels_are_counted_with_fragments_written_out(document: str, levels: int) -> None:
    assert refusal(document, max_depth=levels) is None
    assert refusal(document, max_depth=levels - 1) == (
        f"The operation has more levels of fields than the {levels - 1} allowed, fragments written out."
    )


@pytest.mark.parametrize(
    ("document", "aliases"),
    [
        ("{ x: a y: a z: a }", 3),
        ("{ x: a { y: b } }", 2),
        ("{ a { ...A } b { ...A } } fragment A on T { x: c y: d }", 4),
        ("{ a { ...A b { ...A } } } fragment A on T { ...B ...B } fragment B on T { x: c }", 4),
    ],
)
def test_aliases_are_counted_with_fragments_written_out(document: str, aliases: int) -> None:
    assert refusal(document, max_aliases=aliases) is None
    assert "aliases" in (refusal(document, max_aliases=aliases - 1) or "")


@pytest.mark.parametrize(
    ("document", "directives"),
    [
        ("{ a @x @x b @x }", 3),
        ("query Q($a: Int @x) @x { a }", 2),
        ("{ ... @x { a @x } ...A @x } fragment A on T @x { b @x }", 5),
    ],
)
def test_directives_are_counted_wherever_they_stand(document: str, directives: int) -> None:
    assert refusal(document, max_directives=directives) is None
    assert "directives" in (refusal(document, max_directives=directives - 1) or "")


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        ("{ a b c }", 3),
        ("{ a a a }", 3),
        ("{ a { x y z } b }", 2),
        ("{ a ... { b c } ...A } fragment A on T { d }", 4),
    ],
)
def test_root_fields_are_counted_through_fragments(document: str, fields: int) -> None:
    assert refusal(document, max_root_fields=fields) is None
    assert "root fields" in (refusal(document, max_root_fields=fields - 1) or "")


def test_fields_that_fragments_multiply_are_refused_without_writing_them_out() -> None:
    fragments = " ".join(
        f"fragment F{level} on T {{ a {{ ...F{level + 1} }} b {{ ...F{level + 1} }} }}" for level in range(18)
    )
    document = "{ ...F0 } " + fragments + " fragment F18 on T { a }"
    assert refusal(document) == "The operation has more fields than the 10000 allowed, fragments written out."


@pytest.mark.parametrize(
    "document",
    [
        "{ ...A } fragment A on T { a { ...A } }",
        "{ ...A } fragment A on T { a { ...B } } fragment B on T { b { ...A } }",
        "{ ...Missing }",
    ],
)
def test_fragments_in_a_cycle_are_left_to_validation(document: str) -> None:
    assert refusal(document) is None


def test_the_introspection_of_tools_passes_whatever_the_depth() -> None:
    # GraphiQL, Apollo and Relay send graphql-js's query, whose twin this is.
    assert refusal(get_introspection_query(schema_description=True), max_depth=1) is None
    assert refusal('{ __type(name: "A") { fields { type { ofType { name } } } } }', max_depth=1) is None


def test_fields_beside_introspection_keep_their_limit() -> None:
    assert refusal("{ __schema { types { name } } a { b { c } } }", max_depth=2) is not None


def test_introspection_that_multiplies_lists_is_invalid() -> None:
    schema = build_schema("type Query { a: Int }")
    nested = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }"
    assert "introspection" in validate(schema, parse(nested))[0].message


@pytest.mark.parametrize(
    "document",
    [
        "{ x { " + "b { h } " * 150 + "} }",
        "{ x { " + "b { " * 12 + "b { h } " * 150 + "} " * 12 + "} }",
        "{ x { " + ("b { " + "c { h } " * 13 + "} ") * 13 + "} }",
        "{ x { " + "... { b { h } } " * 150 + "} }",
        "{ x { "
        + " ".join(f"...F{n}" for n in range(150))
        + " } }"
        + " ".join(f"fragment F{n} on T {{ b {{ h }} }}" for n in range(150)),
    ],
)
def test_selecting_into_the_same_field_too_often_is_refused(document: str) -> None:
    assert refusal(document, max_depth=50) == "The operation selects into the same fields too often."


@pytest.mark.parametrize(
    "document",
    [
        "{ x { " + "b { h } " * 100 + "} }",
        "{ x { " + "h " * 5000 + "} }",
        "{ " + " ".join(f"f{n} {{ ...F ...F }}" for n in range(50)) + " } fragment F on T { b { h } c { h } }",
    ],
)
def test_documents_may_repeat_fields(document: str) -> None:
    assert refusal(document) is None


def test_a_cycle_of_fragments_that_doubles_ends() -> None:
    assert refusal("{ ...A } fragment A on T { a { ...A } b { ...A } }") is None
