"""One file on its way into one socket: the kernel copies it, a burst at a time in a thread."""

from __future__ import annotations

import asyncio
import os
import select
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from loguru import logger

from graph.stalls import unsent

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from graph.pace import Pace

_STEP_BYTES: Final = 8 << 20
_BURST_SECONDS: Final = 0.05
_LINGER_MILLISECONDS: Final = 5
"""How long a thread waits for the client: one that reads as fast as it can needs less."""


class SendingFile:
    """One file on its way into one socket.

    Args:
        transport: the connection, of which everything that was written before has left.
        threads: where the kernel copies.
        file: the descriptor of the file, which may be closed at any time.
    """

    def __init__(self, transport: asyncio.Transport, threads: Executor, file: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._threads = threads
        # Copies of our own: a thread may still be at work when everybody else has closed theirs, and the numbers
        # of descriptors that are closed are given to other files.
        self._socket = os.dup(transport.get_extra_info("socket").fileno())
        self._file = os.dup(file)
        self._burst: asyncio.Future[tuple[int, float] | None] | None = None
        self._awake: asyncio.Future[None] | None = None

    def wake(self) -> None:
        """Look again whether the connection is there and takes more."""
        if self._awake is not None and not self._awake.done():
            self._awake.set_result(None)

    async def send(self, offset: int, count: int, pace: Pace, gone: Callable[[], bool]) -> bool:
        """Send some bytes of the file; False where that ends before.

        Args:
            offset: of the first one.
            count: how many.
            pace: at which the client has to take them.
            gone: whether the connection is lost; `wake` has it looked at.
        """
        end = offset + count
        taken = offset - unsent(self._socket)
        while offset < end and not gone():
            work = partial(_burst, self._socket, self._file, offset, end - offset)
            self._burst = self._loop.run_in_executor(self._threads, work)
            burst = await asyncio.shield(self._burst)
            if burst is None:
                return False
            sent, waited = burst
            offset += sent
            if not sent:
                waited += await self._wait(pace.left)
            # What is in the buffer counts when the client has it: a large one is not writable for long.
            before, taken = taken, offset - unsent(self._socket)
            pace.count(taken - before, waited)
            if pace.is_lost:
                return False
        return offset >= end

    async def _wait(self, most: float) -> float:
        """Wait until the client takes more, for so many seconds at most; how many it were."""
        begun = self._loop.time()
        self._awake = self._loop.create_future()
        self._loop.add_writer(self._socket, self.wake)
        try:
            async with asyncio.timeout(most):
                await self._awake
        except TimeoutError:
            pass
        finally:
            self._loop.remove_writer(self._socket)
        return self._loop.time() - begun

    def close(self) -> None:
        """Let go of both, as soon as no thread uses them."""
        if self._burst is None or self._burst.done():
            self._close()
        else:
            self._burst.add_done_callback(self._close)

    def _close(self, done: asyncio.Future[tuple[int, float] | None] | None = None) -> None:
        if done is not None and not done.cancelled():
            done.exception()  # told, though nobody waits for it any more
        os.close(self._socket)
        os.close(self._file)


def _burst(socket: int, file: int, offset: int, count: int) -> tuple[int, float] | None:
    """Have the kernel copy for a moment, as long as the client takes it.

    Returns:
        How much, and for how many seconds the client was waited for; None if nothing more can be copied.
    """
    sent, waited = 0, 0.0
    end = time.monotonic() + _BURST_SECONDS
    waiting = select.poll()
    waiting.register(socket, select.POLLOUT)
    while sent < count and time.monotonic() < end:
        step = _step(socket, file, offset + sent, min(_STEP_BYTES, count - sent))
        if step is None:
            return None
        if not step:
            begun = time.monotonic()
            ready = waiting.poll(_LINGER_MILLISECONDS)
            waited += time.monotonic() - begun
            if not ready:
                break
        sent += step
    return sent, waited


def _step(socket: int, file: int, offset: int, count: int) -> int | None:
    """How much the kernel has copied: 0 if the client takes no more now; None if the client or the file has ended."""
    try:
        step = os.sendfile(socket, file, offset, count)
    except BlockingIOError:
        return 0
    except ConnectionError:
        return None
    except OSError as error:
        logger.error("A file cannot be sent: {}", error.strerror)
        return None
    if not step:
        logger.error("A file is shorter than it was said to be")
        return None
    return step
