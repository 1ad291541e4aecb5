"""Sends finished answers over ASGI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from graph.errors import entries_of
from graph.operations import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.types import Send

    from graph.transport.negotiation import Accepted


async def send_body(
    send: Send, status: int, content_type: bytes, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    """Send a whole response."""
    own = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})


async def send_answer(send: Send, accepted: Accepted, answer: Answer, request_id: str, *, method: str) -> None:
    """Send one answer with the status that fits it."""
    try:
        body = answer.body()
    except TypeError as error:
        # A scalar handed out what JSON cannot hold; orjson wraps the reason in its TypeError.
        answer = Answer(errors=entries_of(error, request_id), executed=False)
        body = answer.body()
    status = accepted.status(answer)
    if answer.executed:
        await send_body(send, status, accepted.content_type, body)
        return
    extensions = answer.errors[0].get("extensions", {})
    if method == "GET" and extensions.get("operation") == "mutation":
        status = 405
    await send_body(send, status, accepted.content_type, body, _refusal_headers(status, extensions.get("retryAfter")))


async def send_answers(send: Send, accepted: Accepted, answers: Sequence[Answer]) -> None:
    """Send the answers to a batch; each has its own errors, so the status is always 200."""
    body = orjson.dumps([answer.payload() for answer in answers])
    await send_body(send, 200, accepted.content_type, body)


def _refusal_headers(status: int, retry_after: object) -> list[tuple[bytes, bytes]]:
    match status:
        case 401:
            return [(b"www-authenticate", b'ApiKey realm="graphql"')]
        case 405:
            return [(b"allow", b"GET, POST")]
        case 429 if isinstance(retry_after, int | float):
            return [(b"retry-after", str(max(1, round(retry_after))).encode())]
        case 503:
            return [(b"retry-after", b"1")]
        case _:
            return []
