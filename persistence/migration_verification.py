"""Do the models and the migrations agree, and does every migration undo what it did: tried on a throw-away database."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from persistence.connection import DatabaseOptions, open_connection
from persistence.migration_commands import Migrations
from persistence.reaching import reach

if TYPE_CHECKING:
    import asyncpg

_LEFT_BEHIND: Final = """
SELECT string_agg(object, ', ' ORDER BY object) FROM (
    SELECT found.type || ' ' || found.identity
    FROM pg_depend, pg_identify_object(classid, objid, 0) AS found
    WHERE refclassid = 'pg_namespace'::regclass AND refobjid = to_regnamespace('selfgraph')
    UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
) AS left_behind (object) WHERE object <> 'table selfgraph.alembic_version'
"""


async def verify(server: DatabaseOptions) -> str | None:
    """Upgrade, compare with the models, downgrade, upgrade again; what is wrong in one line, None when nothing is.

    Args:
        server: any database of a server where databases may be created.
    """
    name = f"selfgraph_verify_{secrets.token_hex(6)}"
    connection = await reach(lambda: open_connection(server), server)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            return await _verify(replace(server, url=urlsplit(server.url)._replace(path=f"/{name}").geturl()))
        finally:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close(timeout=5)


async def _verify(database: DatabaseOptions) -> str | None:
    migrations = Migrations(database)
    await migrations.upgrade()
    if differences := await migrations.differences():
        return f"the models and the migrations differ: {differences}"
    await migrations.downgrade("base")
    connection = await open_connection(database)
    try:
        if left := await _left_behind(connection):
            return f"the downgrade leaves behind: {left}"
    finally:
        await connection.close(timeout=5)
    await migrations.upgrade()
    return None


async def _left_behind(connection: asyncpg.Connection) -> str | None:
    objects: str | None = await connection.fetchval(_LEFT_BEHIND)
    return objects
