from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from domain.errors import TimedOutError
from persistence.database import Database, DatabaseOptions
from persistence.migrations import at_head, upgrade_to_head

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.persistence.machine import PgBouncer


def options(pooler: PgBouncer, database: str = "postgres", statement_timeout: float = 30) -> DatabaseOptions:
    return DatabaseOptions(pooler.url(database), prepared_statements=False, statement_timeout=statement_timeout)


@pytest.fixture
async def pooled(pooler: PgBouncer) -> AsyncGenerator[Database]:
    database = await Database.connect(options(pooler))
    yield database
    await database.close()


async def test_many_statements_share_few_servers(pooled: Database) -> None:
    answers = await asyncio.gather(
        *(
            pooled.fetch_value(f"SELECT json_build_object('n{kind}', $1::integer)", [n])
            for n in range(100)
            for kind in range(3)
        )
    )
    assert answers == [b'{"n%d" : %d}' % (kind, n) for n in range(100) for kind in range(3)]


async def test_platform_queries_share_them_too(pooled: Database) -> None:
    async def ask(n: int) -> object:
        async with pooled.engine.begin() as connection:
            await connection.execute(text("SELECT CAST(:n AS text)"), {"n": str(n)})
            return await connection.scalar(text("SELECT CAST(:n AS integer)"), {"n": n})

    assert await asyncio.gather(*(ask(n) for n in range(50))) == list(range(50))


async def test_nothing_stays_on_a_server(pooled: Database) -> None:
    await pooled.fetch_value("SELECT to_json($1::integer)", [1])
    async with pooled.engine.begin() as connection:
        await connection.execute(text("SELECT CAST(:n AS integer)"), {"n": 1})
    async with pooled.acquire() as lent:
        assert await lent.fetchval("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''") == 0
        assert await lent.fetchval("SHOW statement_timeout") == "0"


async def test_the_statement_timeout_holds_without_settings_of_a_session(pooler: PgBouncer) -> None:
    database = await Database.connect(options(pooler, statement_timeout=0.2))
    with pytest.raises(TimedOutError):
        await database.fetch_value("SELECT to_json(pg_sleep(60)::text)")
    assert await database.fetch_value("SELECT to_json(current_setting('jit'))") == b'"off"'
    await database.close()


async def test_migrations_run_through_it(pooler: PgBouncer, machine_database: str) -> None:
    database = await Database.connect(options(pooler, machine_database.rpartition("/")[2]))
    assert await upgrade_to_head(database)
    assert await at_head(database)
    await database.close()
