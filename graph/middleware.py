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

from graph.connections import WHOLE_BODY, WHOLE_RESPONSE
from graph.errors import INTERNAL, INTERNAL_MESSAGE
from graph.logs import Trace, current_trace

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from graph.application import Application
    from graph.connections import SendWhole
    from graph.draining import Drain

_SANE_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class RequestMiddleware:
    """Pure ASGI and outermost: gives each request an id and writes its access line when it ends."""

    def __init__(self, app: ASGIApp, *, drain: Drain, logs: bool = True) -> None:
        """`logs` says whether access lines are written."""
        self._app = app
        self._drain = drain
        self._logs = logs
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
        exchange = _Exchange(scope, send, trace, self._drain)
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
            if self._logs:
                exchange.log(scope)
            current_trace.reset(token)


class _Exchange:
    """One request as far as its access line and its headers need it.

    While draining, an answer closes its connection: that is how the client learns to ask elsewhere.
    """

    __slots__ = ("_begun", "_drain", "_is_whole", "_scope", "_send", "_send_whole", "_status", "_trace")

    def __init__(self, scope: Scope, send: Send, trace: Trace, drain: Drain) -> None:
        self._scope = scope
        self._send = send
        self._send_whole: SendWhole | None = scope["extensions"].get(WHOLE_RESPONSE) if "extensions" in scope else None
        self._drain = drain
        self._trace = trace
        self._status = 0
        self._is_whole = False
        self._begun = perf_counter()

    async def send(self, message: Message) -> None:
        """Send on, with the id among the headers; a whole response in one piece where the server takes it so."""
        kind = message["type"]
        if kind == "http.response.start":
            self._status = message["status"]
            self._add_id(message)
            if self._drain.begun:
                message["headers"].append((b"connection", b"close"))
            if WHOLE_BODY in message and self._sends_whole(message):
                return
        elif kind != "http.response.body":
            self._note(message)
        elif self._is_whole:
            return
        await self._send(message)

    def _sends_whole(self, message: Message) -> bool:
        if self._send_whole is None or not self._send_whole(
            self._scope, self._status, message["headers"], message[WHOLE_BODY]
        ):
            return False
        # Who has sent the message sees that nothing is left to send.
        del message[WHOLE_BODY]
        self._is_whole = True
        return True

    def _note(self, message: Message) -> None:
        """What is sent to a client that has asked for a websocket."""
        match message["type"]:
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
    """Sends `/graphql` and files straight to their endpoints: the hot paths need no router and no exit stack."""

    def __init__(self, app: ASGIApp, *, application: Application, path: str, files: str) -> None:
        """`path` is that of the endpoint, `files` what those of files begin with."""
        self._app = app
        self._application = application
        self._path = path
        self._files = files

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one request or websocket."""
        path: str = scope.get("path", "")  # a lifespan has none
        app: ASGIApp = self._app
        if path == self._path:
            app = self._application.endpoint
        elif scope["type"] == "http" and path.startswith(self._files):
            app = self._application.files
        return app(scope, receive, send)


async def respond(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    """Send a whole JSON response."""
    length = (b"content-length", str(len(body)).encode())
    head = [(b"content-type", b"application/json"), length, *headers]
    await send({"type": "http.response.start", "status": status, "headers": head, WHOLE_BODY: body})
    await send({"type": "http.response.body", "body": body})


def _given_id(scope: Scope) -> str | None:
    value: bytes | None = dict(scope["headers"]).get(b"x-request-id")
    return value.decode() if value is not None and _SANE_ID.fullmatch(value) else None


async def _refuse(scope: Scope, receive: Receive | None, send: Send) -> None:  # noqa: ARG001 - the signature of ASGI
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1001, "reason": "The server is shutting down."})
        return
    error = {"message": "The server is shutting down.", "extensions": {"code": "UNAVAILABLE"}}
    await respond(send, 503, orjson.dumps({"errors": [error]}), (b"retry-after", b"1"))
