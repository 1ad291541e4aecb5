from __future__ import annotations

from typing import Any

import pytest
from graphql import build_schema, get_introspection_query, parse, print_ast

from graph.documents import CheckedDocument, Documents
from graph.errors import DocumentError
from graph.limits import Limits
from graph.operations import OperationKind
from graph.served import ServedSchema

SCHEMA = build_schema("type Query { a: Int b: Query } type Mutation { a: Int } type Subscription { a: Int }")
OTHER = build_schema("type Query { other: Int }")


def check(query: str, documents: Documents | None = None, **limits: Any) -> CheckedDocument:
    documents = documents or Documents(Limits(**limits), introspection=True)
    return documents.check(query, ServedSchema(SCHEMA, "1"))


def refused(query: str, **limits: Any) -> tuple[str, str]:
    """The code and the message with which a document is refused."""
    with pytest.raises(DocumentError) as error:
        check(query, **limits)
    (entry,) = error.value.entries
    return entry["extensions"]["code"], entry["message"]


def test_a_document_is_checked_once() -> None:
    documents = Documents(Limits(), introspection=True)
    assert check("{ a }", documents) is check("{ a }", documents)


def test_a_document_is_checked_for_every_role_and_version() -> None:
    documents = Documents(Limits(), introspection=True)
    documents.check("{ a }", ServedSchema(SCHEMA, "1", role="role"))
    for role, backend, version in (("other", False, "1"), ("role", False, "2"), ("role", True, "1")):
        with pytest.raises(DocumentError):
            documents.check("{ a }", ServedSchema(OTHER, version, role=role, backend=backend))


@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ("{ a a a }", {"max_tokens": 4}),
        ("#\n#\n#\n#\n#\n{ a }", {"max_tokens": 4}),
    ],
)
def test_tokens_are_counted_while_parsing(query: str, limits: dict[str, int]) -> None:
    assert refused(query, **limits)[0] == "GRAPHQL_PARSE_FAILED"


def test_limits_come_before_validation() -> None:
    assert "levels" in refused("{ unknown { unknown } }", max_depth=1)[1]


def test_chains_of_fragments_are_refused_not_crashed_on() -> None:
    fragments = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(1200))
    assert refused("{ ...F0 } " + fragments)[0] == "GRAPHQL_VALIDATION_FAILED"


def test_a_document_without_an_operation_is_refused() -> None:
    documents = Documents(Limits(), introspection=True)
    with pytest.raises(DocumentError):
        check("fragment A on Query { a }", documents)


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        ("{ a }", None, OperationKind.QUERY),
        ("mutation A { a }", None, OperationKind.MUTATION),
        ("query A { a } subscription B { a }", "B", OperationKind.SUBSCRIPTION),
    ],
)
def test_the_operation_is_chosen_by_its_name(query: str, name: str | None, kind: OperationKind) -> None:
    assert check(query).kind(name) is kind


@pytest.mark.parametrize(
    ("query", "name"), [("{ a }", "A"), ("query A { a }", "B"), ("query A { a } query B { a }", None)]
)
def test_a_name_that_fits_none_or_many_is_refused(query: str, name: str | None) -> None:
    with pytest.raises(DocumentError):
        check(query).operation(name)


def test_introspection_can_be_off() -> None:
    documents = Documents(Limits(), introspection=False)
    with pytest.raises(DocumentError) as error:
        check(get_introspection_query(), documents)
    assert "introspection has been disabled" in error.value.message
    check("{ __typename }", documents)


def test_no_more_errors_are_sought_than_anyone_reads() -> None:
    with pytest.raises(DocumentError) as error:
        check("{ " + " ".join(f"x{n}" for n in range(100)) + " }", max_root_fields=1000)
    assert len(error.value.entries) == 21


def test_a_variable_may_go_unused() -> None:
    assert check("query ($unused: Int) { a }").kind(None) is OperationKind.QUERY


@pytest.mark.parametrize(
    ("given", "checked"),
    [
        ('{ rows(offset: "12") { rows(offset : "0") { a } } }', "{ rows(offset: 12) { rows(offset: 0) { a } } }"),
        ('{ rows(offset: 3) { a } named(name: "offset: \\"1\\"") }', '{ rows(offset: 3) { a } named(name: "offset: \\"1\\"") }'),
    ],
)  # fmt: skip
def test_an_offset_may_be_in_quotes(given: str, checked: str) -> None:
    schema = build_schema("type Query { rows(offset: Int): Query named(name: String): Int a: Int }")

    node = Documents(Limits(), introspection=True).check(given, ServedSchema(schema, "1")).node

    assert print_ast(node) == print_ast(parse(checked))


@pytest.mark.parametrize("value", ['"one"', '"-1"', '"1.5"', '""', '"99999999999"'])
def test_an_offset_in_quotes_is_a_whole_number(value: str) -> None:
    schema = build_schema("type Query { rows(offset: Int): Int }")

    with pytest.raises(DocumentError):
        Documents(Limits(), introspection=True).check(f"{{ rows(offset: {value}) }}", ServedSchema(schema, "1"))
