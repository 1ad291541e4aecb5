"""Free text that people give: names and descriptions."""

from __future__ import annotations

import re
from typing import Final

from domain.errors import InvalidInputError

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain_text(text: str, path: str, limit: int) -> str | None:
    """Free text without control characters, trimmed; None if nothing is left.

    Raises:
        InvalidInputError: it is longer than `limit` characters or has control characters.
    """
    trimmed = text.strip()
    if len(trimmed) > limit:
        raise InvalidInputError(f"At most {limit} characters are allowed.", (path,))
    if _CONTROL.search(trimmed):
        raise InvalidInputError("Control characters are not allowed.", (path,))
    return trimmed or None
