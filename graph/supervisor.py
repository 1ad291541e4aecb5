"""The parent of several server processes: starts them, replaces one that dies, passes the end on."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from multiprocessing import connection, get_context, parent_process
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from loguru import logger

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from multiprocessing.context import SpawnProcess
    from multiprocessing.synchronize import Event
    from types import FrameType

    Serve = Callable[[list[socket.socket], Callable[[], None]], int]

_SPAWN: Final = get_context("spawn")
_POLL_SECONDS: Final = 0.2
_RESTART_SECONDS: Final = 1.0
# What a process may take beyond its budget: closing the database, releasing the embedded one.
_CLOSING_SECONDS: Final = 15.0
# One that is told to end while it still loads its modules has nothing to drain and dies of the signal.
_WELL_ENDED: Final = {0, -signal.SIGTERM}


class Supervisor:
    """Keeps `count` processes running `serve` on the same sockets, until SIGTERM or SIGINT.

    Each process is told to drain by SIGTERM; a second signal to the parent is passed on and cuts the draining short.
    A process that dies is replaced; one that cannot start at first ends them all.
    """

    def __init__(
        self,
        serve: Serve,
        sockets: list[socket.socket],
        *,
        count: int,
        drain_seconds: float,
        on_started: Callable[[], None],
    ) -> None:
        self._serve = serve
        self._sockets = sockets
        self._count = count
        self._drain_seconds = drain_seconds
        self._on_started = on_started
        self._workers: list[_Worker] = []
        self._told = False
        self._ending = False

    def run(self) -> int:
        """Serve until told to end; the exit code is 1 if a process could not start, else 0."""
        previous = {number: signal.signal(number, self._handle) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._workers = [self._start() for _ in range(self._count)]
            failed = self._watch()
            return self._end() or failed
        finally:
            for worker in self._workers:
                worker.process.kill()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _start(self) -> _Worker:
        worker = _Worker(self._serve, self._sockets)
        worker.process.start()
        return worker

    def _watch(self) -> int:
        while not self._ending:
            connection.wait([worker.process.sentinel for worker in self._workers], timeout=_POLL_SECONDS)
            self._tell_when_started()
            for index, worker in enumerate(self._workers):
                if worker.process.is_alive() or self._ending:
                    continue
                if not self._told and not worker.started.is_set():
                    return 1
                logger.error("Server process {} died; starting another one", worker.process.pid)
                # A pause, so that one that always dies soon does not keep the machine busy.
                sleep(max(0.0, worker.began + _RESTART_SECONDS - monotonic()))
                self._workers[index] = self._start()
        return 0

    def _tell_when_started(self) -> None:
        if not self._told and all(worker.started.is_set() for worker in self._workers):
            self._told = True
            self._on_started()

    def _end(self) -> int:
        for bound in self._sockets:
            bound.close()
        self._signal_all(signal.SIGTERM)
        self._ending = True
        deadline = monotonic() + self._drain_seconds + _CLOSING_SECONDS
        for worker in self._workers:
            worker.process.join(max(0.0, deadline - monotonic()))
        return 0 if all(worker.process.exitcode in _WELL_ENDED for worker in self._workers) else 1

    def _handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature of signal.signal
        if self._ending:
            self._signal_all(signal.SIGTERM)
        self._ending = True

    def _signal_all(self, number: signal.Signals) -> None:
        for worker in self._workers:
            if worker.process.is_alive() and worker.process.pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.process.pid, number)


class _Worker:
    """One server process, and whether it has begun to serve."""

    def __init__(self, serve: Serve, sockets: list[socket.socket]) -> None:
        self.began = monotonic()
        self.started: Event = _SPAWN.Event()
        self.process: SpawnProcess = _SPAWN.Process(target=_work, args=(serve, sockets, self.started))


def _work(serve: Serve, sockets: list[socket.socket], started: Event) -> None:
    raise SystemExit(serve(sockets, started.set))


def end_with_parent() -> None:
    """Make this process drain when its parent is gone, also when that one was killed.

    Ctrl-C reaches every process of a terminal; only the parent heeds it, so that it is not a second signal here.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_drain_when_gone, args=(parent.sentinel,), daemon=True).start()


def _drain_when_gone(sentinel: int) -> None:
    connection.wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
