"""Files from the disk to the socket without passing through this process: ASGI's `http.response.zerocopysend`.

uvicorn does not offer the extension. Connections do here, to what serves files, where they are without TLS: once the
head of a response has left, the kernel copies the file (sendfile), a burst at a time in a thread, because the disk may
keep it waiting. A client that is slow to take it is waited for by the event loop, so it keeps no thread busy.

https://asgi.readthedocs.io/en/latest/extensions.html#zero-copy-send
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from graph.connections import Connection
from graph.held_heads import HeldHead
from graph.pace import Pace
from graph.sending_files import SendingFile
from graph.stalls import Stalls
from graph.transport.files.bodies import ZERO_COPY

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable
    from concurrent.futures import Executor

    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from uvicorn._types import ASGI3Application
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class FileConnection(Connection):
    """A connection with the extension; it also hangs up on clients that take nothing any more.

    Args:
        files: what the paths begin with that files are sent from.
        patience: seconds in which a head has to come, and after which it is looked at what the client takes of what is
            sent to it.
        rate: bytes a second that it has to take then; 0: any.
        threads: where the kernel copies.
        options: those of a connection.
    """

    def __init__(
        self,
        *,
        files: str,
        patience: float,
        rate: float,
        threads: Executor,
        **options: Any,  # noqa: ANN401 - uvicorn's
    ) -> None:
        super().__init__(patience=patience, **options)
        self._rate = rate
        self.threads = threads
        self._files = files
        self._stalls: Stalls | None = None
        self._sending: SendingFile | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Begin to watch what is written."""
        super().connection_made(transport)
        self._stalls = Stalls(transport, Pace(self._rate, self.patience))

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is being sent."""
        super().connection_lost(exc)
        if self._stalls is not None:
            self._stalls.stop()
        if self._sending is not None:
            self._sending.wake()

    def pause_writing(self) -> None:
        """More is written than the client takes."""
        super().pause_writing()
        if self._stalls is not None:
            self._stalls.begin()

    def resume_writing(self) -> None:
        """It has taken enough for more to be written."""
        super().resume_writing()
        if self._stalls is not None:
            self._stalls.end()
        if self.transport.is_closing():
            self.closing()

    def closing(self) -> None:
        """It is closed as soon as the client has taken the rest, which it is not waited for without end."""
        if self._stalls is not None and self.transport.get_write_buffer_size():
            self._stalls.begin()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        scope: Any = cycle.scope
        any_app: Any = app
        served: Any = partial(self._serve, cycle, any_app) if scope["path"].startswith(self._files) else app
        super()._start_asgi_task(cycle, served)

    def _serve(
        self, cycle: RequestResponseCycle, app: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> Awaitable[None]:
        held = HeldHead(self.transport)
        cycle.transport = cast("asyncio.Transport", held)  # it uses these methods of it
        if scope["scheme"] != "http":
            return app(scope, receive, send)

        async def send_more(message: Message) -> None:
            if message["type"] == ZERO_COPY:
                held.flush()
                await self._send_file(cycle, message)
            else:
                await send(message)

        scope.setdefault("extensions", {})[ZERO_COPY] = {}
        return app(scope, receive, send_more)

    async def _send_file(self, cycle: RequestResponseCycle, message: Message) -> None:
        count: int = message["count"]
        if cycle.scope["method"] != "HEAD" and not cycle.disconnected:
            # Nothing else may be written meanwhile, as uvicorn does to answer what it cannot parse.
            cycle.flow.pause_reading()
            await _flushed(self.transport, cycle)
            await self._copy(cycle, message["file"], message["offset"], count)
            cycle.expected_content_length -= count
        await cycle.send({"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)})

    async def _copy(self, cycle: RequestResponseCycle, file: int, offset: int, count: int) -> None:
        if cycle.disconnected:
            return
        sending = self._sending = SendingFile(self.transport, self.threads, file)
        try:
            whole = await sending.send(offset, count, Pace(self._rate, self.patience), lambda: cycle.disconnected)
        finally:
            self._sending = None
            sending.close()
        if not whole:
            # What is missing cannot be told any more, but that something is.
            cycle.disconnected = True
            self.transport.abort()


async def _flushed(transport: asyncio.Transport, cycle: RequestResponseCycle) -> None:
    """Wait until all that was written has left this process, or the connection is lost."""
    with contextlib.suppress(RuntimeError):  # uvloop's, where the transport is closed already
        transport.set_write_buffer_limits(high=0)
        try:
            await cycle.flow.drain()
        finally:
            transport.set_write_buffer_limits()
