"""Sends finished answers over ASGI."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from graph.connections import WHOLE_BODY
from graph.errors import entries_of
from graph.operations import Answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Sequence

    from starlette.types import Message, Send

    from graph.transport.negotiation import Accepted

NOT_STORED: Final = ((b"cache-control", b"no-store"),)


def body_messages(
    status: int, content_type: bytes, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> tuple[Message, Message]:
    """The two ASGI messages of a whole response."""
    own = ((b"content-type", content_type), (b"content-length", b"%d" % len(body)))
    return (
        {"type": "http.response.start", "status": status, "headers": [*own, *headers]},
        {"type": "http.response.body", "body": body},
    )


def send_body(
    send: Send, status: int, content_type: bytes, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> Awaitable[None]:
    """Send a whole response."""
    return send_whole(send, *body_messages(status, content_type, body, headers))


async def send_whole(send: Send, start: Message, content: Message) -> None:
    """Send the two messages of a whole response, in one piece where the connection takes it so."""
    start[WHOLE_BODY] = content["body"]
    await send(start)
    if WHOLE_BODY in start:
        await send(content)


def send_answer(send: Send, accepted: Accepted, answer: Answer, request_id: str, *, method: str) -> Awaitable[None]:
    """Send one answer with the status that fits it."""
    sent, body = _encode(answer, request_id)
    if sent.executed:
        # A cache between would not know that `apikey` decides the answer.
        return send_body(send, 200, accepted.content_type, body, NOT_STORED if method == "GET" else ())
    status = accepted.status(sent)
    extensions = sent.errors[0].get("extensions", {})
    if method == "GET" and extensions.get("operation") == "mutation":
        status = 405
    headers = _refusal_headers(status, method, extensions.get("retryAfter"))
    return send_body(send, status, accepted.content_type, body, headers)


async def send_answers(send: Send, accepted: Accepted, answers: Sequence[Answer], request_id: str) -> None:
    """Send the answers to a batch; each has its own errors, so the status is always 200."""
    bodies = [_encode(answer, request_id)[1] for answer in answers]
    await send_body(send, 200, accepted.content_type, b"[" + b",".join(bodies) + b"]")


def _encode(answer: Answer, request_id: str) -> tuple[Answer, bytes]:
    try:
        return answer, answer.body()
    except TypeError as error:
        # A scalar handed out what JSON cannot hold.
        masked = Answer(errors=entries_of(error, request_id), executed=False)
        return masked, masked.body()


def _refusal_headers(status: int, method: str, retry_after: object) -> list[tuple[bytes, bytes]]:
    match status:
        case 401:
            return [(b"www-authenticate", b'ApiKey realm="graphql"')]
        case 405:
            return [(b"allow", b"POST" if method == "GET" else b"GET, POST")]
        case 429 if isinstance(retry_after, int | float):
            return [(b"retry-after", str(max(1, ceil(retry_after))).encode())]
        case 503:
            return [(b"retry-after", b"1"), (b"connection", b"close")]
        case _:
            return []
