"""GraphQL over websockets: Strawberry's handlers of both protocols, behind a socket that checks every message."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson
from loguru import logger
from strawberry.http.websocket_origin import is_same_origin, normalize_allowed_origins, normalize_origin
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_ws.handlers import BaseGraphQLWSHandler

from domain.errors import ForbiddenError, SelfgraphError, UnavailableError
from graph.errors import entry_of
from graph.transport.frames import LEGACY_WS, TRANSPORT_WS
from graph.transport.headers import headers_of, request_id_of
from graph.transport.negotiation import LEGACY_JSON
from graph.transport.rejections import STATUS
from graph.transport.responses import body_messages
from graph.transport.socket import Socket
from graph.transport.socket_caller import TRY_AGAIN, SocketCaller
from graph.transport.socket_operations import SocketContext, SocketOperations

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from starlette.types import Receive, Scope, Send

    from graph.authentication import Authenticate, Ended
    from graph.execution import Executor
    from graph.limits import Limits
    from graph.transport.clients import Clients

INITIALISATION_TIMEOUT: Final = 10.0
"""Seconds that a client has for `connection_init`."""
KEEP_ALIVE: Final = 20.0
"""Seconds between the `ka` messages of the legacy protocol; the newer one leaves it to websocket pings."""
GOING_AWAY: Final = 1001


class WebSockets:
    """Serves the websockets of one endpoint."""

    def __init__(
        self,
        *,
        executor: Executor,
        authenticate: Authenticate,
        ended: Ended,
        limits: Limits,
        allowed_origins: Collection[str],
        draining: asyncio.Event,
        clients: Clients,
        initialisation_timeout: float = INITIALISATION_TIMEOUT,
    ) -> None:
        self._executor = executor
        self._authenticate = authenticate
        self._ended = ended
        self._limits = limits
        self._allowed_origins = normalize_allowed_origins(allowed_origins)
        self._draining = draining
        self._clients = clients
        self._initialisation_timeout = initialisation_timeout

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one websocket from its handshake to its end."""
        await receive()
        headers = headers_of(scope)
        try:
            self._admit(headers)
        except SelfgraphError as error:
            await _refuse(scope, send, error)
            return
        context = SocketContext(request_id_of(scope), self._clients.of(scope, headers))
        caller = SocketCaller(self._authenticate, self._ended, headers, context)
        protocol = next((name for name in scope["subprotocols"] if name in (TRANSPORT_WS, LEGACY_WS)), None)
        await send({"type": "websocket.accept", "subprotocol": protocol})
        socket = Socket(
            receive,
            send,
            protocol=protocol or "",
            max_frame_bytes=self._limits.max_frame_bytes,
            initialisation_timeout=self._initialisation_timeout,
            on_ping=caller.renew,
        )
        caller.hold(socket)
        if protocol is None:
            await socket.close(4406, "Subprotocol not acceptable: graphql-transport-ws and graphql-ws are")
            return
        await self._handle(socket, protocol, caller, context)

    def _admit(self, headers: Mapping[str, str]) -> None:
        if self._draining.is_set():
            raise UnavailableError("The server is shutting down.")
        origin = headers.get("origin")
        if origin is None or "*" in self._allowed_origins or is_same_origin(origin, headers.get("host")):
            return
        if normalize_origin(origin) not in self._allowed_origins:
            raise ForbiddenError("The origin is not allowed.")

    async def _handle(self, socket: Socket, protocol: str, caller: SocketCaller, context: SocketContext) -> None:
        closing = asyncio.create_task(self._close_when_draining(socket))
        try:
            await self._handler(socket, protocol, caller, context).handle()
        except SelfgraphError as error:
            await socket.close(TRY_AGAIN if isinstance(error, UnavailableError) else 1011, error.code)
        except Exception as error:  # noqa: BLE001 - the last line of defence: logged, closed with a code
            logger.bind(request_id=context.request_id).opt(exception=error).error("A websocket failed unexpectedly.")
            await socket.close(1011, f"INTERNAL, request {context.request_id}")
        finally:
            closing.cancel()
            await asyncio.gather(closing, caller.leave(), return_exceptions=True)

    def _handler(
        self, socket: Socket, protocol: str, caller: SocketCaller, context: SocketContext
    ) -> BaseGraphQLTransportWSHandler[Any, Any] | BaseGraphQLWSHandler[Any, Any]:
        # The handlers use `on_ws_connect` of a view and `stream` of a schema, nothing else of either.
        view: Any = caller
        schema: Any = SocketOperations(self._executor, max_operations=self._limits.max_socket_operations)
        if protocol == LEGACY_WS:
            return BaseGraphQLWSHandler[Any, Any](
                view, socket, context, None, schema, keep_alive=True, keep_alive_interval=KEEP_ALIVE
            )
        # The socket keeps the time for both protocols; the handler's own timer only has to stay out of its way.
        timer = timedelta(seconds=self._initialisation_timeout * 2)
        return BaseGraphQLTransportWSHandler[Any, Any](view, socket, context, None, schema, timer)

    async def _close_when_draining(self, socket: Socket) -> None:
        await self._draining.wait()
        await socket.close(GOING_AWAY, "The server is shutting down")


async def _refuse(scope: Scope, send: Send, error: SelfgraphError) -> None:
    """Refuse the handshake, with the reason where the server can send one."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    body = orjson.dumps({"errors": [entry_of(error)]})
    for message in body_messages(STATUS[error.code], LEGACY_JSON.encode(), body):
        await send({**message, "type": f"websocket.{message['type']}"})
