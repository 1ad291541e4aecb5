"""Clients that take nothing any more of what is sent to them, or too little: after some time they are hung up on."""

from __future__ import annotations

import asyncio
import fcntl
import struct
import termios
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from graph.pace import Pace

_INTEGER: Final = struct.Struct("i")


class Stalls:
    """Watches one connection while more is written to it than its client takes.

    Args:
        transport: the connection.
        pace: at which the client has to take what is written.
    """

    def __init__(self, transport: asyncio.Transport, pace: Pace) -> None:
        self._transport = transport
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._begun = 0.0
        self._before = 0

    def begin(self) -> None:
        """Something waits to be taken, and nothing is written meanwhile."""
        self.stop()
        self._begun, self._before = self._loop.time(), self._waiting()
        self._timer = self._loop.call_later(self._pace.left, self._look)

    def end(self) -> None:
        """Nothing does any more, or more is to be written."""
        if self._timer is not None:
            self.stop()
            self._pace.count(self._before - self._waiting(), self._loop.time() - self._begun)

    def stop(self) -> None:
        """The connection is lost."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self.end()
        if self._pace.is_lost:
            self._transport.abort()
        else:
            self.begin()

    def _waiting(self) -> int:
        """Bytes that wait here and in the system."""
        found = self._transport.get_extra_info("socket")
        return self._transport.get_write_buffer_size() + (0 if found is None else unsent(found.fileno()))


def unsent(socket: int) -> int:
    """Bytes in the system's buffer of a socket that its client has not confirmed."""
    try:
        return _INTEGER.unpack(fcntl.ioctl(socket, termios.TIOCOUTQ, bytes(_INTEGER.size)))[0]  # type: ignore[no-any-return]  # an int
    except OSError:
        return 0
