"""The port to roles and keys on a migrated database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from persistence.access.work import PostgresAccess
from persistence.database import Database, DatabaseOptions
from persistence.transactions import Transactions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[tuple[Database, PostgresAccess]]:
    database = await Database.connect(DatabaseOptions(url))
    try:
        yield database, PostgresAccess(Transactions(database))
    finally:
        await database.close()
