"""Answers a request whose body is not wanted, so that the answer is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.transport.files.answers import error_messages

if TYPE_CHECKING:
    from starlette.types import Scope, Send

    from graph.transport.files.arriving import Arriving


async def refuse_body(
    scope: Scope,
    send: Send,
    body: Arriving | None,
    error: Exception,
    *headers: tuple[bytes, bytes],
    status: int | None = None,
) -> None:
    """Answer a failure, listen for a moment to what is still being sent, then hang up.

    A connection that is closed while something comes in is reset, and the client never sees the answer.

    Args:
        scope: of the request.
        send: what answers it.
        body: what there is of its body; None: it was not looked at.
        error: the failure.
        headers: more of them than the status asks for.
        status: the status, where it is not that of the error's code.
    """
    unread = body is not None and not body.ended
    closing = ((b"connection", b"close"),) if unread else ()
    start, content = error_messages(scope, error, *headers, *closing, status=status)
    await send(start)
    if body is None or not unread:
        await send(content)
        return
    await send({**content, "more_body": True})
    await body.linger()
    await send({"type": "http.response.body", "body": b""})
