"""Enqueues a job in the transaction of a session."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

# By the library's own function, so that its triggers and notices are those of every other job. The time is set
# because nothing else in the row tells how long a job has been waiting.
_DEFER: Final = text(
    "SELECT selfgraph.procrastinate_defer_jobs_v1(ARRAY[ROW("
    "CAST(:name AS text), CAST(:name AS text), 0, NULL, NULL, CAST(:arguments AS jsonb), pg_catalog.now()"
    ")::selfgraph.procrastinate_job_to_defer_v1])"
)


async def defer(session: AsyncSession, name: str, arguments: Mapping[str, Any]) -> None:
    """Enqueue in the session's transaction: a worker sees the job if, and only if, that is committed."""
    await session.execute(_DEFER, {"name": name, "arguments": json.dumps(dict(arguments))})
