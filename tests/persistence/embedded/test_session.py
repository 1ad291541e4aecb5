from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from persistence.embedded import EmbeddedServer


async def test_the_url_opens_a_superuser_session_on_postgresql_18(embedded_server: EmbeddedServer) -> None:
    connection = await asyncpg.connect(embedded_server.url)
    try:
        assert await connection.fetchval("SHOW is_superuser") == "on"
        assert (await connection.fetchval("SHOW server_version")).startswith("18.")
    finally:
        await connection.close()


async def test_an_empty_database_has_no_tables(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    finally:
        await connection.close()
