"""Served databases for the tests of the table API."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import pytest_asyncio

from tests.graph.tables.serving import CHINOOK, execute, new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served


class Serve(Protocol):
    async def __call__(self, script: str = "", **settings: Any) -> Served: ...


@pytest.fixture
async def serve(empty_database: str) -> AsyncGenerator[Serve]:
    """Serves what a script makes, until the test is over."""
    async with AsyncExitStack() as stack:

        async def start(script: str = "", **settings: Any) -> Served:
            await execute(empty_database, script)
            return await stack.enter_async_context(serving(empty_database, **settings))

        yield start


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chinook(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    """Chinook, for tests of one module that leave it as it is; they run in the module's event loop."""
    async with new_database(embedded_server, CHINOOK.read_text()) as url, serving(url) as served:
        yield served
