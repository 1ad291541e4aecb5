"""Chinook, served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.graph.tables.serving import CHINOOK, new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chinook(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    """Chinook, for tests of one module that leave it as it is; they run in the module's event loop."""
    async with new_database(embedded_server.url, CHINOOK.read_text()) as url, serving(url) as served:
        yield served
