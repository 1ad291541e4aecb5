"""Paths into JSON values, in the part of JSONPath that the dialect takes: `$.city.street[0]['house number']`."""

from __future__ import annotations

import re
from typing import Final

from domain.errors import InvalidInputError

_MAX_LENGTH: Final = 1000
"""Characters of a path."""
_ELEMENT: Final = re.compile(
    r"""\.?(?:
        (?P<name>[^\W\d][\w-]*)
        |\[(?:(?P<index>-?[0-9]{1,9})|'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)")\]
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def read_json_path(text: str) -> list[str]:
    """The keys and places that lead to the value, outermost first; none for `$`, the whole.

    A name begins with a letter or an underscore and goes on with these, digits and hyphens; any other key stands in
    brackets and quotes, where a backslash takes the next character as it is. A place counts from 0, or from -1 at the
    end.

    Raises:
        InvalidInputError: it is no such path.
    """
    if len(text) > _MAX_LENGTH:
        raise InvalidInputError(f"A path has {_MAX_LENGTH} characters at most.")
    if text == "$":
        return []
    steps: list[str] = []
    at = 1 if text.startswith("$") else 0
    while at < len(text):
        found = _ELEMENT.match(text, at)
        if found is None:
            break
        steps.append(_step(found))
        at = found.end()
    if at < len(text) or not steps:
        raise InvalidInputError("This is not a path such as $.city.street[0] or ['a key'].")
    return steps


def _step(found: re.Match[str]) -> str:
    quoted = found["single"] if found["single"] is not None else found["double"]
    return _ESCAPED.sub(r"\1", quoted) if quoted is not None else found["name"] or found["index"]
