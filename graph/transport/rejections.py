"""Requests that are refused before an operation exists, and the HTTP status of every code."""

from __future__ import annotations

from typing import Final

from domain.errors import SelfgraphError


class BadRequestError(SelfgraphError):
    """The request is not GraphQL over HTTP."""

    code = "BAD_REQUEST"


class MethodNotAllowedError(SelfgraphError):
    """Neither GET nor POST."""

    code = "METHOD_NOT_ALLOWED"


class NotAcceptableError(SelfgraphError):
    """The client takes no media type that the server speaks."""

    code = "NOT_ACCEPTABLE"


class UnsupportedMediaTypeError(SelfgraphError):
    """The body is neither JSON nor an upload, or not in UTF-8."""

    code = "UNSUPPORTED_MEDIA_TYPE"


class BodyTimeoutError(SelfgraphError):
    """The client announced a body and does not send it."""

    code = "REQUEST_TIMEOUT"


class PreflightMissingError(SelfgraphError):
    """A form that a foreign page could have sent without the browser asking first."""

    code = "PREFLIGHT_MISSING"


class PersistedQueryNotFoundError(SelfgraphError):
    """The hash is not known; the client sends the query along and tries again."""

    code = "PERSISTED_QUERY_NOT_FOUND"

    def __init__(self) -> None:
        # Apollo's clients compare the message, the others the code.
        super().__init__("PersistedQueryNotFound")


STATUS: Final = {
    "GRAPHQL_PARSE_FAILED": 400,
    "GRAPHQL_VALIDATION_FAILED": 400,
    "VALIDATION": 400,
    "BAD_REQUEST": 400,
    "PREFLIGHT_MISSING": 400,
    "PERSISTED_QUERY_NOT_FOUND": 200,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "METHOD_NOT_ALLOWED": 405,
    "OPERATION_NOT_ALLOWED": 406,
    "NOT_ACCEPTABLE": 406,
    "REQUEST_TIMEOUT": 408,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "RATE_LIMITED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "TIMEOUT": 504,
}
"""The status of a response without data, by the code of its first error; any other code is a 400."""

LEGACY_OK: Final = frozenset({"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "VALIDATION"})
"""Answered with 200 as `application/json`: the request was well formed, and old clients read no 4xx body."""
