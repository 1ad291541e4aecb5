"""One transaction on roles and keys."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from persistence.access.keys import PostgresApiKeys
from persistence.access.roles import PostgresRoles
from persistence.audit import PostgresAuditTrail

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlalchemy.ext.asyncio import AsyncSession

    from persistence.transactions import Transactions


class PostgresAccess:
    """The port `OpenAccess` on PostgreSQL."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    @asynccontextmanager
    async def __call__(self, *, revoking: bool = False) -> AsyncGenerator[PostgresAccessWork]:
        """Begin a transaction; the block's end commits it, an exception rolls it back."""
        async with self._transactions.begin(revoking=revoking) as session:
            yield PostgresAccessWork(session)


class PostgresAccessWork:
    """The port `AccessWork` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self.roles = PostgresRoles(session)
        self.keys = PostgresApiKeys(session)
        self.audit = PostgresAuditTrail(session)
