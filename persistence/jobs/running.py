"""One run of procrastinate's worker, over connections of its own. Slow to import: see `worker`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from loguru import logger
from procrastinate import App, RetryDecision
from procrastinate.retry import BaseRetryStrategy
from procrastinate.worker import Worker

from persistence.jobs.connector import SchemaConnector
from persistence.jobs.registry import JobError, JobRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from procrastinate import JobContext
    from procrastinate.jobs import Job as StoredJob

    from persistence.connection import DatabaseOptions
    from persistence.jobs.registry import Job, Jobs, PeriodicJob
    from persistence.jobs.timing import Timing

_CONCURRENCY: Final = 5
_CLOSE_SECONDS: Final = 5.0
_SWEEP: Final = "sweep_failed_jobs"

# A worker that was killed leaves its jobs as they were. One statement, so that of several workers one takes each job.
# What waits for the clock is not taken up: its next time comes.
_TAKE_UP: Final = """
UPDATE procrastinate_jobs AS job
SET status = CASE WHEN queueing_lock IS NULL AND attempts < %(attempts)s THEN 'todo' ELSE 'failed'
    END::selfgraph.procrastinate_job_status,
    attempts = attempts + 1, scheduled_at = pg_catalog.now(), worker_id = NULL
WHERE status = 'doing' AND NOT EXISTS (
    SELECT FROM procrastinate_workers AS worker
    WHERE worker.id = job.worker_id
      AND worker.last_heartbeat > pg_catalog.now() - pg_catalog.make_interval(secs => %(seconds)s)
)
"""
_FORGET: Final = """
DELETE FROM procrastinate_jobs AS job
WHERE status NOT IN ('todo', 'doing') AND NOT EXISTS (
    SELECT FROM procrastinate_events AS event
    WHERE event.job_id = job.id AND event.at > pg_catalog.now() - pg_catalog.make_interval(days => %(days)s)
)
"""


class Run:
    """One run of the worker, from the opening of its connections to their end."""

    def __init__(self, options: DatabaseOptions, jobs: Jobs, timing: Timing) -> None:
        self._timing = timing
        self._stopped = False
        self._over = asyncio.Event()
        self._attempts: set[asyncio.Task[Any]] = set()
        self._connector = SchemaConnector(options)
        self._app = App(connector=self._connector)
        for job in jobs.kinds:
            self._register(job)
        for periodic in jobs.periodic_kinds:
            _register_periodic(self._app, periodic)
        self._app.periodic(cron="17 * * * *")(
            self._app.task(name=_SWEEP, queue=_SWEEP, queueing_lock=_SWEEP)(self._sweep)
        )
        # Its own jobs only: what a newer version has enqueued is left for a worker that knows it.
        queues = [*(job.name for job in jobs.kinds), *(job.name for job in jobs.periodic_kinds), _SWEEP]
        self._worker = Worker(
            app=self._app,
            queues=queues,
            concurrency=_CONCURRENCY,
            fetch_job_polling_interval=timing.poll,
            shutdown_graceful_timeout=timing.finish,
            listen_notify=options.prepared_statements,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=timing.heartbeat,
            stalled_worker_timeout=timing.stalled,
        )

    @classmethod
    async def load(cls, options: DatabaseOptions, jobs: Jobs, timing: Timing) -> Self:
        """Make a run, in a thread: jobs load what they need."""
        return await asyncio.to_thread(cls, options, jobs, timing)

    async def __call__(self, on_started: Callable[[], None]) -> None:
        """Run jobs until `stop`, or until the database is gone.

        Raises:
            Exception: the database cannot be used; nothing is left running.
        """
        async with self._app.open_async():
            await self._take_up()
            if self._stopped:
                return
            on_started()
            taking_up = asyncio.create_task(self._keep_taking_up())
            try:
                await self._worker.run()  # type: ignore[no-untyped-call]  # upstream has no types here
            finally:
                self._over.set()
                taking_up.cancel()
                await asyncio.wait([taking_up], timeout=_CLOSE_SECONDS)

    def stop(self) -> None:
        """Take no new job, finish the running ones within `Timing.finish` seconds, and put back the rest."""
        self._stopped = True  # the worker forgets what it is told before it runs
        self._worker.stop()  # type: ignore[no-untyped-call]  # upstream has no types here

    def cut_short(self) -> None:
        """Put the running jobs back at once."""
        for task in self._attempts:
            task.cancel()

    def _register(self, job: Job) -> None:
        run = job.load()

        async def attempt(context: JobContext, /, **arguments: Any) -> None:  # noqa: ANN401 - what it was enqueued with
            number = context.job.attempts + 1
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 - a coroutine runs in one
            self._attempts.add(task)
            try:
                await run(JobRun(context.job.id or 0, number, arguments))
            except Exception as error:  # noqa: BLE001 - whatever it was, the job is tried again or has failed
                raise _FailedError(_told(job, context.job.id or 0, number, error)) from None
            finally:
                self._attempts.discard(task)

        self._app.task(name=job.name, queue=job.name, pass_context=True, retry=_AsDecided())(attempt)

    async def _keep_taking_up(self) -> None:
        # Not for ever: a cancellation that meets a lost connection comes out of psycopg as the loss of it.
        while not self._over.is_set():
            await asyncio.sleep(self._timing.stalled / 2)
            try:
                await self._take_up()
            except Exception as error:  # noqa: BLE001 - the worker meets the same failure, and ends
                logger.debug("Jobs of lost workers were not looked for: {}", error)

    async def _take_up(self) -> None:
        await self._connector.execute_query_async(
            _TAKE_UP, attempts=self._timing.attempts, seconds=self._timing.stalled
        )

    async def _sweep(self, timestamp: int) -> None:  # noqa: ARG002 - given to every periodic job
        await self._connector.execute_query_async(_FORGET, days=self._timing.keep_failed_days)


class _FailedError(Exception):
    """An attempt has failed; `delay` is in seconds, None after the last one."""

    def __init__(self, delay: float | None) -> None:
        super().__init__(f"tried again in {delay:.0f} s" if delay is not None else "not tried again")
        self.delay = delay


class _AsDecided(BaseRetryStrategy):
    """Retries as the job has decided; what the end of the worker has cut off, at once."""

    def get_retry_decision(self, *, exception: BaseException, job: StoredJob) -> RetryDecision | None:  # noqa: ARG002 - upstream
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_at=datetime.now(UTC))
        if isinstance(exception, _FailedError) and exception.delay is not None:
            return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=exception.delay))
        return None


def _told(job: Job, number: int, attempt: int, error: Exception) -> float | None:
    """Log a failed attempt; the seconds until the next one."""
    known = error if isinstance(error, JobError) else None
    delay = None if known and known.permanent else job.backoff.delay(attempt)
    reason = known or type(error).__name__
    said = logger if known else logger.opt(exception=error)
    if delay is None:
        said.error("Job {} ({}) has failed for good at attempt {}: {}", number, job.name, attempt, reason)
    else:
        said.warning(
            "Job {} ({}) has failed at attempt {}, next in {:.0f} s: {}", number, job.name, attempt, delay, reason
        )
    return delay


def _register_periodic(app: App, job: PeriodicJob) -> None:
    async def run(timestamp: int) -> None:  # noqa: ARG001 - given to every periodic job
        try:
            await job.run()
        except Exception as error:  # noqa: BLE001 - it is told, and its next time comes
            logger.opt(exception=error).error("The periodic job {} has failed", job.name)

    task = app.task(name=job.name, queue=job.name, lock=job.name, queueing_lock=job.name)(run)
    app.periodic(cron=job.cron)(task)
