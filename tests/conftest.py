"""The database server that all tests share, and databases on it."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from persistence.embedded import EmbeddedServer, acquire
from persistence.embedded.identity import current
from persistence.embedded.locks import FileLock
from tests.databases import MIGRATED, new_database
from tests.mail import Mailbox, mail_server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

STOP_SECONDS = 30
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 4 << 30


@pytest.fixture(scope="session")
def scratch() -> Path:
    """Where tests make clusters: in memory where there is plenty, since a disk is what makes them slow."""
    plenty = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED
    return MEMORY if plenty else Path("/tmp")


@pytest.fixture(scope="session")
def embedded_server(scratch: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[EmbeddedServer]:
    """An embedded PostgreSQL that lives for the test run; the workers of pytest-xdist share one."""
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    # Not below pytest's own folder: that one is closed to the user that the server has when root runs the tests.
    folder = Path(scratch, f"selfgraph-tests-{uuid.uuid5(uuid.NAMESPACE_URL, str(run)).hex}")
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
def open_folder(scratch: Path) -> Generator[Path]:
    """A new folder that every user may enter, unlike pytest's own, which root's server could not."""
    folder = Path(tempfile.mkdtemp(prefix="selfgraph-test-", dir=scratch))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def empty_database(embedded_server: EmbeddedServer) -> AsyncGenerator[str]:
    """The URL of a new, empty database, dropped after the test."""
    async with new_database(embedded_server.url) as url:
        yield url


@pytest.fixture
async def migrated_database(embedded_server: EmbeddedServer) -> AsyncGenerator[str]:
    """The URL of a new database with all migrations and nothing else, dropped after the test."""
    async with new_database(embedded_server.url, MIGRATED) as url:
        yield url


@pytest.fixture
def mailbox() -> Generator[Mailbox]:
    """A real SMTP server; `mailbox.settings` make a server of ours send its mail there."""
    with mail_server(Mailbox()) as served:
        yield served
