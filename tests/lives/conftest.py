"""Real servers on new databases, whose mail goes to a real mail server."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.lives.processes import serving
from tests.mail import Mailbox, mail_server

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from persistence.embedded import EmbeddedServer
    from tests.lives.people import Server


class Start(Protocol):
    def __call__(self, *arguments: str, **settings: str) -> Server: ...


@pytest.fixture
def start(tmp_path: Path, migrated_database: str, mailbox: Mailbox) -> Generator[Start]:
    """Starts a server that ends with the test."""
    with ExitStack() as stack:

        def begin(*arguments: str, **settings: str) -> Server:
            return stack.enter_context(serving(tmp_path, migrated_database, mailbox, *arguments, **settings))

        yield begin


@pytest.fixture
def server(start: Start) -> Server:
    """One process with the default settings."""
    return start()


@pytest.fixture(scope="module")
def two_workers(embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A server of two processes for the tests of one file, which share its database: each has people of its own.

    Together they sign up more often than one address may.
    """
    name = f"test_{uuid.uuid4().hex}"
    asyncio.run(_execute(embedded_server.url, f"CREATE DATABASE {name} TEMPLATE template0"))
    url = urlsplit(embedded_server.url)._replace(path=f"/{name}").geturl()
    try:
        with (
            mail_server(Mailbox()) as mailbox,
            serving(
                tmp_path_factory.mktemp("workers"), url, mailbox, "--workers", "2", RATE_LIMIT_REGISTER="off"
            ) as server,
        ):
            yield server
    finally:
        asyncio.run(_execute(embedded_server.url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
