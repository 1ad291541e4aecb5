from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import pytest

from persistence.embedded.keeper import NICENESS

if TYPE_CHECKING:
    from persistence.embedded import EmbeddedServer


async def setting(server: EmbeddedServer, name: str) -> str:
    connection = await asyncpg.connect(server.url)
    try:
        return str(await connection.fetchval("SELECT current_setting($1)", name))
    finally:
        await connection.close()


async def test_the_url_opens_a_superuser_session(embedded_server: EmbeddedServer) -> None:
    assert await setting(embedded_server, "is_superuser") == "on"


async def test_the_server_is_postgresql_18(embedded_server: EmbeddedServer) -> None:
    assert (await setting(embedded_server, "server_version")).startswith("18.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("wal_level", "logical"),
        ("shared_preload_libraries", "pg_stat_statements"),
        ("max_replication_slots", "10"),
        ("password_encryption", "scram-sha-256"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("TimeZone", "UTC"),
    ],
)
async def test_the_server_is_configured(embedded_server: EmbeddedServer, name: str, value: str) -> None:
    assert await setting(embedded_server, name) == value


async def test_the_server_gives_way_to_those_who_use_it(embedded_server: EmbeddedServer) -> None:
    connection = await asyncpg.connect(embedded_server.url)
    try:
        niceness = os.getpriority(os.PRIO_PROCESS, connection.get_server_pid())
    finally:
        await connection.close()

    assert niceness == min(os.getpriority(os.PRIO_PROCESS, 0) + NICENESS, 19)


async def test_a_wrong_password_is_refused_on_the_socket(embedded_server: EmbeddedServer) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(embedded_server.url, password="wrong")


async def test_text_sorts_by_code_point_and_upper_cases_unicode(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    try:
        assert (
            await connection.fetchval(
                "SELECT upper('é') || (SELECT string_agg(x, '' ORDER BY x) FROM unnest('{b,B,a}'::text[]) x)"
            )
            == "ÉBab"
        )
    finally:
        await connection.close()


async def test_the_query_statistics_extension_can_be_made(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    try:
        await connection.execute("CREATE EXTENSION pg_stat_statements")
        assert await connection.fetchval("SELECT count(*) > 0 FROM pg_stat_statements")
    finally:
        await connection.close()


async def test_an_empty_database_has_no_tables(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    finally:
        await connection.close()


def test_the_password_is_long_and_only_its_owner_may_read_it(embedded_server: EmbeddedServer) -> None:
    password = embedded_server.directory / "password"

    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert password.read_text().strip() == urlsplit(embedded_server.url).password
    assert len(password.read_text().strip()) >= 32


def test_every_connection_needs_the_password(embedded_server: EmbeddedServer) -> None:
    rules = (embedded_server.directory / "data" / "pg_hba.conf").read_text().splitlines()

    methods = {rule.split()[-1] for rule in rules if rule and not rule.startswith("#")}

    assert methods == {"scram-sha-256"}


@pytest.mark.parametrize("name", ["data", "run", "log"])
def test_the_servers_folders_are_closed_to_others(embedded_server: EmbeddedServer, name: str) -> None:
    assert stat.S_IMODE((embedded_server.directory / name).stat().st_mode) == 0o700
