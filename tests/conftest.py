"""The database server that all tests share, and databases on it."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import pytest

from persistence.embedded import EmbeddedServer, acquire
from persistence.embedded.identity import current
from persistence.embedded.locks import FileLock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

STOP_SECONDS = 30


@pytest.fixture(scope="session")
def embedded_server(tmp_path_factory: pytest.TempPathFactory) -> Generator[EmbeddedServer]:
    """An embedded PostgreSQL that lives for the test run; the workers of pytest-xdist share one."""
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    # Not below pytest's own folder: that one is closed to the user that the server has when root runs the tests.
    folder = Path(tempfile.gettempdir(), f"selfgraph-tests-{uuid.uuid5(uuid.NAMESPACE_URL, str(run)).hex}")
    with FileLock(run / "embedded-server-users", current()) as users:
        users.wait_shared(time.monotonic() + STOP_SECONDS)  # another worker may be removing the folder
        folder.mkdir(mode=0o755, exist_ok=True)
        folder.chmod(0o755)
        server = acquire(folder / "data")
        yield server
        server.release()
        if users.try_exclusive():
            shutil.rmtree(folder)


@pytest.fixture
async def empty_database(embedded_server: EmbeddedServer) -> AsyncGenerator[str]:
    """The URL of a new, empty database, dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(embedded_server.url)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield urlsplit(embedded_server.url)._replace(path=f"/{name}").geturl()
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()
