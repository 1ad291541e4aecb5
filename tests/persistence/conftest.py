"""The machine's own PostgreSQL as the second tested version, and databases on both."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import asyncpg
import pytest

from persistence.database import Database, DatabaseOptions
from tests.persistence.machine import MachinePostgres, PgBouncer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator


@contextmanager
def open_folder() -> Generator[Path]:
    """A folder that the unprivileged user of a server can enter, unlike pytest's own when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="selfgraph-machine-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def started_postgres() -> Generator[MachinePostgres]:
    with open_folder() as folder:
        server = MachinePostgres.make(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def machine_postgres() -> Generator[MachinePostgres]:
    """The machine's own PostgreSQL, for every test that leaves it running."""
    with started_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def breakable_postgres() -> Generator[MachinePostgres]:
    """Another one, for tests that stop it."""
    with started_postgres() as server:
        yield server


@pytest.fixture
async def machine_database(machine_postgres: MachinePostgres) -> AsyncGenerator[str]:
    """The URL of a new, empty database on the machine's own PostgreSQL, dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(machine_postgres.url())
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield machine_postgres.url(name)
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


@pytest.fixture(params=["empty_database", "machine_database"], ids=["embedded", "machine"])
def any_database(request: pytest.FixtureRequest) -> str:
    """The URL of a new, empty database on each of the tested versions of PostgreSQL."""
    return cast("str", request.getfixturevalue(str(request.param)))


@pytest.fixture
async def database(any_database: str) -> AsyncGenerator[Database]:
    """An open database on each of the tested versions."""
    opened = await Database.connect(DatabaseOptions(any_database))
    yield opened
    await opened.close()


@pytest.fixture
def pooler(machine_postgres: MachinePostgres) -> Generator[PgBouncer]:
    """PgBouncer in transaction mode before the machine's own PostgreSQL."""
    with open_folder() as folder:
        bouncer = PgBouncer.start(folder, machine_postgres)
        try:
            yield bouncer
        finally:
            bouncer.stop()
