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
    from collections.abc import AsyncGenerator, Collection, Generator
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


# The machine's PostgreSQL has no pgvector.
_EMBEDDED_ONLY = frozenset({"vectors"})


class Features:
    """Serves each feature from its first case on until the last case of all."""

    def __init__(self, server: str, stack: AsyncExitStack, left_out: Collection[str]) -> None:
        self._server = server
        self._left_out = left_out
        self._stack = stack
        self._served: dict[Path, Served] = {}

    async def get(self, folder: Path) -> Served:
        """The server of a feature's folder: over its `schema.sql`, else Chinook.

        By its `settings.json` and its `metadata.yaml` if it has them; its `roles.graphql`, mutations of an
        administrator, makes roles and says what they may do.
        """
        if folder.name in self._left_out:
            pytest.skip("this server has not what the feature needs")
        script, settings, roles = (folder / name for name in ("schema.sql", "settings.json", "roles.graphql"))
        if not any(path.exists() for path in (script, settings, roles)):
            folder = CHINOOK
        if folder not in self._served:
            text = script.read_text() if script.exists() else CHINOOK.read_text()
            given = json.loads(settings.read_text()) if settings.exists() else {}
            url = await self._stack.enter_async_context(new_database(self._server, text))
            served = self._served[folder] = await self._stack.enter_async_context(
                serving(url, **{"max_answer_bytes": 0, **given})
            )
            if (metadata := folder / "metadata.yaml").exists():
                await served.say(metadata.read_text())
            if roles.exists():
                await served.data(roles.read_text())
                await served.data("{ __typename }")  # the key is known again from here on
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
        left_out = _EMBEDDED_ONLY if request.param == "machine_url" else frozenset[str]()
        yield Features(request.getfixturevalue(str(request.param)), stack, left_out)
