"""Whether jobs are done at all: the oldest due one says it."""

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


async def waits_too_long(database: Database, seconds: float) -> bool:
    """Whether a job that is due has been waiting for longer than `seconds`.

    A failed job is due again when its backoff is over, so a mail server that is down does not count here.
    """
    async with database.acquire() as connection:
        found: bool = await connection.fetchval(_WAITING, seconds)
    return found
