"""What frames requests: how many bytes it may have, and how long a head may take to come.

uvicorn's protocol takes heads of any size, and waits for them for ever: one client could fill the memory, or hold
as many connections as there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

MOST_BYTES: Final = 65_536
"""Of a head, of the trailers of a body and of what divides it, beyond what comes with the first of them in one read."""
_TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHeadProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 with these limits.

    Args:
        patience: seconds in which a head has to come, and in which a new connection has to send one.
        options: uvicorn's own.

    Attributes:
        within_message: whether a part of a request has come, and not yet the end of it.
    """

    def __init__(self, *, patience: float = 30, **options: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(**options)
        self.patience = patience
        self._head_comes = False
        self.within_message = False
        self._moved = False
        self._framing = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self.stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless too much has come since a head began or a body went on."""
        self._moved = False
        super().data_received(data)
        if self._head_comes and self._timer is None:
            self._wait()
        if self._moved or not self.within_message:
            self._framing = 0
            return
        self._framing += len(data)
        if self._framing > MOST_BYTES:
            self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._head_comes = self.within_message = self._moved = True

    def on_headers_complete(self) -> None:
        """A head has come."""
        self._head_comes, self._moved = False, True
        self.stop_waiting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A body goes on."""
        self._moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request has come."""
        self.within_message = False
        super().on_message_complete()

    def closing(self) -> None:
        """It is being closed; what was written may wait for the client yet."""

    def stop_waiting(self) -> None:
        """A head has come."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.patience, self._refuse, _TOO_SLOW)

    def _refuse(self, answer: bytes) -> None:
        if self.transport.is_closing():
            return
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is None or cycle.response_complete:
            self.transport.write(answer)
            self.transport.close()
            self.closing()
        else:  # within the answer to another request nothing else can be said
            self.transport.abort()
