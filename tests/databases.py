"""Databases of tests: new ones, empty or with the platform's tables."""

from __future__ import annotations

import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg

from persistence.database import Database, DatabaseOptions
from persistence.migrations import upgrade_to_head

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

EMPTY = "template0"
MIGRATED = "migrated"
"""The database with all migrations and nothing else; to copy it takes a tenth of the time of migrating."""
MIGRATING = 20_261_130
"""The advisory lock of who makes it."""
IS_THERE = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"


@asynccontextmanager
async def new_database(server: str, template: str = EMPTY) -> AsyncGenerator[str]:
    """The URL of a new database on the server of a URL, a copy of another; dropped when the block is left."""
    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(server)
    try:
        if template == MIGRATED:
            await _make_migrated(connection, server)
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield _of(server, name)
        finally:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


async def _make_migrated(connection: asyncpg.Connection, server: str) -> None:
    """Make the database that others are copies of, unless one of the workers has."""
    if await connection.fetchval(IS_THERE, MIGRATED):
        return
    await connection.execute(f"SELECT pg_advisory_lock({MIGRATING})")
    try:
        if not await connection.fetchval(IS_THERE, MIGRATED):
            await connection.execute(f"CREATE DATABASE {MIGRATED}_soon TEMPLATE {EMPTY}")
            database = await Database.connect(DatabaseOptions(_of(server, f"{MIGRATED}_soon")))
            try:
                await upgrade_to_head(database)
            finally:
                await database.close()
            await connection.execute(f"ALTER DATABASE {MIGRATED}_soon RENAME TO {MIGRATED}")
    finally:
        await connection.execute("SELECT pg_advisory_unlock_all()")


def _of(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()
