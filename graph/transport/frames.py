"""What a websocket message of either protocol has to look like, checked before anything reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

TRANSPORT_WS: Final = "graphql-transport-ws"
LEGACY_WS: Final = "graphql-ws"

_STARTING: Final = {TRANSPORT_WS: "subscribe", LEGACY_WS: "start"}
_ENDING: Final = {TRANSPORT_WS: "complete", LEGACY_WS: "stop"}
_OPTIONAL_OBJECT: Final = {
    TRANSPORT_WS: frozenset({"connection_init", "ping", "pong"}),
    LEGACY_WS: frozenset({"connection_init", "connection_terminate"}),
}


class FrameError(Exception):
    """A message that the protocol does not know; the text is the reason for closing the socket."""


def check_frame(decoded: object, protocol: str) -> dict[str, Any]:
    """The message, if it has the members and types that its protocol asks for.

    Raises:
        FrameError: naming what is wrong.
    """
    if not isinstance(decoded, dict):
        raise FrameError("A message has to be a JSON object")
    frame = cast("dict[str, Any]", decoded)
    kind = frame.get("type")
    if kind in (_STARTING[protocol], _ENDING[protocol]):
        _check_id(frame)
        if kind == _STARTING[protocol]:
            _check_operation(frame.get("payload"))
    elif isinstance(kind, str) and kind in _OPTIONAL_OBJECT[protocol]:
        if frame.get("payload") is None:
            frame.pop("payload", None)
        elif not isinstance(frame["payload"], dict):
            raise FrameError("The payload has to be an object")
    else:
        raise FrameError("The type of the message is not known")
    return frame


def _check_id(frame: Mapping[str, object]) -> None:
    if not isinstance(frame.get("id"), str) or not frame["id"]:
        raise FrameError("The id has to be a string that is not empty")


def _check_operation(payload: object) -> None:
    if not isinstance(payload, dict):
        raise FrameError("The payload has to be an object")
    members = cast("dict[str, object]", payload)
    if not isinstance(members.get("query"), str):
        raise FrameError("payload.query has to be a string")
    for name, accepted, what in (
        ("variables", dict, "an object"),
        ("operationName", str, "a string"),
        ("extensions", dict, "an object"),
    ):
        value = members.get(name)
        if value is not None and not isinstance(value, accepted):
            raise FrameError(f"payload.{name} has to be {what}")
