"""The times that a worker keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Times in seconds.

    Attributes:
        delay: before a worker beside the server loads what it needs, so that the server's start is over by then.
        poll: between looks for due jobs; a new one is noticed at once where LISTEN is possible.
        heartbeat: between signs of life.
        stalled: without a sign of life, after which a worker's jobs are taken up by another one.
        finish: what running jobs get at the end.
        restart: the first pause after a failure of the database; it doubles up to `longest_restart`.
        attempts: after which a job that is lost again and again with its worker counts as failed.
        keep_failed_days: days that failed jobs are kept.
    """

    delay: float = 0.3
    poll: float = 5.0
    heartbeat: float = 10.0
    stalled: float = 60.0
    finish: float = 10.0
    restart: float = 0.5
    longest_restart: float = 15.0
    attempts: int = 20
    keep_failed_days: int = 7
