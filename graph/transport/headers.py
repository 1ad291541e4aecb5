"""What the first lines of a request tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

if TYPE_CHECKING:
    from starlette.types import Scope


_USUAL: Final = {
    name.encode(): name
    for name in (
        "accept",
        "accept-encoding",
        "accept-language",
        "apikey",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "origin",
        "referer",
        "user-agent",
    )
}
"""Names that need not be decoded."""


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers by their names in lower case; of a repeated one the last."""
    usual = _USUAL
    return {usual.get(name) or name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def request_id_of(scope: Scope) -> str:
    """The id that the middleware gave the request, or a new one where there is no middleware."""
    found = scope.get("state", {}).get("request_id")
    return found if isinstance(found, str) else uuid4().hex
