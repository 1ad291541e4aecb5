"""The machine's own PostgreSQL as the second tested version, and databases on both."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from persistence.database import Database, DatabaseOptions
from tests.databases import MIGRATED, new_database
from tests.persistence.machine import MachinePostgres, PgBouncer
from tests.persistence.objects.s3_server import S3Server

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


@pytest.fixture(scope="session")
def s3_server(scratch: Path) -> Generator[S3Server]:
    """A server that speaks S3, of which each test takes a prefix of its own."""
    with tempfile.TemporaryDirectory(prefix="selfgraph-s3-", dir=scratch) as folder:
        server = S3Server.make(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
async def machine_database(machine_postgres: MachinePostgres) -> AsyncGenerator[str]:
    """The URL of a new, empty database on the machine's own PostgreSQL, dropped after the test."""
    async with new_database(machine_postgres.url()) as url:
        yield url


@pytest.fixture
async def migrated_machine_database(machine_postgres: MachinePostgres) -> AsyncGenerator[str]:
    """The same with all migrations."""
    async with new_database(machine_postgres.url(), MIGRATED) as url:
        yield url


@pytest.fixture(params=["empty_database", "machine_database"], ids=["embedded", "machine"])
def any_database(request: pytest.FixtureRequest) -> str:
    """The URL of a new, empty database on each of the tested versions of PostgreSQL."""
    return cast("str", request.getfixturevalue(str(request.param)))


@pytest.fixture(params=["migrated_database", "migrated_machine_database"], ids=["embedded", "machine"])
def any_migrated_database(request: pytest.FixtureRequest) -> str:
    """The URL of a new database with all migrations on each of the tested versions of PostgreSQL."""
    return cast("str", request.getfixturevalue(str(request.param)))


@pytest.fixture
async def database(any_database: str) -> AsyncGenerator[Database]:
    """An open, empty database on each of the tested versions."""
    opened = await Database.connect(DatabaseOptions(any_database))
    yield opened
    await opened.close()


@pytest.fixture
async def migrated(any_migrated_database: str) -> AsyncGenerator[Database]:
    """An open database with all migrations on each of the tested versions."""
    opened = await Database.connect(DatabaseOptions(any_migrated_database))
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
