"""The option that rewrites the golden files, and one served database for each feature."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.graph.tables.serving import CHINOOK, new_database, serving
from tests.persistence.conftest import started_postgres

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="rewrite statement.sql and result.json of tests/compiler/cases (with `pytest tests/compiler`)",
    )


@pytest.fixture
def updating(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-cases", default=False))


class Features:
    """Serves each feature from its first case on until the last case of all."""

    def __init__(self, server: str, stack: AsyncExitStack) -> None:
        self._server = server
        self._stack = stack
        self._served: dict[Path, Served] = {}

    async def get(self, folder: Path) -> Served:
        """The server of a feature's folder: over its `schema.sql`, else Chinook; by its `settings.json` if it has one."""
        script, settings = folder / "schema.sql", folder / "settings.json"
        if not script.exists() and not settings.exists():
            folder = CHINOOK
        if folder not in self._served:
            text = script.read_text() if script.exists() else CHINOOK.read_text()
            given = json.loads(settings.read_text()) if settings.exists() else {}
            url = await self._stack.enter_async_context(new_database(self._server, text))
            self._served[folder] = await self._stack.enter_async_context(serving(url, **given))
        return self._served[folder]


@pytest.fixture(scope="session")
def embedded_url(embedded_server: EmbeddedServer) -> str:
    return embedded_server.url


@pytest.fixture(scope="session")
def machine_url() -> Generator[str]:
    with started_postgres() as server:
        yield server.url()


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=["embedded_url", "machine_url"], ids=["embedded", "machine"]
)
async def features(request: pytest.FixtureRequest) -> AsyncGenerator[Features]:
    """On each of the tested versions of PostgreSQL."""
    async with AsyncExitStack() as stack:
        yield Features(request.getfixturevalue(str(request.param)), stack)
