"""What the first lines of a request tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid4

from graph.connections import KNOWN_HEAD
from graph.transport.negotiation import Accepted, negotiate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

_READ: Final = "graphql"
"""What is read of a head by `read_head`, among what others read."""

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


class Head(NamedTuple):
    """The headers by their names, as `headers_of` gives them, and what the client accepts."""

    headers: Mapping[str, str]
    accepted: Accepted


def read_head(scope: Scope) -> Head:
    """Read what every operation needs of its request; once, if the connection says that the head was read before."""
    kept: dict[str, Any] = scope["extensions"].get(KNOWN_HEAD, {}) if "extensions" in scope else {}
    head: Head | None = kept.get(_READ)
    if head is None:
        headers = headers_of(scope)
        head = kept[_READ] = Head(headers, negotiate(headers.get("accept", "")))
    return head


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers by their names in lower case; of a repeated one the last."""
    usual = _USUAL
    return {usual.get(name) or name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def request_id_of(scope: Scope) -> str:
    """The id that the middleware gave the request, or a new one where there is no middleware."""
    found = scope.get("state", {}).get("request_id")
    return found if isinstance(found, str) else uuid4().hex
