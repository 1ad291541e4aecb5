"""One transaction on metadata, the roles that they name, and the trail."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

from persistence.access.roles import PostgresRoles
from persistence.audit import PostgresAuditTrail
from persistence.metadata.repository import PostgresMetadata

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.metadata.ports import Beside
    from persistence.transactions import Transactions


Bind: TypeAlias = "Callable[[AsyncSession], Sequence[Beside]]"
"""Gives what is kept beside the metadata, in the transaction of a session."""


def _nothing(_: AsyncSession) -> tuple[Beside, ...]:
    return ()


class PostgresOpenMetadata:
    """The port `OpenMetadata` on PostgreSQL."""

    def __init__(self, transactions: Transactions, beside: Bind = _nothing) -> None:
        self._transactions = transactions
        self._beside = beside

    @asynccontextmanager
    async def __call__(self, *, revoking: bool = False) -> AsyncGenerator[PostgresMetadataWork]:
        """Begin a transaction; the block's end commits it, an exception rolls it back."""
        async with self._transactions.begin(revoking=revoking) as session:
            yield PostgresMetadataWork(session, self._beside(session))


class PostgresMetadataWork:
    """The port `MetadataWork` in the transaction of a session."""

    def __init__(self, session: AsyncSession, beside: Sequence[Beside]) -> None:
        self.beside = beside
        self.metadata = PostgresMetadata(session)
        self.roles = PostgresRoles(session)
        self.audit = PostgresAuditTrail(session)
