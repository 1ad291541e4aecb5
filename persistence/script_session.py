"""The connection that scripts run on: no time limit, and gone afterwards with whatever they set."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from persistence.connection import leave_platform_schema, open_connection, refuse_old_version
from persistence.errors import domain_errors
from persistence.reaching import reach

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import asyncpg

    from persistence.connection import DatabaseOptions


@asynccontextmanager
async def session(options: DatabaseOptions) -> AsyncGenerator[asyncpg.Connection]:
    """Open a connection for an operator's scripts, waiting for the database as `options.connect_timeout` says.

    Raises:
        SelfgraphError: the database cannot be reached, or goes away meanwhile.
    """
    unlimited = replace(options, statement_timeout=0)
    connection = await reach(lambda: open_connection(unlimited), unlimited)
    try:
        refuse_old_version(connection.get_server_version())
        with domain_errors():
            if options.prepared_statements:  # behind a transaction pooler a session's settings would stay for others
                await leave_platform_schema(connection)
            yield connection
    finally:
        await connection.close(timeout=5)
