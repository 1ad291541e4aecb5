"""Bodies as they come in: one message after the other, and the next is asked for when the last was taken."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from domain.errors import UnavailableError
from graph.pace import Pace
from graph.transport.bodies import ClientGoneError, too_slow
from graph.transport.headers import headers_of
from graph.transport.rejections import BadRequestError, BodyTimeoutError, UnsupportedMediaTypeError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import Receive, Scope

_LENGTH_DIGITS: Final = 18
LINGER_SECONDS: Final = 2.0
"""How long more of a body is listened to, and dropped, that was refused: who is sending reads no answer yet."""
LINGER_BYTES: Final = 16 << 20


class Arrivals:
    """The bodies that are under way.

    Args:
        patience: for how many seconds nothing may come, or too little.
        rate: bytes a second that have to come; 0: any.
    """

    def __init__(self, patience: float, rate: float = 0) -> None:
        self._patience = patience
        self._rate = rate
        self._open: set[Arriving] = set()
        self._draining = False

    def of(self, scope: Scope, receive: Receive) -> Arriving:
        """The body of a request.

        Raises:
            BadRequestError: its length is no number.
            UnsupportedMediaTypeError: it is compressed, which would be kept as it is.
        """
        return Arriving(scope, receive, Pace(self._rate, self._patience))

    async def resumable(self, body: Arriving) -> AsyncGenerator[bytes]:
        """A body that may break off: it does where the process ends, since its client can go on elsewhere."""
        self._open.add(body)
        try:
            if self._draining:
                body.stop()
            async for chunk in body.chunks():
                yield chunk
        finally:
            self._open.discard(body)

    def begin_drain(self) -> None:
        """End the bodies that can be gone on with."""
        self._draining = True
        for body in self._open:
            body.stop()


class Arriving:
    """The body of one request.

    Attributes:
        length: in bytes, as the client has announced it; None: it has not.
        ended: whether all of it has come.
    """

    def __init__(self, scope: Scope, receive: Receive, pace: Pace) -> None:
        headers = headers_of(scope)
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise UnsupportedMediaTypeError("The body has to come without Content-Encoding.")
        self.length = _length(headers.get("content-length"))
        self.ended = self.length == 0
        self._awaited = "expect" in headers
        self._receive = receive
        self._pace = pace
        self._limit: asyncio.Timeout | None = None
        self._stopped = False

    @property
    def is_empty(self) -> bool:
        """Whether no byte of it will come."""
        return self.length == 0

    async def chunks(self) -> AsyncGenerator[bytes]:
        """What comes, until it ends.

        Raises:
            ClientGoneError: the client hung up.
            BodyTimeoutError: it sends nothing any more, or drips.
            UnavailableError: the process ends.
        """
        pace, clock = self._pace, asyncio.get_running_loop().time
        while not self.ended:
            begun = clock()
            chunk = await self._next(pace.left)
            pace.count(len(chunk), clock() - begun)
            if chunk:
                yield chunk
            if pace.is_lost and not self.ended:
                raise too_slow(pace)

    async def linger(self) -> None:
        """Drop what still comes of a body that was refused, for a moment."""
        dropped, clock = 0, asyncio.get_running_loop().time
        end = clock() + LINGER_SECONDS
        # Who waits to be asked for the body is not asked.
        while not (self.ended or self._awaited) and dropped < LINGER_BYTES and clock() < end:
            try:
                dropped += len(await self._next(end - clock()))
            except (ClientGoneError, BodyTimeoutError, UnavailableError):
                return

    def stop(self) -> None:
        """Have the body break off."""
        self._stopped = True
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())

    async def _next(self, seconds: float) -> bytes:
        if self._stopped:
            raise UnavailableError("The server is shutting down.")
        self._awaited = False
        try:
            async with asyncio.timeout(seconds) as self._limit:
                message = await self._receive()
        except TimeoutError:
            if self._stopped:
                raise UnavailableError("The server is shutting down.") from None
            raise too_slow(self._pace) from None
        finally:
            self._limit = None
        if message["type"] != "http.request":
            self.ended = True
            raise ClientGoneError
        self.ended = not message.get("more_body", False)
        chunk: bytes = message.get("body", b"")
        return chunk


def _length(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > _LENGTH_DIGITS:
        raise BadRequestError("Content-Length is no number.")
    return int(text)
