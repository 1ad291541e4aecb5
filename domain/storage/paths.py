"""Paths of files: what is accepted, and what a path tells."""

from __future__ import annotations

import unicodedata
from typing import Final

from domain.errors import InvalidInputError

MAX_BYTES: Final = 1024
"""Of a path in UTF-8, as S3's keys have."""
_GAP: Final = 0xD800
_FIRST_AFTER_GAP: Final = 0xE000
_LAST: Final = 0x10FFFF
_CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
# They reverse or hide the text around them, so that a name is not what it looks like.
_MISLEADING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def file_path(text: str, argument: str = "path") -> str:
    """A path of a file in Unicode's normal form C: names divided by single slashes, relative to the bucket.

    Raises:
        InvalidInputError: it is empty, absolute, too long, has an empty part, `.` or `..`, a backslash or a control
            character; `argument` names it.
    """
    path = unicodedata.normalize("NFC", text)
    reason = _fault(path)
    if reason:
        raise InvalidInputError(f"A path {reason}.", (argument,))
    return path


def folder_path(text: str, argument: str = "path") -> str:
    """A folder's path without a slash at its end; empty for the bucket itself.

    Raises:
        InvalidInputError: as for `file_path`.
    """
    stripped = text.removesuffix("/")
    return file_path(stripped, argument) if stripped else ""


def prefix(text: str) -> str:
    """What paths begin with; it may end in the middle of a name.

    Raises:
        InvalidInputError: no path begins like this.
    """
    path = unicodedata.normalize("NFC", text)
    reason = path and _fault(path.removesuffix("/"))
    if reason:
        raise InvalidInputError(f"A path {reason}.", ("prefix",))
    return path


def end_of(start: str) -> str | None:
    """The first text, in the order of the bytes, behind all that begin with `start`; None: there is none."""
    for length in range(len(start), 0, -1):
        last = ord(start[length - 1])
        if last < _LAST:
            # What is between them is no character.
            return start[: length - 1] + chr(_FIRST_AFTER_GAP if last + 1 == _GAP else last + 1)
    return None


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def _fault(path: str) -> str | None:
    if not path or len(path.encode(errors="surrogatepass")) > MAX_BYTES:
        return f"has 1 to {MAX_BYTES} bytes in UTF-8"
    if any(unicodedata.category(each) in _CONTROLS or each in _MISLEADING for each in path):
        return "has no control characters"
    if "\\" in path:
        return "has no backslash"
    if any(part in {"", ".", ".."} for part in path.split("/")):
        return "has neither . nor .. nor an empty part, and no slash at its beginning or end"
    return None
