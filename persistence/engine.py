"""SQLAlchemy's engine over the same connections that asyncpg's pool has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.pool import ConnectionPoolEntry

    from persistence.connection import DatabaseOptions


def make_engine(options: DatabaseOptions) -> AsyncEngine:
    """Make an engine; it connects when it is first used. Whoever makes it disposes of it."""
    arguments = options.arguments()

    async def connect(**_: Any) -> asyncpg.Connection:  # noqa: ANN401 - SQLAlchemy passes parts of a URL that has none
        return await asyncpg.connect(**arguments)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        pool_size=options.pool_size,
        max_overflow=0,
        pool_timeout=options.pool_timeout,
        connect_args={"async_creator_fn": connect} | ({} if options.prepared_statements else _unnamed()),
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    if not options.prepared_statements:
        opening = options.opening()

        def begin(connection: Connection) -> None:
            connection.exec_driver_sql(opening)

        event.listen(engine.sync_engine, "begin", begin)
    return engine


def _unnamed() -> dict[str, Any]:
    # Inside a transaction the unnamed statement is safe, and unlike a named one it leaves nothing on the server.
    return {"prepared_statement_cache_size": 0, "prepared_statement_name_func": lambda: ""}


def _refuse_closed(driver: Any, _record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 - a DBAPI
    # asyncpg knows without a query that its connection is gone; SQLAlchemy then opens another one.
    if driver.driver_connection.is_closed():
        raise DisconnectionError
