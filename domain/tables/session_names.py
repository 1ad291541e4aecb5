"""Which texts of a rule name a variable of the caller's session.

* `X-Hasura-Company-Id`, in any case: the variable `x-company-id`.
* `X-User-Id`, `X-Role` and `X-Email`, in any case: what the server knows about every caller.
* `X-Company-Id`, with a capital after each hyphen as headers are written: a claim of the account's.
* Anything else is a text. One that could be meant either way (`x-ray`, `X-Hasura-Org.Id`) is refused;
  `{"_text": "x-ray"}` is a text for certain, whatever it looks like.
"""

from __future__ import annotations

import re
from typing import Final

TEXT: Final = "_text"
"""The only member of an object that holds a text which is no variable, whatever it looks like."""

HASURA: Final = "x-hasura-"
"""What every session variable of Hasura begins with, in any case."""

_HASURA: Final = re.compile(rf"{HASURA}([a-z0-9_][a-z0-9_-]*)", re.IGNORECASE)
_HEADER: Final = re.compile(r"X(-[A-Z0-9][A-Za-z0-9_]*)+")
_SHORT: Final = re.compile(r"x(-[a-z0-9_]+)+", re.IGNORECASE)
_ALWAYS: Final = frozenset({"x-user-id", "x-role", "x-email"})


def session_variable(text: str) -> str | None:
    """The name of the variable that the text stands for, as sessions have it; None if it stands for itself."""
    named = _HASURA.fullmatch(text)
    if named is not None:
        return f"x-{named[1].lower()}"
    return text.lower() if text.lower() in _ALWAYS or _HEADER.fullmatch(text) else None


def is_ambiguous(text: str) -> bool:
    """Whether the text stands for itself, but its writer may have meant a variable."""
    return session_variable(text) is None and (_SHORT.fullmatch(text) is not None or text.lower().startswith(HASURA))
