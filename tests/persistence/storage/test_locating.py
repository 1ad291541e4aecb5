"""Files by their addresses, many at once."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from domain.errors import UnavailableError
from domain.storage.downloading import Readable
from persistence.database import Database, DatabaseOptions
from persistence.storage.locating import PostgresFileLocator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

FILES = 20
TRIES_BEFORE_A_PLAN_IS_KEPT = 5
"""Of PostgreSQL, for every prepared statement."""


@pytest.fixture
async def database(migrated_database: str) -> AsyncGenerator[Database]:
    database = await Database.connect(DatabaseOptions(migrated_database))
    try:
        async with database.acquire() as connection:
            bucket = uuid.uuid4()
            await connection.execute("INSERT INTO selfgraph.buckets (id, name) VALUES ($1, 'photos')", bucket)
            await connection.executemany(
                """INSERT INTO selfgraph.files (id, bucket_id, path, object_key, size, content_type, etag, status)
                VALUES ($1, $2, $3, $3, 5, 'text/plain', '"x"', 'ready')""",
                [(uuid.uuid4(), bucket, f"{number}.txt") for number in range(FILES)],
            )
        yield database
    finally:
        await database.close()


def counted(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many addresses each statement is about."""
    statements: list[int] = []
    fetch = database.fetch_value

    async def fetch_and_count(sql: str, arguments: Any) -> Any:
        statements.append(len(json.loads(arguments[0])))
        return await fetch(sql, arguments)

    monkeypatch.setattr(database, "fetch_value", fetch_and_count)
    return statements


async def test_each_address_gives_its_own_file(database: Database) -> None:
    locator = PostgresFileLocator(database)
    found = await asyncio.gather(*(locator.locate("photos", f"{number}.txt") for number in range(FILES)))
    assert [file and file.object_key for file in found] == [f"{number}.txt" for number in range(FILES)]


async def test_what_is_not_there_is_none_beside_what_is(database: Database) -> None:
    locator = PostgresFileLocator(database)
    asked = [("photos", "1.txt"), ("photos", "missing"), ("other", "1.txt")]
    found = await asyncio.gather(*(locator.locate(*each) for each in asked))
    assert [file is not None for file in found] == [True, False, False]


async def test_a_file_is_what_its_row_says(database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute(
            "UPDATE selfgraph.files SET size = 5000000000, content_type = 'image/png', etag = '\"ä\\\"', version = 7,"
            " updated_at = '2026-05-04 03:02:01.5+02'; UPDATE selfgraph.buckets SET public = true"
        )
        file_id = await connection.fetchval("SELECT id FROM selfgraph.files WHERE path = '1.txt'")
    moment = datetime(2026, 5, 4, 1, 2, 1, 500_000, UTC)
    expected = Readable(file_id, True, "1.txt", "1.txt", 5_000_000_000, "image/png", '"ä\\"', 7, moment)
    assert await PostgresFileLocator(database).locate("photos", "1.txt") == expected


async def test_a_statement_is_not_planned_anew_for_each_number_of_addresses(database: Database) -> None:
    alone = await Database.connect(DatabaseOptions(database.options.url, pool_size=1))
    try:
        for count in range(1, FILES):
            locator = PostgresFileLocator(alone)
            await asyncio.gather(*(locator.locate("photos", f"{number}.txt") for number in range(count)))
        plans = await alone.fetch_value(
            "SELECT json_agg(json_build_array(custom_plans, generic_plans)) FROM pg_prepared_statements"
            " WHERE statement LIKE '%selfgraph.files%' AND statement NOT LIKE '%pg_prepared_statements%'"
        )
    finally:
        await alone.close()
    [(custom, generic)] = json.loads(plans)
    assert custom <= TRIES_BEFORE_A_PLAN_IS_KEPT
    assert generic >= FILES - 1 - TRIES_BEFORE_A_PLAN_IS_KEPT


async def test_addresses_that_come_together_are_looked_up_together(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = counted(database, monkeypatch)
    locator = PostgresFileLocator(database)
    await asyncio.gather(*(locator.locate("photos", f"{number}.txt") for number in range(FILES)))
    assert len(statements) < FILES / 2
    assert sum(statements) == FILES


async def test_a_request_sees_what_was_there_when_it_came(database: Database) -> None:
    locator = PostgresFileLocator(database)
    earlier = [asyncio.ensure_future(locator.locate("photos", f"{number}.txt")) for number in range(3)]
    await asyncio.sleep(0)
    async with database.acquire() as connection:
        await connection.execute("UPDATE selfgraph.files SET deleted_at = now()")
    assert await locator.locate("photos", "0.txt") is None
    await asyncio.gather(*earlier)


async def test_who_leaves_takes_nothing_from_the_others(database: Database) -> None:
    locator = PostgresFileLocator(database)
    leaving, staying = (asyncio.ensure_future(locator.locate("photos", "1.txt")) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying is not None


async def test_a_failure_is_everybodys_and_the_next_statement_is_another_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    locator = PostgresFileLocator(database)

    async def fail(sql: str, arguments: Any) -> Any:
        raise UnavailableError(f"{sql[:0]}{len(arguments)}")

    with monkeypatch.context() as patched:
        patched.setattr(database, "fetch_value", fail)
        failed = await asyncio.gather(*(locator.locate("photos", "1.txt") for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in failed] == [UnavailableError] * 3
    assert await locator.locate("photos", "1.txt") is not None


async def test_a_pooler_that_keeps_no_statements_will_do(database: Database) -> None:
    plain = await Database.connect(DatabaseOptions(database.options.url, prepared_statements=False))
    try:
        assert await PostgresFileLocator(plain).locate("photos", "1.txt") is not None
    finally:
        await plain.close()
