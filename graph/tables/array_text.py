"""Arrays given as PostgreSQL writes them, in one text: `{a,"b c",NULL}`."""

from __future__ import annotations

import re
from typing import Final

from graph.tables.scalars import as_text

_SPACE: Final = " \t\n\r\v\f"
_ITEM: Final = re.compile(
    rf"""[{_SPACE}]*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^",{{}}\\{_SPACE}][^",{{}}\\]*))[{_SPACE}]*""",
    re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def array_items(text: str) -> list[str | None] | None:
    """The items of an array of one dimension, None for NULL; None if the text is no such array.

    The form is that of the PostgreSQL manual, section 8.15.6.
    """
    bare = text.strip(_SPACE)
    if not (bare.startswith("{") and bare.endswith("}")):
        return None
    inside = bare[1:-1]
    if not inside.strip(_SPACE):
        return []
    items: list[str | None] = []
    position = 0
    while found := _ITEM.match(inside, position):
        items.append(_item(found))
        position = found.end()
        if position == len(inside):
            return items
        if inside[position] != ",":
            return None
        position += 1
    return None


def array_texts(text: str) -> list[str | None] | None:
    """The same as texts that PostgreSQL can hold.

    Raises:
        GraphQLError: one of them holds a character that it cannot.
    """
    items = array_items(text)
    return items and [None if item is None else as_text(item) for item in items]


def _item(found: re.Match[str]) -> str | None:
    quoted: str | None = found["quoted"]
    if quoted is not None:
        return _ESCAPED.sub(r"\1", quoted)
    plain = found["plain"].strip(_SPACE)
    return None if plain.upper() == "NULL" else plain
