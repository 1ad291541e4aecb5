"""Claims: what admins give users to become session variables of the table API."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Final, cast

from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CLAIMS: Final = 50
MAX_BYTES: Final = 4096
"""UTF-8 bytes of all claims of a user as JSON: they travel with every request's session."""
RESERVED: Final = frozenset(("user-id", "role", "email"))
"""Session variables that the server sets itself."""

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")
_PREFIX: Final = re.compile(r"x-(hasura-)?")
_UNKEPT: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def normal_claims(claims: object) -> dict[str, object]:
    """The claims under the names that they are kept by: in lower case, without a leading `x-hasura-` or `x-`.

    Raises:
        InvalidInputError: they are no object, or too many or too large, or a name or a value is none.
    """
    if not isinstance(claims, dict):
        raise _refusal("Claims are a JSON object.")
    given = cast("Mapping[str, object]", claims)
    if len(given) > MAX_CLAIMS:
        raise _refusal(f"A user has at most {MAX_CLAIMS} claims.")
    normal = {_name(name): _value(value) for name, value in given.items()}
    if len(normal) != len(given):
        raise _refusal("Two claims have the same name once x- and x-hasura- are dropped.")
    if len(json.dumps(normal, ensure_ascii=False).encode()) > MAX_BYTES:
        raise _refusal(f"The claims of a user are at most {MAX_BYTES} bytes of JSON.")
    return normal


def _name(text: str) -> str:
    name = _PREFIX.sub("", text.lower(), count=1) if _PREFIX.match(text.lower()) else text.lower()
    if name in RESERVED or not _NAME.fullmatch(name):
        raise _refusal(
            "The name of a claim is a letter, then at most 62 of a-z, 0-9 and -, and none of "
            f"{', '.join(sorted(RESERVED))}."
        )
    return name


def _value(value: object) -> object:
    if isinstance(value, list):
        return [_scalar(item) for item in cast("list[object]", value)]
    return _scalar(value)


def _scalar(value: object) -> object:
    match value:
        case bool() | int():
            return value
        case float() if math.isfinite(value):
            return value
        case str() if not _UNKEPT.search(value):
            return value
        case _:
            raise _refusal("The value of a claim is a text, a number, a boolean, or a list of them.")


def _refusal(message: str) -> InvalidInputError:
    return InvalidInputError(message, ("claims",))
