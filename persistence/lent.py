"""A connection that is lent, with the statements that were prepared on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from asyncpg import InterfaceError
from asyncpg.protocol import NO_TIMEOUT

from domain.bounded import BoundedCache

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    import asyncpg
    from asyncpg.prepared_stmt import PreparedStatement

    Statements: TypeAlias = BoundedCache[str, PreparedStatement[asyncpg.Record]]

MAX_STATEMENTS: Final = 512
"""Of one connection, which PostgreSQL keeps the plans of."""


class Lent:
    """One connection of a pool, until the pool has it back.

    Asked by its text, asyncpg finds a statement through four layers and sets a timer, which takes 12 us more than to
    run the statement that is kept here.
    """

    __slots__ = ("_statements", "connection", "expired", "when")

    when: float

    def __init__(self, connection: asyncpg.pool.PoolConnectionProxy) -> None:
        self.connection = connection
        self._statements = _no_statements()
        self.expired = False

    @property
    def is_open(self) -> bool:
        """Whether the connection is open, as far as is known."""
        try:
            return not self.connection.is_closed()
        except InterfaceError:
            # The pool took it back when it broke.
            return False

    @property
    def is_in_transaction(self) -> bool:
        """Whether an earlier caller's transaction goes on."""
        try:
            return self.connection.is_in_transaction()
        except InterfaceError:
            return False

    def expire(self) -> None:
        """Close the connection: the server, which should have ended the statement before, is gone."""
        self.expired = True
        self.connection.terminate()

    def fetch(self, sql: str, arguments: Sequence[object]) -> Awaitable[list[asyncpg.Record]]:
        """Run one statement outside of a transaction, prepared once; give its rows.

        The time limit is the caller's. To ask for one row alone would keep PostgreSQL from using parallel workers.

        Raises:
            InvalidCachedStatementError: a change of the table has outdated the plan.
        """
        statement = self._statements.find(sql)
        if statement is None:
            return self.fetch_anew(sql, arguments)
        return statement.fetch(*arguments, timeout=NO_TIMEOUT)  # type: ignore[arg-type]  # upstream takes it, and does not say so

    async def fetch_anew(self, sql: str, arguments: Sequence[object]) -> list[asyncpg.Record]:
        """As `fetch`, with a plan that is made now."""
        statement: PreparedStatement[asyncpg.Record] = await self.connection.prepare(sql)
        self._statements.add(sql, statement, weight=1)
        return await statement.fetch(*arguments)

    def forget(self) -> None:
        """Forget all statements: their plans are outdated."""
        self._statements = _no_statements()


def _no_statements() -> Statements:
    return BoundedCache(max_entries=MAX_STATEMENTS, max_weight=MAX_STATEMENTS)
