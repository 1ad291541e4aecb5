"""Keeps a websocket's caller: authenticates it, renews its credentials, closes the socket when they end."""

from __future__ import annotations

import asyncio
import inspect
from collections import ChainMap
from typing import TYPE_CHECKING, Any, Final, cast

from strawberry.exceptions import ConnectionRejectionError
from strawberry.types.unset import UNSET

from domain.access.states import Ending
from domain.errors import ForbiddenError, SelfgraphError, UnauthenticatedError, UnavailableError
from graph.errors import entry_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from strawberry.types.unset import UnsetType

    from domain.actor import Actor
    from graph.authentication import Authenticate, Ended
    from graph.transport.socket import Socket
    from graph.transport.socket_operations import SocketContext

UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
TRY_AGAIN: Final = 1013
"""Try Again Later (IANA's registry of close codes): clients connect again, as they would not after 1011."""
_CREDENTIALS: Final = ("authorization", "apikey", "x-api-key")


class SocketCaller:
    """Authenticates by the payload of `connection_init`, then by the headers of the handshake.

    The payload holds what headers would, beside one another or in an object `headers`. A later `ping` whose payload
    holds `authorization` or `apikey` renews the credentials of the same caller, so that a socket outlives its first
    access token.
    """

    def __init__(
        self, authenticate: Authenticate, ended: Ended, headers: Mapping[str, str], context: SocketContext
    ) -> None:
        self._authenticate = authenticate
        self._ended = ended
        self._headers = headers
        self._context = context
        self._socket: Socket | None = None
        self._watching: asyncio.Task[None] | None = None

    def hold(self, socket: Socket) -> None:
        """Say which socket to close."""
        self._socket = socket

    async def on_ws_connect(self, context: SocketContext) -> UnsetType:
        """Authenticate, as Strawberry's handlers ask their view to.

        Raises:
            ConnectionRejectionError: the credentials do not verify.
        """
        try:
            actor = await self._actor(context.connection_params or {})
        except (UnauthenticatedError, ForbiddenError) as error:
            raise ConnectionRejectionError(cast("dict[str, object]", entry_of(error))) from None
        self._keep(actor)
        return cast("UnsetType", UNSET)

    async def renew(self, payload: Mapping[str, Any]) -> None:
        """Take the credentials in the payload of a ping, if it holds any, in place of the ones so far."""
        known = self._context.actor
        if known is None or self._socket is None or not any(name in _flat(payload) for name in _CREDENTIALS):
            return
        try:
            actor = await self._actor(payload)
        except SelfgraphError as error:
            await self._socket.close(close_code(error), error.message)
            return
        if (actor.user_id, actor.key_id, actor.role) != (known.user_id, known.key_id, known.role):
            await self._socket.close(FORBIDDEN, "The new credentials are another caller's.")
            return
        self._keep(actor)

    async def leave(self) -> None:
        """Watch no longer."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def _actor(self, payload: Mapping[str, Any]) -> Actor:
        actor = self._authenticate(ChainMap(_flat(payload), cast("dict[str, str]", self._headers)))
        return await actor if inspect.isawaitable(actor) else actor

    def _keep(self, actor: Actor) -> None:
        self._context.actor = actor
        if self._watching is not None:
            self._watching.cancel()
        self._watching = asyncio.create_task(self._close_when_ended(actor))

    async def _close_when_ended(self, actor: Actor) -> None:
        try:
            ending = await self._ended(actor)
        except SelfgraphError as error:
            # It cannot be known whether they are still good.
            await self._close(close_code(error), error.message)
            return
        await self._close(UNAUTHORIZED if ending is Ending.EXPIRED else FORBIDDEN, ending.value)

    async def _close(self, code: int, reason: str) -> None:
        if self._socket is not None:
            await self._socket.close(code, reason)


def close_code(error: SelfgraphError) -> int:
    """What a socket is closed with whose caller cannot be told."""
    match error:
        case UnauthenticatedError():
            return UNAUTHORIZED
        case UnavailableError():
            return TRY_AGAIN
        case _:
            return FORBIDDEN


def _flat(payload: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a payload by their names in lower case; those in `headers` (Hasura's form) count too."""
    inner = payload.get("headers")
    members = {**cast("dict[str, object]", inner), **payload} if isinstance(inner, dict) else payload
    return {name.lower(): value for name, value in members.items() if isinstance(value, str)}
