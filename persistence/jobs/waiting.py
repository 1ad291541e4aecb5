"""Whether jobs are done at all, and whether some fail again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString

if TYPE_CHECKING:
    from persistence.database import Database

_WAITING: Final[LiteralString] = """
SELECT EXISTS (
    SELECT FROM selfgraph.procrastinate_jobs
    WHERE status = 'todo' AND scheduled_at < pg_catalog.now() - pg_catalog.make_interval(secs => $1)
)
"""

# Of the jobs that have failed and wait for another attempt there are as many as the backoff leaves: few, or all mail.
_FAILING: Final[LiteralString] = """
SELECT EXISTS (
    SELECT FROM selfgraph.procrastinate_jobs AS job
    WHERE status = 'todo' AND attempts > 0 AND EXISTS (
        SELECT FROM selfgraph.procrastinate_events AS event
        WHERE event.job_id = job.id AND event.type = 'deferred'
          AND event.at < pg_catalog.now() - pg_catalog.make_interval(secs => $1)
    )
)
"""


async def fails_too_long(database: Database, seconds: float) -> bool:
    """Whether a job that was enqueued more than `seconds` ago has only failed since: a mail server is down, mostly."""
    async with database.acquire() as connection:
        found: bool = await connection.fetchval(_FAILING, seconds)
    return found


async def waits_too_long(database: Database, seconds: float) -> bool:
    """Whether a job that is due has been waiting for longer than `seconds`.

    A failed job is due again when its backoff is over, so a mail server that is down does not count here.
    """
    async with database.acquire() as connection:
        found: bool = await connection.fetchval(_WAITING, seconds)
    return found
