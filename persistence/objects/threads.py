"""Work for threads: with a time limit, and nothing left open by whoever stopped waiting for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class Threads:
    """A few threads. A call of the system cannot be interrupted, so a thread may outlive those who wait for it."""

    def __init__(self, name: str, count: int, seconds: float) -> None:
        """`seconds` is how long one piece of work is waited for."""
        self._pool = ThreadPoolExecutor(count, name)
        self._seconds = seconds

    def close(self) -> None:
        """Take no more work; what was submitted is still done."""
        self._pool.shutdown(wait=False)

    async def run(self, work: Callable[[], Result], late: Callable[[Result], object] | None = None) -> Result:
        """Do the work in a thread.

        Args:
            work: what to do; if nobody waits any more when it is its turn, it is not done.
            late: does away with a result that comes when nobody waits for it any more; in a thread.

        Raises:
            TimeoutError: it took too long, and may be going on.
        """
        future = self._pool.submit(work)
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.wrap_future(future)
        except (TimeoutError, asyncio.CancelledError):
            if late is not None:
                future.add_done_callback(_handing_over(late))
            raise

    async def run_surely(self, work: Callable[[], Result]) -> Result:
        """Do the work in a thread even if the caller is cancelled, whom that lets go at once.

        Raises:
            TimeoutError: it took too long, and may be going on.
        """
        future = self._pool.submit(work)
        async with asyncio.timeout(self._seconds):
            return await asyncio.shield(_observed(future))


def _observed(future: Future[Result]) -> asyncio.Future[Result]:
    """The future for this loop; its failure counts as seen, also when nobody waits for it any more."""
    wrapped = asyncio.wrap_future(future)
    wrapped.add_done_callback(lambda done: done.cancelled() or done.exception())
    return wrapped


def _handing_over(late: Callable[[Result], object]) -> Callable[[Future[Result]], None]:
    def hand_over(future: Future[Result]) -> None:
        if not future.cancelled() and future.exception() is None:
            late(future.result())

    return hand_over
