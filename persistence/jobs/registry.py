"""What jobs there are: each with its name, what it does, and how it is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping


class JobError(Exception):
    """A job could not be done; the message is one line for the log, without secrets.

    Attributes:
        permanent: trying again cannot help.
    """

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class JobRun:
    """One attempt at a job.

    Attributes:
        id: the job's number, the same at each attempt.
        attempt: 1 for the first.
        arguments: what it was enqueued with.
    """

    id: int
    attempt: int
    arguments: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Backoff:
    """When a failed job is tried again: after `first` seconds, then twice as long each time, at most `longest`.

    Twelve attempts of the defaults take an hour and three quarters. `jitter` is the share by which each delay may
    differ, so that jobs that failed together are not tried together.
    """

    attempts: int = 12
    first: float = 5.0
    longest: float = 1800.0
    jitter: float = 0.25

    def delay(self, attempt: int) -> float | None:
        """Seconds after the failed attempt of this number; None: it was the last one."""
        if attempt >= self.attempts:
            return None
        delay = min(self.first * 2.0 ** (attempt - 1), self.longest)
        return delay * random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of job.

    Attributes:
        name: what it is enqueued under.
        load: gives what does it. Called once, in a thread, when the worker starts: the place for slow imports.
        backoff: when it is tried again.
    """

    name: str
    load: Callable[[], Callable[[JobRun], Awaitable[None]]]
    backoff: Backoff


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """A job that is done by the clock, by one worker of all.

    Attributes:
        name: unique among jobs.
        cron: minute, hour, day of the month, month, day of the week, all in UTC; a sixth field is the second.
        run: does it.
    """

    name: str
    cron: str
    run: Callable[[], Awaitable[None]]


class Jobs:
    """The jobs of a process."""

    def __init__(self) -> None:
        self.kinds: list[Job] = []
        self.periodic_kinds: list[PeriodicJob] = []

    def add(
        self, name: str, load: Callable[[], Callable[[JobRun], Awaitable[None]]], backoff: Backoff | None = None
    ) -> None:
        """Have a worker do what is enqueued under `name`; see `Job`."""
        self.kinds.append(Job(name, load, backoff or Backoff()))

    def periodic(self, name: str, cron: str, run: Callable[[], Awaitable[None]]) -> None:
        """Have one worker call `run` by the clock; see `PeriodicJob`.

        A run that fails is logged and not tried again before its next time, and none is made up for.
        """
        self.periodic_kinds.append(PeriodicJob(name, cron, run))
