"""Hears what a database is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persistence.database import Database


def hear(database: Database, told: Callable[[str, Sequence[object]], None]) -> None:
    """Tell of every statement and its arguments from now on, prepared or not."""
    anything: Any = database
    fetch_row, take = anything.fetch_row, anything._lending.take

    async def fetch_and_tell(sql: str, arguments: Sequence[object] = ()) -> Any:
        told(sql, arguments)
        return await fetch_row(sql, arguments)

    def tell(query: Any) -> None:
        told(query.query, query.args)

    async def take_and_hear() -> Any:
        lent = await take()
        lent.connection.add_query_logger(tell)  # hearing twice is hearing once
        return lent

    anything.fetch_row = fetch_and_tell
    anything._lending.take = take_and_hear
