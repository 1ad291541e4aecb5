"""The worker of jobs: beside the server or alone, started again whenever the database comes back."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from loguru import logger

from persistence.jobs.timing import Timing

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from persistence.connection import DatabaseOptions
    from persistence.jobs.registry import Jobs
    from persistence.jobs.running import Run

_CLOSE_SECONDS: Final = 2.0
_STEADY_SECONDS: Final = 60.0


class JobWorker:
    """Runs the jobs of this process until it is drained.

    What is slow to import is loaded in a thread, and not before `Timing.delay`. Nothing that goes wrong here ends the
    server: the worker starts again, with a growing pause between the tries.
    """

    def __init__(
        self,
        options: DatabaseOptions,
        jobs: Jobs,
        timing: Timing | None = None,
        on_started: Callable[[], None] = lambda: None,
    ) -> None:
        self._options = options
        self._jobs = jobs
        self._timing = timing or Timing()
        self._on_started = on_started
        self._ending = asyncio.Event()
        self._ended = asyncio.Event()
        self._run: Run | None = None
        self._told = False

    def begin_drain(self) -> None:
        """Take no new job."""
        self._ending.set()
        if self._run is not None:
            self._run.stop()

    def cut_short(self) -> None:
        """Put the running jobs back for another worker, at once."""
        self.begin_drain()
        if self._run is not None:
            self._run.cut_short()

    async def drain(self, timeout: float) -> None:  # noqa: ASYNC109 - a budget that is handed on, not a scope
        """Wait for the running jobs, at the latest until `timeout` seconds are over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._ended.wait()

    @asynccontextmanager
    async def beside(self) -> AsyncGenerator[None]:
        """Run beside what the block does; at its end running jobs get a few seconds."""
        task = asyncio.create_task(self.run(self._timing.delay))
        try:
            yield
        finally:
            self.begin_drain()
            await asyncio.wait([task], timeout=_CLOSE_SECONDS)
            self.cut_short()
            await asyncio.wait([task], timeout=_CLOSE_SECONDS)
            task.cancel()
            await asyncio.wait([task], timeout=_CLOSE_SECONDS)

    async def run(self, delay: float = 0) -> None:
        """Run until drained; `delay` is in seconds."""
        try:
            await self._wait(delay)
            pause = self._timing.restart
            while not self._ending.is_set():
                began = asyncio.get_running_loop().time()
                await self._run_once()
                if asyncio.get_running_loop().time() - began > _STEADY_SECONDS:
                    pause = self._timing.restart
                await self._wait(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret
                pause = min(pause * 2, self._timing.longest_restart)
        finally:
            self._ended.set()

    async def _run_once(self) -> None:
        try:
            running = await asyncio.to_thread(importlib.import_module, "persistence.jobs.running")
            self._run = run = await running.Run.load(self._options, self._jobs, self._timing)
            if not self._ending.is_set():
                await run(self._started)
            reason = "the connection was lost"
        except Exception as error:  # noqa: BLE001 - whatever it was, jobs have to be run again
            reason = (str(error.__cause__ or error).splitlines() or [type(error).__name__])[0]
            logger.opt(exception=error).debug("The worker of jobs has stopped")
        finally:
            self._run = None
        if not self._ending.is_set() and not self._told:
            self._told = True
            logger.warning("No jobs are run, the worker is started again: {}", reason)

    def _started(self) -> None:
        if self._told:
            self._told = False
            logger.info("Jobs are run again")
        self._on_started()

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()
