"""Where in the claims of another issuer's token a value stands, and what text it becomes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, cast

if TYPE_CHECKING:
    from typing import Any

ClaimPath: TypeAlias = tuple[str, ...]

_PART: Final = re.compile(r"""\.(?:"([^"]+)"|'([^']+)'|([^."'\s]+))""")


def parse_path(text: str) -> ClaimPath:
    """The names along a path such as `sub`, `address.country` or `"https://hasura.io/jwt/claims".x-hasura-role`.

    A name with a dot in it stands in quotes of either kind.

    Raises:
        ValueError: the text is no path.
    """
    parts: list[str] = []
    place, dotted = 0, f".{text}"
    while place < len(dotted):
        part = _PART.match(dotted, place)
        if part is None:
            raise ValueError("names with dots between them, quoted where a name has a dot itself")
        parts.append(part[1] or part[2] or part[3])
        place = part.end()
    return tuple(parts)


def find_claim(claims: Mapping[str, Any], path: ClaimPath) -> object:
    """The value at the end of the path; None if there is none."""
    value: object = claims
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = cast("Mapping[str, object]", value).get(name)
    return value


def texts(value: object) -> tuple[str, ...]:
    """The texts in a claim that lists names: a list of texts, or one text."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return tuple(item for item in cast("Sequence[object]", value) if isinstance(item, str))
    return ()


def session_text(value: object) -> str | None:
    """The session variable that a claim becomes; None for no value.

    A text is itself, a number or boolean its JSON. A list becomes the text of a PostgreSQL array, so that a rule may
    cast it, and an object its JSON.
    """
    match value:
        case None:
            return None
        case str():
            return value
        case list():
            return _array(cast("list[object]", value))
        case _:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _array(values: list[object]) -> str:
    return "{" + ",".join("NULL" if (text := session_text(value)) is None else _quoted(text) for value in values) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
