"""Errors of requests for files: the JSON and the codes of GraphQL, with the status that HTTP has for them."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

import orjson

from graph.errors import entries_of
from graph.transport.headers import request_id_of
from graph.transport.rejections import STATUS
from graph.transport.responses import body_messages

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

FILE_STATUS: Final = {
    **STATUS,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "PRECONDITION_FAILED": 412,
    "RANGE_NOT_SATISFIABLE": 416,
    "STORAGE_FULL": 507,
}
"""The status of an answer by the code of its error; any other code is a 400."""
NOT_STORED: Final = (b"cache-control", b"no-store")


async def send_error(scope: Scope, send: Send, error: Exception, *headers: tuple[bytes, bytes]) -> None:
    """Answer a failure; one that the caller is not told about is logged and masked.

    Args:
        scope: of the request.
        send: what answers it.
        error: the failure.
        headers: more of them than the status asks for.
    """
    for message in error_messages(scope, error, *headers):
        await send(message)


def error_messages(
    scope: Scope, error: Exception, *headers: tuple[bytes, bytes], status: int | None = None
) -> tuple[Message, Message]:
    """The two messages of such an answer; `status` is for errors whose code has another one as a rule."""
    entries = entries_of(error, request_id_of(scope))
    extensions = entries[0].get("extensions", {})
    status = status or FILE_STATUS.get(str(extensions.get("code")), 400)
    own = _headers_of(status, extensions.get("retryAfter"))
    body = b"" if scope["method"] == "HEAD" else orjson.dumps({"errors": entries})
    return body_messages(status, b"application/json", body, (NOT_STORED, *own, *headers))


def _headers_of(status: int, retry_after: object) -> list[tuple[bytes, bytes]]:
    match status:
        case 401:
            return [(b"www-authenticate", b'ApiKey realm="files"')]
        case 429 if isinstance(retry_after, int | float):
            return [(b"retry-after", str(max(1, ceil(retry_after))).encode())]
        case 503:
            return [(b"retry-after", b"1")]
        case _:
            return []
