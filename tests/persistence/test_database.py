from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from asyncpg import DivisionByZeroError
from asyncpg.types import ServerVersion
from sqlalchemy import text

from domain.deadline import TimeLimit
from domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    SelfgraphError,
    TimedOutError,
    UnavailableError,
)
from persistence.connection import refuse_old_version
from persistence.database import Database, DatabaseOptions
from persistence.errors import DatabaseRefusedError, DatabaseUnreachableError
from tests.persistence.machine import PASSWORD, MachinePostgres, free_port
from tests.persistence.structure import execute

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def impatient(any_database: str) -> AsyncGenerator[Database]:
    """One connection, a tenth of a second for it, a fifth for a statement."""
    opened = await Database.connect(DatabaseOptions(any_database, pool_size=1, pool_timeout=0.1, statement_timeout=0.2))
    yield opened
    await opened.close()


async def answer(database: Database, sql: str, *arguments: object) -> object:
    return json.loads(await database.fetch_value(sql, arguments))


async def test_json_comes_as_the_bytes_that_postgresql_made(database: Database) -> None:
    made = await database.fetch_value("SELECT json_build_object('a', $1::text, 'n', 1.10)", ["ä"])
    assert made == '{"a" : "ä", "n" : 1.10}'.encode()


async def test_no_json_is_none(database: Database) -> None:
    assert await database.fetch_value("SELECT NULL::json") is None


async def test_json_goes_in_as_text(database: Database) -> None:
    assert await answer(database, "SELECT $1::json", '{"a": 1}') == {"a": 1}


async def test_a_session_is_set_up(database: Database) -> None:
    names = ["application_name", "TimeZone", "jit", "statement_timeout", "idle_in_transaction_session_timeout"]
    settings = await answer(
        database,
        "SELECT json_agg(current_setting(name) ORDER BY place) FROM unnest($1::text[]) WITH ORDINALITY AS _ (name, place)",
        names,
    )
    assert settings == ["selfgraph", "UTC", "off", "30s", "1min"]


async def test_values_are_written_in_one_way_whatever_the_database_is_set_to(empty_database: str) -> None:
    changes = """
        DO $do$ DECLARE setting text; BEGIN
            FOREACH setting IN ARRAY ARRAY['extra_float_digits = -5', 'array_nulls = off', 'bytea_output = escape',
                'datestyle = German', 'intervalstyle = sql_standard'] LOOP
                EXECUTE format('ALTER DATABASE %I SET ', current_database()) || setting;
            END LOOP;
        END $do$"""
    await execute(empty_database, changes)
    written = r"""SELECT json_build_array(1.1::float4::text, '\xff00'::bytea::text, '2020-02-03'::date::text,
        '1 day 02:03:04'::interval::text, '{a,NULL}'::text[])"""

    for prepared in (True, False):
        database = await Database.connect(DatabaseOptions(empty_database, prepared_statements=prepared))
        try:
            assert await answer(database, written) == ["1.1", "\\xff00", "2020-02-03", "1 day 02:03:04", ["a", None]]
        finally:
            await database.close()


async def test_a_temporary_table_does_not_hide_a_users_table(database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute(
            "CREATE TABLE secret AS SELECT 1 AS owner; CREATE TEMP TABLE secret AS SELECT 2 AS owner"
        )
        assert await connection.fetchval("SELECT owner FROM secret") == 1


async def test_what_a_session_keeps_is_not_reset_by_a_query(database: Database) -> None:
    async with database.acquire() as connection:
        before = await connection.fetchval("SELECT pg_backend_pid()")
        await connection.execute("SET lock_timeout = '7s'")
    async with database.acquire() as connection:
        assert await connection.fetchval("SELECT pg_backend_pid()") == before
        assert await connection.fetchval("SHOW lock_timeout") == "7s"


async def test_a_transaction_left_open_is_rolled_back_when_the_connection_returns(database: Database) -> None:
    async with database.acquire() as connection:
        with pytest.raises(DivisionByZeroError):
            await connection.execute("BEGIN; CREATE TABLE left_over (); SAVEPOINT here; SELECT 1 / 0")
    assert await answer(database, "SELECT to_json(to_regclass('left_over') IS NULL)") is True


async def test_platform_queries_run_through_sqlalchemy(database: Database) -> None:
    async with database.engine.begin() as connection:
        row = (await connection.execute(text("SELECT CAST(:a AS text), current_setting('jit')"), {"a": "ä"})).one()
    assert tuple(row) == ("ä", "off")


async def test_a_statement_survives_a_change_of_its_table(database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute("CREATE TABLE item (name integer); INSERT INTO item VALUES (1)")
    assert await database.fetch_value("SELECT * FROM item") == 1
    async with database.acquire() as connection:
        await connection.execute("ALTER TABLE item ALTER name TYPE text")
    assert await database.fetch_value("SELECT * FROM item") == "1"


async def test_a_statement_without_end_times_out(impatient: Database) -> None:
    with pytest.raises(TimedOutError):
        await impatient.fetch_value("SELECT json_build_array(pg_sleep(60)::text)")


async def test_a_server_that_does_not_end_its_statement_is_not_waited_for(impatient: Database) -> None:
    impatient._time_limit = TimeLimit(0.05)
    async with impatient.acquire() as connection:
        await connection.execute("SET statement_timeout = 0")
    with pytest.raises(TimedOutError):
        await impatient.fetch_value("SELECT pg_sleep(60)::text")
    assert await impatient.fetch_value("SELECT 1") == 1


async def test_a_large_aggregate_may_use_parallel_workers(impatient: Database) -> None:
    launched = "SELECT parallel_workers_launched FROM pg_stat_database WHERE datname = current_database()"
    async with impatient.acquire() as connection:
        if connection.get_server_version() < (18, 0):
            pytest.skip("PostgreSQL counts parallel workers since 18")
        await connection.execute("SET statement_timeout = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0")
        await connection.execute("CREATE TABLE many AS SELECT generate_series(1, 100000) AS n; ANALYZE many")
        await connection.execute("ALTER TABLE many SET (parallel_workers = 2)")

    assert await answer(impatient, "SELECT to_json((SELECT sum(n) FROM many))") == 5000050000

    async with impatient.acquire() as connection:
        await connection.execute("SELECT pg_stat_force_next_flush()")
        assert await connection.fetchval(launched) > 0


async def test_a_statement_is_prepared_once_on_a_connection(impatient: Database) -> None:
    for number in range(3):
        assert await impatient.fetch_value("SELECT $1::integer + 1", [number]) == number + 1
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::integer + 1'"
    assert await impatient.fetch_value(prepared) == 1


async def test_no_free_connection_is_unavailable(impatient: Database) -> None:
    async with impatient.acquire():
        with pytest.raises(UnavailableError):
            await impatient.fetch_value("SELECT '1'::json")


async def test_a_cancelled_query_gives_its_connection_back(impatient: Database) -> None:
    query = asyncio.create_task(impatient.fetch_value("SELECT to_json(pg_sleep(60)::text)"))
    await asyncio.sleep(0)
    query.cancel()
    with pytest.raises(asyncio.CancelledError):
        await query
    async with impatient.acquire() as connection:
        assert await connection.fetchval("SELECT 1") == 1


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT to_json(1 / (SELECT 0))", InvalidInputError),
        ("SELECT to_json('x'::text::integer)", InvalidInputError),
        ("WITH _ AS (INSERT INTO parent VALUES (1) RETURNING id) SELECT to_json(id) FROM _", ConflictError),
        ("WITH _ AS (INSERT INTO child VALUES (9, 1) RETURNING parent) SELECT to_json(parent) FROM _", ConflictError),
        (
            "WITH _ AS (INSERT INTO child VALUES (1, NULL) RETURNING parent) SELECT to_json(parent) FROM _",
            InvalidInputError,
        ),
        (
            "WITH _ AS (INSERT INTO child VALUES (1, -1) RETURNING parent) SELECT to_json(parent) FROM _",
            InvalidInputError,
        ),
        ("SELECT json_agg(rolname) FROM pg_authid", ForbiddenError),
    ],
)
async def test_a_failure_is_told_in_the_domains_words(
    database: Database, sql: str, expected: type[SelfgraphError]
) -> None:
    async with database.acquire() as connection:
        await connection.execute(
            "CREATE TABLE parent (id integer PRIMARY KEY); INSERT INTO parent VALUES (1);"
            "CREATE TABLE child (parent integer REFERENCES parent, amount integer NOT NULL CHECK (amount > 0));"
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO pg_monitor; SET ROLE pg_monitor"
        )
    with pytest.raises(expected) as caught:
        await database.fetch_value(sql)
    assert not any(word in caught.value.message for word in ("parent", "child", "pg_authid", "integer", "constraint"))


async def test_a_value_that_cannot_be_encoded_is_invalid(database: Database) -> None:
    with pytest.raises(InvalidInputError):
        await database.fetch_value("SELECT to_json($1::integer)", [2**40])


async def test_an_unexpected_failure_stays_what_it_is(database: Database) -> None:
    with pytest.raises(Exception, match="syntax error") as caught:
        await database.fetch_value("SELEKT")
    assert not isinstance(caught.value, SelfgraphError)


async def test_every_form_of_url_connects(machine_postgres: MachinePostgres) -> None:
    password = quote(PASSWORD, safe="")
    port, folder = machine_postgres.port, quote(str(machine_postgres.folder), safe="")
    for url in (
        f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres",
        f"postgres://postgres:{password}@localhost:{port}/postgres?sslmode=disable",
        f"postgresql://postgres:{password}@[::1]:{port}/postgres?sslmode=prefer&channel_binding=prefer&connect_timeout=5",
        f"postgresql://postgres:{password}@/postgres?host={folder}&port={port}&sslmode=require",
        f"postgresql:///postgres?user=postgres&password={password}&host={folder}&port={port}",
    ):
        opened = await Database.connect(DatabaseOptions(url, connect_timeout=5))
        assert await opened.fetch_value("SELECT '1'::json") == b"1"
        await opened.close()


async def test_a_url_names_its_own_application(machine_postgres: MachinePostgres) -> None:
    opened = await Database.connect(DatabaseOptions(machine_postgres.url(parameters="?application_name=mine")))
    assert await opened.fetch_value("SHOW application_name") == "mine"
    await opened.close()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("/postgres", "/nothing"), 'database "nothing" does not exist'),
        (("://postgres:", "://nobody:"), 'password authentication failed for user "nobody"'),
        (("/postgres", "/postgres?sslmode=require"), "rejected SSL upgrade"),
        (("/postgres", "/postgres?sslmode=perhaps"), "`sslmode` parameter must be one of"),
        (("/postgres", "/postgres?strange"), "is not postgresql://"),
    ],
)
async def test_what_waiting_cannot_help_is_refused_at_once_in_one_line(
    machine_postgres: MachinePostgres, change: tuple[str, str], reason: str
) -> None:
    before, after = change
    head, _, tail = (
        machine_postgres.url().rpartition(before) if before[0] == "/" else machine_postgres.url().partition(before)
    )
    with pytest.raises(DatabaseRefusedError, match=reason) as caught:
        await Database.connect(DatabaseOptions(head + after + tail, connect_timeout=600))
    assert "\n" not in caught.value.message
    assert PASSWORD not in caught.value.message


@pytest.mark.parametrize(
    ("place", "reason"),
    [("127.0.0.1:{port}", "connection refused"), ("nowhere.invalid:5432", "not known|resolution")],
)
async def test_an_unreachable_database_is_told_in_one_line_without_the_password(place: str, reason: str) -> None:
    place = place.format(port=free_port())
    with pytest.raises(
        DatabaseUnreachableError, match=rf"{place}/shop: .*({reason}).* \(gave up after 0.2 s\)$"
    ) as caught:
        await Database.connect(DatabaseOptions(f"postgresql://me:hidden@{place}/shop", connect_timeout=0.2))
    assert "hidden" not in caught.value.message


def test_an_old_server_is_refused_naming_both_versions() -> None:
    with pytest.raises(DatabaseRefusedError, match=r"PostgreSQL 13\.4; selfgraph needs 14"):
        refuse_old_version(ServerVersion(13, 4, 0, "final", 0))


def test_the_options_do_not_show_the_password() -> None:
    assert "hidden" not in repr(DatabaseOptions("postgresql://me:hidden@host/shop"))
