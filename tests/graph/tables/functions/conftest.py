"""The authors and articles of the compiler's cases about functions, served."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

FOLDER = Path(__file__).parents[3] / "compiler" / "cases" / "functions"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def authors(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    """For tests of one module that leave the rows as they are; they run in the module's event loop."""
    script = (FOLDER / "schema.sql").read_text()
    async with new_database(embedded_server.url, script) as url, serving(url) as served:
        yield served
