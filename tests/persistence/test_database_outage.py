from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from domain.errors import UnavailableError
from persistence.database import Database, DatabaseOptions
from persistence.errors import translate

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from tests.persistence.machine import MachinePostgres

# Longer than a test may take: an answer that came out of waiting for it would be seen.
NEVER = 600


@pytest.fixture
async def opened(breakable_postgres: MachinePostgres) -> AsyncGenerator[Database]:
    database = await Database.connect(DatabaseOptions(breakable_postgres.url(), pool_size=3, pool_timeout=NEVER))
    yield database
    await database.close()
    if not breakable_postgres.is_running():
        breakable_postgres.start()


@pytest.fixture(params=["stop", "kill"])
def ending(request: pytest.FixtureRequest, breakable_postgres: MachinePostgres) -> Callable[[], None]:
    end: Callable[[], None] = getattr(breakable_postgres, request.param)
    return end


async def ask(database: Database) -> bytes:
    answer: bytes = await database.fetch_value("SELECT '1'::json")
    return answer


async def ask_platform(database: Database) -> object:
    async with database.engine.connect() as connection:
        return await connection.scalar(text("SELECT 1"))


async def test_a_database_that_is_gone_is_unavailable_at_once_and_comes_back_by_itself(
    breakable_postgres: MachinePostgres, opened: Database, ending: Callable[[], None]
) -> None:
    await asyncio.gather(*(ask(opened) for _ in range(3)))
    await asyncio.to_thread(ending)
    for _ in range(5):
        with pytest.raises(UnavailableError):
            await ask(opened)
    await asyncio.to_thread(breakable_postgres.start)
    assert await asyncio.gather(*(ask(opened) for _ in range(3))) == [b"1"] * 3


async def test_a_query_that_runs_when_the_database_goes_is_unavailable(
    opened: Database, ending: Callable[[], None]
) -> None:
    async with opened.acquire() as watcher:
        query = asyncio.create_task(opened.fetch_value("SELECT to_json(pg_sleep(600)::text)"))
        # The event is in PostgreSQL, which has to be asked.
        asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        while not await watcher.fetchval(asleep):  # noqa: ASYNC110 - see above
            await asyncio.sleep(0)
        await asyncio.to_thread(ending)
        with pytest.raises(UnavailableError):
            await query


async def test_the_platforms_engine_comes_back_by_itself(
    breakable_postgres: MachinePostgres, opened: Database, ending: Callable[[], None]
) -> None:
    assert await ask_platform(opened) == 1
    await asyncio.to_thread(ending)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever SQLAlchemy makes of it, the translation counts
        await ask_platform(opened)
    assert isinstance(translate(caught.value), UnavailableError)
    await asyncio.to_thread(breakable_postgres.start)
    assert await ask_platform(opened) == 1


async def test_a_start_waits_for_a_database_that_is_starting(breakable_postgres: MachinePostgres) -> None:
    breakable_postgres.stop()
    connecting = asyncio.create_task(Database.connect(DatabaseOptions(breakable_postgres.url(), connect_timeout=NEVER)))
    await asyncio.sleep(0)
    await asyncio.to_thread(breakable_postgres.start)
    database = await connecting
    assert await ask(database) == b"1"
    await database.close()


async def test_connections_that_an_administrator_ends_are_replaced(opened: Database) -> None:
    async with opened.acquire() as administrator, opened.acquire():
        await administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'selfgraph' AND pid <> pg_backend_pid()"
        )
    # asyncpg may not have seen the end of a connection yet: that one fails once, as unavailable.
    answers = await asyncio.gather(*(ask(opened) for _ in range(3)), return_exceptions=True)
    assert all(answer == b"1" or isinstance(answer, UnavailableError) for answer in answers)
    assert await asyncio.gather(*(ask(opened) for _ in range(3))) == [b"1"] * 3
