"""Transactions for the repositories on SQLAlchemy."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.just_read import forget
from persistence.errors import domain_errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from persistence.database import Database


async def _nothing() -> None:
    return


class Transactions:
    """Begins transactions on one database."""

    def __init__(self, database: Database, *, settle: Callable[[], Awaitable[None]] = _nothing) -> None:
        self._database = database
        self._settle = settle

    @asynccontextmanager
    async def begin(self, *, revoking: bool = False) -> AsyncGenerator[AsyncSession]:
        """A transaction: the block's end commits it, an exception rolls it back.

        Args:
            revoking: whether it may take a right from somebody: then it ends when this process has heard of it, so
                that no later request finds the old right remembered.

        Raises:
            SelfgraphError: the domain's error for what the database said, at the commit too.
        """
        forget()
        with domain_errors():
            async with AsyncSession(self._database.engine, expire_on_commit=False) as session, session.begin():
                yield session
        if revoking:
            await self._settle()
