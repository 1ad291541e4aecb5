"""`selfgraph worker`: the worker of jobs without a server."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from graph.settings import Settings
    from persistence.jobs.worker import JobWorker


def worker() -> None:
    """Run jobs such as mail until SIGTERM or SIGINT, beside servers that run with JOBS_WORKER=false."""
    from graph.app import with_keys
    from graph.logs import configure_logs
    from graph.settings import load_settings
    from graph.startup import StartupError

    settings = load_settings()
    configure_logs(settings, sys.stderr)
    try:
        settings = with_keys(settings)
        configure_logs(settings, sys.stderr)
        asyncio.run(_Work(settings).run_until_signal())
    except StartupError as error:
        typer.echo(f"selfgraph: {error}", err=True)
        raise typer.Exit(1) from None


class _Work:
    """The run of one process: the first signal lets running jobs finish, a second one puts them back."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._worker: JobWorker | None = None
        self._running: asyncio.Task[None] | None = None
        self._told = False

    async def run_until_signal(self) -> None:
        """Run.

        Raises:
            StartupError: there is no database, or it cannot be used.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._tell)
        self._running = asyncio.create_task(self._run())
        with suppress(asyncio.CancelledError):  # a signal during the start
            await self._running

    def _tell(self) -> None:
        if self._worker is None:
            if self._running is not None:
                self._running.cancel()
        elif self._told:
            self._worker.cut_short()
        else:
            self._worker.begin_drain()
        self._told = True

    async def _run(self) -> None:
        from graph.wiring.database import database_place, open_database
        from graph.wiring.jobs import job_worker

        async with (
            database_place(self._settings) as place,
            open_database(self._settings, place) as database,
        ):
            self._worker = job_worker(self._settings, database, lambda: _announce(place.shown))
            await self._worker.run()


def _announce(database: str) -> None:
    typer.echo(f"Worker    running\nDatabase  {database}")
    sys.stdout.flush()
