"""The endpoint as users call it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.graph.accounts.serving import serving_accounts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.graph.accounts.serving import Accounts


class ServeAccounts(Protocol):
    async def __call__(self, **settings: Any) -> Accounts: ...


@pytest.fixture
async def serve_accounts(migrated_database: str) -> AsyncGenerator[ServeAccounts]:
    """Serves a new installation with these settings, until the test is over."""
    async with AsyncExitStack() as stack:

        async def start(**settings: Any) -> Accounts:
            return await stack.enter_async_context(serving_accounts(migrated_database, **settings))

        yield start


@pytest.fixture
async def accounts(serve_accounts: ServeAccounts) -> Accounts:
    """A new installation with the default settings."""
    return await serve_accounts()
