"""Work that outlasts the calls that wait for it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from domain.errors import TimedOutError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

Result = TypeVar("Result")


class Joined(Generic[Result]):
    """Goes on with work when its caller's time is over; whoever asks for the same meanwhile waits for it too.

    Args:
        seconds: what the work may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: dict[UUID, asyncio.Task[Result]] = {}

    async def __call__(self, subject: UUID, work: Callable[[], Awaitable[Result]]) -> Result:
        """What the work on the subject answers; `work` begins it where it is not under way in this process.

        Raises:
            TimedOutError: it took too long.
        """
        task = self._running.get(subject)
        if task is None:
            task = self._running[subject] = asyncio.create_task(self._within_time(work))
            task.add_done_callback(partial(self._end, subject))
        return await asyncio.shield(task)

    async def _within_time(self, work: Callable[[], Awaitable[Result]]) -> Result:
        try:
            async with asyncio.timeout(self._seconds):
                return await work()
        except TimeoutError:
            raise TimedOutError("This took longer than an upload may.") from None

    def _end(self, subject: UUID, task: asyncio.Task[Result]) -> None:
        del self._running[subject]
        if not task.cancelled():
            task.exception()  # whoever waited has it; if nobody does any more it is no news
