"""Procrastinate's statements, tables and connections are those that this version was written for."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from procrastinate.sql import queries
from psycopg.conninfo import conninfo_to_dict

from persistence.connection import DatabaseOptions
from persistence.jobs.connector import conninfo, qualified
from persistence.migrations import FOLDER

if TYPE_CHECKING:
    from persistence.database import Database

URL = "postgresql://me:p%40ss@db.example:5433/shop"


def told(url: str = URL, *, ssl: str = "prefer", root: Path | None = None, prepared: bool = True) -> dict[str, object]:
    options = DatabaseOptions(url, ssl=ssl, ssl_root_cert=root, prepared_statements=prepared)
    return dict(conninfo_to_dict(conninfo(options)))


def test_the_place_and_the_password_are_those_of_the_url() -> None:
    given = told()
    expected = {"host": "db.example", "port": "5433", "dbname": "shop", "user": "me", "password": "p@ss"}
    assert {name: given[name] for name in expected} == expected
    assert given["sslmode"] == "prefer"


def test_a_socket_is_found() -> None:
    given = told("postgresql://me@/shop?host=/run/postgresql")
    assert (given["host"], given["dbname"]) == ("/run/postgresql", "shop")


def test_sessions_are_bounded_as_all_others() -> None:
    options = str(told()["options"])
    assert "-c statement_timeout=30000" in options
    assert "-c idle_in_transaction_session_timeout=60000" in options


def test_a_pooler_is_told_no_settings() -> None:
    assert "options" not in told(prepared=False)


def test_what_libpq_does_not_know_is_left_out() -> None:
    assert "pgbouncer" not in told(f"{URL}?pgbouncer=true&sslmode=require")


@pytest.mark.parametrize(
    ("url", "mode", "root", "expected"),
    [
        (URL, "require", None, ("require", None)),
        (f"{URL}?sslmode=disable", "require", None, ("disable", None)),
        (URL, "verify-full", Path("/ca.pem"), ("verify-full", "/ca.pem")),
        (f"{URL}?sslmode=verify-ca&sslrootcert=/other.pem", "prefer", Path("/ca.pem"), ("verify-ca", "/other.pem")),
    ],
)
def test_tls_is_that_of_the_url_and_then_of_the_settings(
    url: str, mode: str, root: Path | None, expected: tuple[str, str | None]
) -> None:
    given = told(url, ssl=mode, root=root)
    assert (given["sslmode"], given.get("sslrootcert")) == expected


def test_without_a_file_the_authorities_of_the_system_are_trusted() -> None:
    authority = str(told(ssl="verify-full")["sslrootcert"])
    assert authority == "system" or Path(authority).is_file()


async def test_every_statement_of_the_library_finds_its_tables_without_a_search_path(migrated: Database) -> None:
    connection = await psycopg.AsyncConnection.connect(migrated.options.url, autocommit=True)
    async with connection:
        await connection.execute("SET search_path = ''")
        for name, query in queries.items():
            if "{" in query:  # LISTEN names a channel, no table
                continue
            numbered = re.sub(r"%\(\w+\)s", "NULL", qualified(query)).rstrip().rstrip(";")
            await connection.execute(f"EXPLAIN {numbered}".encode())
            assert re.search(r"(?<![.\w])procrastinate_", numbered) is None, name


async def test_every_function_brings_its_search_path(migrated: Database) -> None:
    bare = r"""SELECT string_agg(proname, ' ') FROM pg_proc WHERE pronamespace = 'selfgraph'::regnamespace
        AND proname LIKE 'procrastinate\_%' AND proconfig IS DISTINCT FROM '{"search_path=selfgraph, pg_temp"}'"""
    assert await migrated.fetch_value(bare) is None


def test_the_library_has_the_tables_that_were_migrated() -> None:
    """Where this fails the library was upgraded: docs/migrations.md tells what is to be done."""
    newest = max((FOLDER / "procrastinate").glob("schema-*.sql"))
    brought = (files("procrastinate") / "sql" / "schema.sql").read_text(encoding="utf-8")
    begin = "-- Enums"
    assert newest.read_text(encoding="utf-8").partition(begin)[2].strip() == brought.partition(begin)[2].strip()
