"""Conditional requests and ranges of RFC 9110, sections 13 and 14, for a representation that is there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from domain.errors import SelfgraphError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PRECONDITIONS: Final = frozenset({b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since"})
_TAG: Final = re.compile(rb'\s*((?:W/)?"[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')
_RANGE: Final = re.compile(rb"bytes=[ \t]*(\d*)-(\d*)[ \t]*", re.IGNORECASE)
_MOST_DIGITS: Final = 19
"""Of a position: a larger one is behind the end of any file."""


class Verdict(Enum):
    """What the preconditions of a request say."""

    SEND = "send"
    NOT_MODIFIED = "not modified"
    FAILED = "failed"


class RangeError(SelfgraphError):
    """A range that is not sent: behind the end, or several at once; `size` is that of the representation."""

    code: ClassVar[str] = "RANGE_NOT_SATISFIABLE"

    def __init__(self, message: str, size: int) -> None:
        super().__init__(message)
        self.size = size


class PreconditionError(SelfgraphError):
    """The file is not the one that the request is about."""

    code: ClassVar[str] = "PRECONDITION_FAILED"

    def __init__(self) -> None:
        super().__init__("The file is not the one that this request is about.")


class Representation(NamedTuple):
    """What conditions are compared with.

    Attributes:
        size: in bytes.
        etag: a strong validator, in its quotes.
        modified_at: when it last changed.
    """

    size: int
    etag: bytes
    modified_at: datetime

    @property
    def modified_second(self) -> datetime:
        """The moment as HTTP tells it, in whole seconds."""
        return self.modified_at.replace(microsecond=0)


def judge(headers: Mapping[bytes, bytes], found: Representation) -> Verdict:
    """Evaluate the preconditions of a GET or HEAD in the order of RFC 9110, section 13.2.2.

    `headers` have names in lower case; lines of the same name are joined by commas.
    """
    if _PRECONDITIONS.isdisjoint(headers):
        return Verdict.SEND
    if (value := headers.get(b"if-match")) is not None:
        if not _names(value, found.etag, weakly=False):
            return Verdict.FAILED
    elif (moment := _date(headers.get(b"if-unmodified-since"))) is not None and found.modified_second > moment:
        return Verdict.FAILED
    if (value := headers.get(b"if-none-match")) is not None:
        return Verdict.NOT_MODIFIED if _names(value, found.etag, weakly=True) else Verdict.SEND
    moment = _date(headers.get(b"if-modified-since"))
    return Verdict.NOT_MODIFIED if moment is not None and found.modified_second <= moment else Verdict.SEND


def asked_range(headers: Mapping[bytes, bytes], found: Representation) -> tuple[int, int] | None:
    """The first byte that a GET asks for and how many; None: all of it.

    What is no range of bytes, or is only about another state of the file (`If-Range`), is all of it too.

    Raises:
        RangeError: it begins behind the end, or is more than one, which would be a way to ask for much by little.
    """
    value = headers.get(b"range")
    if value is None or not _is_about(headers.get(b"if-range"), found):
        return None
    if b"," in value and value[:6].lower() == b"bytes=":
        raise RangeError("Ask for one range at a time.", found.size)
    parsed = _RANGE.fullmatch(value)
    if parsed is None or parsed[1] == parsed[2] == b"":
        return None
    if not parsed[1]:
        return _suffix(parsed[2], found.size)
    first = _position(parsed[1])
    last = _position(parsed[2]) if parsed[2] else found.size - 1
    if parsed[2] and last < first:
        return None  # invalid (RFC 9110, section 14.1.1), hence as if it were not there
    if first >= found.size:
        raise RangeError("The range begins behind the end of the file.", found.size)
    return first, min(last, found.size - 1) - first + 1


def _suffix(digits: bytes, size: int) -> tuple[int, int] | None:
    length = min(_position(digits), size)
    if not _position(digits):
        raise RangeError("The range is empty.", size)
    return (size - length, length) if length else None


def _position(digits: bytes) -> int:
    return int(digits) if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _names(value: bytes, etag: bytes, *, weakly: bool) -> bool:
    """Whether a list of entity tags, or `*`, names the one that is there."""
    if value.strip() == b"*":
        return True
    place = 0
    while found := _TAG.match(value, place):
        tag = found[1].removeprefix(b"W/") if weakly else found[1]
        if tag == etag:
            return True
        place = found.end()
    return False


def _is_about(value: bytes | None, found: Representation) -> bool:
    """Whether `If-Range` holds: only a strong tag, or the very moment, says that the bytes are the same."""
    if value is None:
        return True
    if b'"' in value:
        return value.strip() == found.etag
    return _date(value) == found.modified_second


def _date(value: bytes | None) -> datetime | None:
    """A moment in any form of RFC 9110, section 5.6.7; None for what is none, which is ignored."""
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value.decode("latin-1"))
    except (ValueError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
