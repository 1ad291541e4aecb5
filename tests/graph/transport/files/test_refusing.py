"""Refusing a body that is still being sent."""

from __future__ import annotations

from typing import Any

from domain.errors import ConflictError
from graph.connections import WHOLE_BODY
from graph.pace import Pace
from graph.transport.files.arriving import Arriving
from graph.transport.files.refusing import refuse_body

SCOPE: Any = {"type": "http", "method": "PUT", "path": "/", "headers": [], "state": {"request_id": "r"}}


async def test_the_response_is_over_only_when_the_rest_of_the_body_has_come() -> None:
    pieces = [b"a", b"b", b"c"]
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append((message, len(pieces)))

    await refuse_body(SCOPE, send, Arriving(SCOPE, receive, Pace(0, 5)), ConflictError("No."))

    assert [(message["type"], message.get("more_body"), left) for message, left in sent] == [
        ("http.response.start", None, 3),
        ("http.response.body", True, 3),
        ("http.response.body", None, 0),
    ]
    # A server that sends a response whole would end it, and hang up, at once.
    assert WHOLE_BODY not in sent[0][0]
