"""What wraps every request: its id, its access line, the answer to an unknown exception, the refusal while draining."""

from __future__ import annotations

import asyncio
import re
import secrets
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Final

import orjson
from loguru import logger

from graph.errors import INTERNAL, INTERNAL_MESSAGE
from graph.logs import Trace, current_trace

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from graph.draining import Drain

_SANE_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class RequestMiddleware:
    """Pure ASGI and outermost: gives each request an id and writes its access line when it ends."""

    def __init__(self, app: ASGIApp, *, drain: Drain) -> None:
        self._app = app
        self._drain = drain
        # Unique among processes by the prefix, within one by the counter; no system call on the hot path.
        self._prefix = secrets.token_hex(8)
        self._counter = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket; never raises."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        trace = Trace(_given_id(scope) or f"{self._prefix}-{next(self._counter):x}")
        token = current_trace.set(trace)
        scope.setdefault("state", {})["request_id"] = trace.request_id
        exchange = _Exchange(send, trace, self._drain)
        app = _refuse if self._drain.refuses(scope) else self._app
        try:
            await app(scope, receive, exchange.send)
        except asyncio.CancelledError:
            if not self._drain.begun:
                raise
            await exchange.cut_off(scope)
        except Exception:  # noqa: BLE001 - the last resort: whatever it is, the client gets a code and the log the cause
            logger.exception("Unhandled exception")
            await exchange.fail(scope)
        finally:
            exchange.log(scope)
            current_trace.reset(token)


class _Exchange:
    """One request as far as its access line and its headers need it.

    While draining, an answer closes its connection: that is how the client learns to ask elsewhere.
    """

    __slots__ = ("_begun", "_drain", "_send", "_status", "_trace")

    def __init__(self, send: Send, trace: Trace, drain: Drain) -> None:
        self._send = send
        self._drain = drain
        self._trace = trace
        self._status = 0
        self._begun = perf_counter()

    async def send(self, message: Message) -> None:
        """Send on, with the id among the headers."""
        match message["type"]:
            case "http.response.start":
                self._status = message["status"]
                self._add_id(message)
                if self._drain.begun:
                    message["headers"].append((b"connection", b"close"))
            case "websocket.http.response.start":
                self._status = message["status"]
                self._add_id(message)
            case "websocket.accept":
                self._status = 101
                self._add_id(message)
            case "websocket.close":
                self._status = message.get("code", 1000)
            case _:
                pass
        await self._send(message)

    async def fail(self, scope: Scope) -> None:
        """Answer INTERNAL, unless the answer has begun already: then the connection is cut by the server."""
        if scope["type"] == "websocket":
            await self.send({"type": "websocket.close", "code": 1011})
        elif self._status == 0:
            extensions = {"code": INTERNAL, "requestId": self._trace.request_id}
            body = orjson.dumps({"errors": [{"message": INTERNAL_MESSAGE, "extensions": extensions}]})
            await respond(self.send, 500, body)

    async def cut_off(self, scope: Scope) -> None:
        """Tell the client of a request that outlasts the process."""
        if scope["type"] == "websocket":
            await self.send({"type": "websocket.close", "code": 1001})
        elif self._status == 0:
            await _refuse(scope, None, self.send)

    def log(self, scope: Scope) -> None:
        """Write the access line: never the query string, the headers or the body."""
        method, path = scope.get("method", "WEBSOCKET"), scope["path"]
        line = logger.bind(
            method=method, path=path, status=self._status, milliseconds=round((perf_counter() - self._begun) * 1000, 2)
        )
        if self._trace.operation is not None:
            line = line.bind(operation=self._trace.operation)
        line.info("request")

    def _add_id(self, message: Message) -> None:
        message["headers"] = [*message.get("headers", ()), (b"x-request-id", self._trace.request_id.encode())]


class Dispatch:
    """Sends `/graphql` straight to its endpoint: the hot path needs no router and no exit stack."""

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket."""
        if scope["type"] != "lifespan" and scope["path"] == self._path:
            await scope["app"].state.endpoint(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def respond(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    """Send a whole JSON response."""
    length = (b"content-length", str(len(body)).encode())
    head = [(b"content-type", b"application/json"), length, *headers]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            return value.decode() if _SANE_ID.fullmatch(value) else None
    return None


async def _refuse(scope: Scope, receive: Receive | None, send: Send) -> None:  # noqa: ARG001 - the signature of ASGI
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1001, "reason": "The server is shutting down."})
        return
    error = {"message": "The server is shutting down.", "extensions": {"code": "UNAVAILABLE"}}
    await respond(send, 503, orjson.dumps({"errors": [error]}), (b"retry-after", b"1"))
