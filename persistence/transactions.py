"""Transactions for the repositories on SQLAlchemy."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from persistence.errors import domain_errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.database import Database


class Transactions:
    """Begins transactions on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncSession]:
        """A transaction: the block's end commits it, an exception rolls it back.

        Raises:
            SelfgraphError: the domain's error for what the database said, at the commit too.
        """
        with domain_errors():
            async with AsyncSession(self._database.engine, expire_on_commit=False) as session, session.begin():
                yield session
