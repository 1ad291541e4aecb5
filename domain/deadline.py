"""Time limits for what every request does several times."""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType


class Expiring(Protocol):
    """What has a time limit.

    Attributes:
        when: when the time has come, on the loop's clock.
    """

    when: float

    def expire(self) -> None:
        """The time has come."""
        ...


class TimeLimit:
    """A number of seconds that many things have, each from its own beginning, with one timer for all of them.

    A timer of uvloop costs 4 us to set and to cancel. What has the same limit ends in the order in which it began, so
    only the oldest one needs a timer. Belongs to the loop that it is first used in.
    """

    __slots__ = ("_running", "_timer", "running_loop", "seconds")

    def __init__(self, seconds: float) -> None:
        """`seconds` may be infinite."""
        self.seconds = seconds
        self.running_loop: asyncio.AbstractEventLoop | None = None
        """The loop, once there is one."""
        self._running: dict[Expiring, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> Deadline:
        """The deadline of one block."""
        return Deadline(self)

    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop whose tasks have the limit."""
        loop = self.running_loop
        if loop is None:
            loop = self.running_loop = asyncio.get_running_loop()
        return loop

    def add(self, begun: Expiring) -> None:
        """Let it expire, unless it is removed before; it begins now."""
        begun.when = (self.running_loop or self.loop()).time() + self.seconds
        self._running[begun] = None
        if self._timer is None:
            self._watch(begun)

    def remove(self, begun: Expiring) -> None:
        """Watch it no longer, if it is watched."""
        self._running.pop(begun, None)

    def _watch(self, oldest: Expiring) -> None:
        if oldest.when < inf:
            self._timer = self.loop().call_at(oldest.when, self._expire)

    def _expire(self) -> None:
        self._timer = None
        now = self.loop().time()
        while self._running:
            oldest = next(iter(self._running))
            if oldest.when > now:
                self._watch(oldest)
                return
            del self._running[oldest]
            oldest.expire()


class Deadline:
    """Cancels the task that has entered it when its time has come; the block then ends in TimeoutError.

    As `asyncio.timeout_at`, whose entering and leaving are coroutines.

    Attributes:
        expired: whether its time has come before the end of the block.
        when: when it comes, on the loop's clock; set by entering.
    """

    __slots__ = ("_before", "_limit", "_task", "expired", "when")

    when: float

    def __init__(self, limit: TimeLimit) -> None:
        self._limit = limit
        self.expired = False

    def __enter__(self) -> Self:
        limit = self._limit
        task = asyncio.current_task(limit.running_loop or limit.loop())
        if task is None:
            raise RuntimeError("a deadline is entered by a task, in the loop of its limit")
        self._task = task
        self._before = task.cancelling()
        limit.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._limit.remove(self)
        # Somebody else's cancellation, in the same moment, goes before ours.
        if self.expired and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """End the block."""
        self.expired = True
        self._task.cancel()
