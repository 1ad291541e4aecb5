"""The endpoint over a database of a test's own."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.graph.tables.serving import execute, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.graph.tables.serving import Served


class Serve(Protocol):
    async def __call__(self, script: str = "", **settings: Any) -> Served: ...


@pytest.fixture
async def serve(migrated_database: str) -> AsyncGenerator[Serve]:
    """Serves what a script makes, until the test is over."""
    async with AsyncExitStack() as stack:

        async def start(script: str = "", **settings: Any) -> Served:
            await execute(migrated_database, script)
            return await stack.enter_async_context(serving(migrated_database, **settings))

        yield start
