"""From an exception to an entry of `errors`: known ones with their code, all others masked and logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphql import GraphQLError, GraphQLSyntaxError
from loguru import logger

from domain.errors import SelfgraphError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graphql import DocumentNode

    ErrorEntry = dict[str, Any]

PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"
INVALID_VALUE: Final = "VALIDATION"
INTERNAL: Final = "INTERNAL"
INTERNAL_MESSAGE: Final = "The server failed to answer. Quote the request id when you report it."


class DocumentError(SelfgraphError):
    """A document that does not parse, does not validate or is larger than a limit; carries its entries of `errors`.

    One that does not validate has the document, and what graphql-core found for each entry.
    """

    code = VALIDATION_FAILED

    def __init__(
        self,
        entries: list[ErrorEntry],
        document: DocumentNode | None = None,
        causes: Sequence[GraphQLError] = (),
    ) -> None:
        super().__init__(entries[0]["message"])
        self.entries = entries
        self.document = document
        self.causes = causes

    @property
    def is_syntax(self) -> bool:
        """Whether the document does not even parse, which no other schema would change."""
        return bool(self.entries[0]["extensions"]["code"] == PARSE_FAILED)


class OperationNotAllowedError(SelfgraphError):
    """An operation of a kind that the transport does not carry, such as a mutation by GET; `kind` names it."""

    code = "OPERATION_NOT_ALLOWED"

    def __init__(self, kind: str) -> None:
        super().__init__(f"A {kind} cannot be answered over this method and with these accepted media types.")
        self.kind = kind

    def extensions(self) -> dict[str, object]:
        """The kind of operation."""
        return {"operation": self.kind}


def entry_of(error: SelfgraphError) -> ErrorEntry:
    """The entry of a failure that the caller may be told about."""
    return {"message": error.message, "extensions": {"code": error.code, **error.extensions()}}


def entries_of(error: Exception, request_id: str) -> list[ErrorEntry]:
    """The entries of any failure outside a field; an unknown one is logged with its traceback and masked."""
    match error:
        case DocumentError():
            return error.entries
        case SelfgraphError(code=code) if code != INTERNAL:
            return [entry_of(error)]
        case _:
            _log(error, request_id)
            return [_masked(request_id)]


def document_entry(error: GraphQLError) -> ErrorEntry:
    """The entry of an error that graphql-core found while parsing or validating."""
    code = PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else VALIDATION_FAILED
    return _located(error, error.message, {"code": code})


def field_entries(errors: Iterable[GraphQLError], request_id: str) -> list[ErrorEntry]:
    """The entries of the errors of an execution; each cause is logged once, however many rows it hit."""
    logged: set[tuple[object, ...]] = set()
    return [_field_entry(error, request_id, logged) for error in errors]


def _field_entry(error: GraphQLError, request_id: str, logged: set[tuple[object, ...]]) -> ErrorEntry:
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        # graphql-core's own finding (a value that does not coerce), or one that a resolver wrote for the caller.
        return _located(error, error.message, {"code": INVALID_VALUE, **(error.extensions or {})})
    if isinstance(original, SelfgraphError) and original.code != INTERNAL:
        return _located(error, original.message, {"code": original.code, **original.extensions()})
    cause = (type(original), *(part for part in error.path or () if isinstance(part, str)))
    if cause not in logged:
        logged.add(cause)
        _log(original, request_id)
    return _located(error, INTERNAL_MESSAGE, {"code": INTERNAL, "requestId": request_id})


def _located(error: GraphQLError, message: str, extensions: dict[str, object]) -> ErrorEntry:
    entry: ErrorEntry = {"message": message}
    if error.locations:
        entry["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        entry["path"] = list(error.path)
    entry["extensions"] = extensions
    return entry


def _masked(request_id: str) -> ErrorEntry:
    return {"message": INTERNAL_MESSAGE, "extensions": {"code": INTERNAL, "requestId": request_id}}


def _log(error: BaseException, request_id: str) -> None:
    logger.bind(request_id=request_id).opt(exception=error).error("An operation failed unexpectedly.")
