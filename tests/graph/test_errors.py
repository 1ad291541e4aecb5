from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLError, GraphQLSyntaxError, Source
from loguru import logger

from domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    PayloadTooLargeError,
    RateLimitedError,
    SelfgraphError,
    TimedOutError,
    UnauthenticatedError,
    UnavailableError,
)
from graph.errors import document_entry, entries_of, field_entries

if TYPE_CHECKING:
    from collections.abc import Generator

MASK = {
    "message": "The server failed to answer. Quote the request id when you report it.",
    "extensions": {"code": "INTERNAL", "requestId": "r1"},
}


@pytest.fixture
def logged() -> Generator[list[Any]]:
    records: list[Any] = []
    sink = logger.add(lambda message: records.append(message.record), level="ERROR")
    yield records
    logger.remove(sink)


def located(original: Exception | None, *path: str | int, message: str = "m", **options: Any) -> GraphQLError:
    return GraphQLError(message, path=list(path) or None, original_error=original, **options)


@pytest.mark.parametrize(
    ("error", "extensions"),
    [
        (UnauthenticatedError("m"), {"code": "UNAUTHENTICATED"}),
        (ForbiddenError("m"), {"code": "FORBIDDEN"}),
        (NotFoundError("m"), {"code": "NOT_FOUND"}),
        (ConflictError("m"), {"code": "CONFLICT"}),
        (InvalidInputError("m", ("a", 0)), {"code": "VALIDATION", "path": ["a", 0]}),
        (RateLimitedError("m", retry_after=2), {"code": "RATE_LIMITED", "retryAfter": 2}),
        (PayloadTooLargeError("m"), {"code": "PAYLOAD_TOO_LARGE"}),
        (TimedOutError("m"), {"code": "TIMEOUT"}),
        (UnavailableError("m"), {"code": "UNAVAILABLE"}),
    ],
)
def test_a_domain_error_keeps_its_message_code_and_fields(
    error: SelfgraphError, extensions: dict[str, Any], logged: list[Any]
) -> None:
    assert entries_of(error, "r1") == [{"message": "m", "extensions": extensions}]
    assert field_entries([located(error, "a")], "r1") == [{"message": "m", "path": ["a"], "extensions": extensions}]
    assert not logged


@pytest.mark.parametrize("error", [RuntimeError("secret"), TimeoutError(), SelfgraphError("secret")])
def test_any_other_error_is_masked_and_logged_once_with_its_traceback(error: Exception, logged: list[Any]) -> None:
    assert entries_of(error, "r1") == [MASK]
    (record,) = logged
    assert record["exception"].value is error
    assert record["extra"]["request_id"] == "r1"


def test_a_field_error_is_masked_in_its_place() -> None:
    (entry,) = field_entries([located(RuntimeError("secret"), "a", 0, "b")], "r1")
    assert entry == {**MASK, "path": ["a", 0, "b"]}


def test_the_same_failure_in_many_rows_is_logged_once(logged: list[Any]) -> None:
    entries = field_entries([located(RuntimeError("secret"), "rows", row, "a") for row in range(100)], "r1")
    assert (len(entries), len(logged)) == (100, 1)


def test_failures_of_different_fields_are_each_logged(logged: list[Any]) -> None:
    field_entries([located(RuntimeError(), "a"), located(ValueError(), "a"), located(RuntimeError(), "b")], "r1")
    assert len(logged) == 3


def test_what_graphql_core_finds_is_a_validation_error() -> None:
    assert field_entries([located(None, "a")], "r1")[0]["extensions"] == {"code": "VALIDATION"}


def test_a_resolver_may_set_its_own_code() -> None:
    error = located(None, "a", extensions={"code": "MINE", "more": 1})
    assert field_entries([error], "r1")[0]["extensions"] == {"code": "MINE", "more": 1}


def test_document_errors_say_what_failed_and_where() -> None:
    syntax = GraphQLSyntaxError(Source("{ a"), 3, "no end")
    assert document_entry(syntax) == {
        "message": "Syntax Error: no end",
        "locations": [{"line": 1, "column": 4}],
        "extensions": {"code": "GRAPHQL_PARSE_FAILED"},
    }
    assert document_entry(GraphQLError("wrong"))["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
