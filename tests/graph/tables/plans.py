"""What PostgreSQL makes of a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.graph.tables.serving import Served


async def plan_of(served: Served) -> str:
    """The plan of the only statement that the last answer cost."""
    (sent,) = served.sent
    async with served.database.pool.acquire() as connection:
        lines = await connection.fetch(f"EXPLAIN {sent.text}", *sent.values)
    return "\n".join(line[0] for line in lines)
