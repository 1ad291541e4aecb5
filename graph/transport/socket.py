"""One websocket as Strawberry's handlers see it: checked messages in, JSON out, closed once and with a reason."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import orjson
from strawberry.http.async_base_view import AsyncWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected

from graph.transport.frames import LEGACY_WS, FrameError, check_frame

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    from starlette.types import Receive, Send

MAX_REASON_BYTES: Final = 123
"""RFC 6455: a close frame holds 125 bytes, two of them the code."""


class Socket(AsyncWebSocketAdapter):
    """An accepted websocket.

    Args:
        receive: ASGI's.
        send: ASGI's.
        protocol: the subprotocol agreed on.
        max_frame_bytes: the longest message taken.
        initialisation_timeout: seconds until `connection_init` has to be there.
        on_ping: given the payload of every ping that has one.
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        *,
        protocol: str,
        max_frame_bytes: int,
        initialisation_timeout: float,
        on_ping: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        # Strawberry's base keeps its view, which these handlers are given directly.
        self._receive = receive
        self._send = send
        self._protocol = protocol
        self._max_frame_bytes = max_frame_bytes
        self._on_ping = on_ping
        # A point in time: messages before `connection_init` do not put it off.
        self._initialisation_deadline = asyncio.get_running_loop().time() + initialisation_timeout
        self._initialised = False
        self._closed = False

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:  # noqa: ARG002 - Strawberry's signature
        """The messages of the client, until it leaves or sends one that its protocol does not know."""
        while not self._closed:
            try:
                frame = await self._next_frame()
            except FrameError as error:
                await self.close(4400, str(error))
                return
            if frame is None:
                return
            if frame["type"] == "ping" and isinstance(frame.get("payload"), dict):
                await self._on_ping(frame["payload"])
            yield frame

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a message; one that comes after the end of the socket is dropped."""
        if self._closed:
            return
        try:
            await self._send({"type": "websocket.send", "text": orjson.dumps(message).decode()})
        except OSError:
            self._closed = True

    async def close(self, code: int, reason: str) -> None:
        """Close the socket, unless it is closed."""
        if self._closed:
            return
        self._closed = True
        shown = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": shown})
        except OSError:
            return

    async def _next_frame(self) -> dict[str, Any] | None:
        message = await self._next_message()
        if message is None:
            return None
        text = message.get("text")
        if not isinstance(text, str):
            raise FrameError("A message has to be text")
        encoded = text.encode(errors="surrogatepass")
        if len(encoded) > self._max_frame_bytes:
            await self.close(1009, f"A message is larger than the {self._max_frame_bytes} bytes allowed")
            return None
        try:
            frame = check_frame(orjson.loads(encoded), self._protocol)
        except orjson.JSONDecodeError:
            raise FrameError("A message has to be valid JSON") from None
        if self._protocol == LEGACY_WS and frame["type"] == "connection_init" and self._initialised:
            await self.close(4429, "Too many initialisation requests")
            return None
        self._initialised = self._initialised or frame["type"] == "connection_init"
        return frame

    async def _next_message(self) -> Mapping[str, object] | None:
        deadline = None if self._initialised else self._initialisation_deadline
        try:
            async with asyncio.timeout_at(deadline):
                message = await self._receive()
        except TimeoutError:
            await self.close(4408, "Connection initialisation timeout")
            return None
        if message["type"] != "websocket.receive":
            self._closed = True
            raise WebSocketDisconnected
        return message
