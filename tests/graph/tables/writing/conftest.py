"""The tables of the compiler's cases about writing, with the same rows before each test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.graph.tables.serving import execute, new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

FOLDER = Path(__file__).parents[3] / "compiler" / "cases" / "writing"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library_server(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    script = (FOLDER / "schema.sql").read_text()
    async with new_database(embedded_server.url, script) as url, serving(url) as served:
        yield served


@pytest_asyncio.fixture(loop_scope="module")
async def library(library_server: Served) -> Served:
    """Served authors, books and regions; tests that use it run in the module's event loop."""
    await execute(library_server.url, (FOLDER / "rows.sql").read_text())
    return library_server
