"""What can go wrong, in the product's own words: one class a reason, with the code that a client sees."""

from __future__ import annotations

from typing import ClassVar


class SelfgraphError(Exception):
    """A failure that the caller may be told about.

    The message is written for the caller and holds no database text. `code` becomes `errors[].extensions.code`.
    """

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def extensions(self) -> dict[str, object]:
        """The typed fields that go into `errors[].extensions` beside the code."""
        return {}


class UnauthenticatedError(SelfgraphError):
    """The request names no caller, or one that does not verify; `reason` tells a client what to do about it."""

    code = "UNAUTHENTICATED"

    def __init__(self, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason

    def extensions(self) -> dict[str, object]:
        """The reason, where there is one."""
        return {"reason": self.reason} if self.reason else {}


class ForbiddenError(SelfgraphError):
    """The caller is known and may not do this."""

    code = "FORBIDDEN"


class NotFoundError(SelfgraphError):
    """What the request names does not exist for this caller."""

    code = "NOT_FOUND"


class ConflictError(SelfgraphError):
    """The change contradicts what is stored."""

    code = "CONFLICT"


class InvalidInputError(SelfgraphError):
    """A value does not fit its type or its rule; `path` names the place in the request, outermost first."""

    code = "VALIDATION"

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.path = path

    def extensions(self) -> dict[str, object]:
        """The path of the value, where there is one."""
        return {"path": list(self.path)} if self.path else {}


class InvalidValueError(InvalidInputError):
    """A bound value does not fit its PostgreSQL type; `source` is its place among the operation's values.

    Where that holds a value for each of several rows, `row` counts to the one that is meant.
    """

    def __init__(self, message: str, source: int, row: int | None = None) -> None:
        super().__init__(message)
        self.source = source
        self.row = row


class RateLimitedError(SelfgraphError):
    """Too many calls; `retry_after` is in seconds."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after

    def extensions(self) -> dict[str, object]:
        """When to try again, in seconds."""
        return {"retryAfter": self.retry_after}


class PayloadTooLargeError(SelfgraphError):
    """A request or an answer is larger than the limit it names."""

    code = "PAYLOAD_TOO_LARGE"


class TooExpensiveError(SelfgraphError):
    """A query costs more than the limit it names, by the database's own estimate."""

    code = "TOO_EXPENSIVE"


class TimedOutError(SelfgraphError):
    """The work took longer than its budget and was cancelled."""

    code = "TIMEOUT"


class UnavailableError(SelfgraphError):
    """Something this needs (the database, mostly) cannot be reached now; the same call may work later."""

    code = "UNAVAILABLE"


class StructureChangedError(UnavailableError):
    """A statement was made for tables that are others by now; nothing was done."""
