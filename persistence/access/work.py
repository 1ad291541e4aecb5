"""One transaction on roles and keys."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import cached_property
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
    async def __call__(self) -> AsyncGenerator[PostgresAccessWork]:
        """Begin a transaction; the block's end commits it, an exception rolls it back."""
        async with self._transactions.begin() as session:
            yield PostgresAccessWork(session)


class PostgresAccessWork:
    """The port `AccessWork` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    @cached_property
    def roles(self) -> PostgresRoles:
        """The roles."""
        return PostgresRoles(self._session)

    @cached_property
    def keys(self) -> PostgresApiKeys:
        """The API keys."""
        return PostgresApiKeys(self._session)

    @cached_property
    def audit(self) -> PostgresAuditTrail:
        """The trail."""
        return PostgresAuditTrail(self._session)
