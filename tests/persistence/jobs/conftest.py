"""A migrated database on each of the tested versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from persistence.migrations import upgrade_to_head

if TYPE_CHECKING:
    from persistence.database import Database


@pytest.fixture
async def migrated(database: Database) -> Database:
    """The platform's tables are there."""
    await upgrade_to_head(database)
    return database
