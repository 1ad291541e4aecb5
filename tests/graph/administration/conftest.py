"""A served installation with people of every rung."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.graph.accounts.serving import serving_accounts
from tests.graph.administration.people import People

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def people(migrated_database: str) -> AsyncGenerator[People]:
    """A new installation, whose people are made as a test asks for them."""
    async with serving_accounts(migrated_database, rate_limit_login="off") as accounts:
        yield People(accounts)
