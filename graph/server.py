"""One server process: uvicorn with the application's own lifespan and an end that keeps its budget."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from loguru import logger

from domain.deadline import TimeLimit
from graph.application import Application
from graph.known_heads import KnownHeads
from graph.listening import listening_error
from graph.transport.files.routes import FILES
from graph.zero_copy import FileConnection

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Generator, Sequence
    from types import FrameType

    from fastapi import FastAPI

    from graph.draining import Drain
    from graph.settings import Settings

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_SENDING_THREADS: Final = 4
"""Files that the kernel is copying at once; clients that are waited for take none."""
_IDLE_SECONDS: Final = 65.0
"""Longer than the idle time of usual proxies, so that they are the ones to hang up."""
_GARBAGE: Final = (3_000, 2)
"""Objects made, less those freed, after which the youngest are looked through, and after how many times those too that
have stayed: a few thousand at a time take some milliseconds, in which nobody is answered."""
_CANCEL_SECONDS: Final = 1.0
_FLUSH_SECONDS: Final = 0.5
_POLL_SECONDS: Final = 0.02


def serve_app(
    app: FastAPI,
    settings: Settings,
    sockets: list[socket.socket],
    on_started: Callable[[], None],
    signals: Sequence[signal.Signals] = _SIGNALS,
) -> int:
    """Serve in this process until a signal ends it.

    Args:
        app: the application.
        settings: the settings of the process.
        sockets: bound ones; they are closed at the end.
        on_started: called once requests are answered.
        signals: those that end it.

    Returns:
        The exit code.

    Raises:
        StartupError: with one line for the operator.
    """
    # A request leaves no garbage that has to be found: looking for it after 700 new objects costs 2 % of a small query.
    gc.set_threshold(*_GARBAGE)
    server = Server(
        app,
        drain_seconds=settings.shutdown_timeout,
        max_frame_bytes=settings.max_frame_bytes,
        transfer_seconds=settings.storage_timeout,
        transfer_rate=settings.transfer_min_rate,
        signals=signals,
        on_started=on_started,
    )
    try:
        server.run(sockets)
    except asyncio.CancelledError:
        logger.info("Stopped while starting")
    except OSError as error:
        raise listening_error(settings.host, settings.port, error) from error
    return 0


class Server(uvicorn.Server):
    """Serves one application until SIGTERM or SIGINT, then drains; a second signal cuts the draining short.

    uvicorn's own shutdown closes idle connections under the feet of their clients, closes websockets before the
    application can say why, and ends with the signal instead of exit code 0. This one first refuses new requests with
    an answer, lets the running ones finish within `drain_seconds`, and then closes what is left.
    """

    def __init__(
        self,
        app: FastAPI,
        *,
        drain_seconds: float,
        max_frame_bytes: int,
        transfer_seconds: float = 30,
        transfer_rate: float = 0,
        signals: Sequence[signal.Signals] = _SIGNALS,
        on_started: Callable[[], None] = lambda: None,
    ) -> None:
        config = uvicorn.Config(
            app.front if isinstance(app, Application) else app,
            loop="uvloop",
            http=FileConnection,
            ws="websockets-sansio",
            # One more than the endpoint allows, so that the endpoint is the one to say what was wrong.
            ws_max_size=max_frame_bytes + 1,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # uvicorn would believe every client on loopback; see TRUSTED_PROXIES
        )
        config.load()
        config.lifespan_class = partial(_Lifespan, app)
        self._threads = ThreadPoolExecutor(_SENDING_THREADS, "sending")
        protocol: Any = partial(
            FileConnection,
            idle_limit=TimeLimit(_IDLE_SECONDS),
            heads=KnownHeads(),
            files=FILES,
            patience=transfer_seconds,
            rate=transfer_rate,
            threads=self._threads,
        )
        config.http_protocol_class = protocol
        super().__init__(config)
        self._drain_seconds = drain_seconds
        self._handled = signals
        self._on_started = on_started
        self._forced = asyncio.Event()
        self._starting: asyncio.Task[Any] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the application, then listen.

        Raises:
            Exception: what the application's lifespan raised, or OSError from listening; all is closed again then.
            CancelledError: a signal came meanwhile.
        """
        self._starting = asyncio.current_task()
        try:
            await super().startup(sockets)
        except BaseException:
            await self.lifespan.shutdown()
            raise
        self._starting = None
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then close the application."""
        logger.info("Shutting down")
        for listener in self.servers:
            listener.close()
        for bound in sockets or ():
            bound.close()
        drain: Drain = self.lifespan.state["drain"]
        drain.begin()
        await self._run_out(drain)
        await self._cancel_rest()
        await self._close_connections()
        await self.lifespan.shutdown()
        self._threads.shutdown(wait=False)
        logger.info("Stopped")

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Handle the signals while serving; unlike uvicorn's, does not raise them again afterwards."""
        previous = {number: signal.signal(number, self.handle_exit) for number in self._handled}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature of signal.signal
        """End gracefully on the first signal, at once on the next; during the start there is nothing to drain."""
        if self.should_exit:
            self.force_exit = True
            self._forced.set()
        self.should_exit = True
        if self._starting is not None:
            self._starting.cancel()

    async def _run_out(self, drain: Drain) -> None:
        """Wait until nothing runs, the budget is spent or a second signal has come."""
        finished = asyncio.ensure_future(self._finish(drain))
        forced = asyncio.ensure_future(self._forced.wait())
        await asyncio.wait({finished, forced}, timeout=self._drain_seconds, return_when=asyncio.FIRST_COMPLETED)
        for waiter in (finished, forced):
            waiter.cancel()
        await asyncio.gather(finished, forced, return_exceptions=True)

    async def _finish(self, drain: Drain) -> None:
        await drain.finish(self._drain_seconds)
        while running := self._running():
            await asyncio.wait(running)

    async def _cancel_rest(self) -> None:
        rest = self._running()
        if not rest:
            return
        logger.warning("Cutting off {} requests", len(rest))
        for task in rest:
            task.cancel()
        await asyncio.wait(rest, timeout=_CANCEL_SECONDS)

    def _running(self) -> set[asyncio.Task[None]]:
        """The requests that are being answered; connections count their last one until the next one comes."""
        return {task for task in self.server_state.tasks if not task.done()}

    async def _close_connections(self) -> None:
        for connection in list(self.server_state.connections):
            connection.shutdown()
        deadline = asyncio.get_running_loop().time() + _FLUSH_SECONDS
        while (  # noqa: ASYNC110 - uvicorn tells nobody when the last bytes are out
            self.server_state.connections and asyncio.get_running_loop().time() < deadline
        ):
            await asyncio.sleep(_POLL_SECONDS)


class _Lifespan:
    """What uvicorn asks of a lifespan, without its messages: a failure reaches whoever started the server as it is."""

    should_exit = False

    def __init__(self, app: FastAPI, _: uvicorn.Config) -> None:
        self._app = app
        self._context = contextlib.AsyncExitStack()
        self.state: dict[str, Any] = {}

    async def startup(self) -> None:
        """Enter the application's lifespan."""
        state = await self._context.enter_async_context(self._app.router.lifespan_context(self._app))
        self.state.update(state or {})

    async def shutdown(self) -> None:
        """Leave it; does nothing the second time."""
        await self._context.aclose()
