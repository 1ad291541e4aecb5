"""The database of one process: SQLAlchemy for the platform's tables, a thin asyncpg path for finished JSON."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any, Final, Self

import asyncpg

from domain.deadline import TimeLimit
from domain.errors import UnavailableError
from persistence.connection import DatabaseOptions, make_safe, open_connection, refuse_old_version
from persistence.errors import domain_errors, translate
from persistence.lending import Lending
from persistence.reaching import reach
from persistence.values_as_text import send_as_text

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

    from persistence.lent import Lent

__all__ = ["Database", "DatabaseOptions"]

_CLOSE_SECONDS: Final = 5.0
_OUTDATED: Final = (asyncpg.InvalidCachedStatementError, asyncpg.DatatypeMismatchError)
"""A statement that is prepared does not fit a table that has changed; nothing was done."""


class Database:
    """Two pools on one database, which recover by themselves when it goes away and comes back.

    `engine` serves the platform's tables through SQLAlchemy; `pool` serves the table API, where PostgreSQL makes the
    whole answer. Connections of `pool` return `json` values as the bytes that PostgreSQL sent, and take values of the
    usual types as texts.
    """

    def __init__(self, options: DatabaseOptions, pool: asyncpg.Pool) -> None:
        self.options = options
        self.pool = pool
        self._opening = options.opening()
        self._lending = Lending(pool, options.pool_size, options.pool_timeout)
        self._time_limit = TimeLimit(options.command_timeout or inf)

    @cached_property
    def engine(self) -> AsyncEngine:
        """SQLAlchemy's engine, made when it is first asked for."""
        from persistence.engine import make_engine  # noqa: PLC0415 - half a second that a start can do without

        return make_engine(self.options)

    @classmethod
    async def connect(cls, options: DatabaseOptions) -> Self:
        """Open the database, waiting for one that is starting.

        Raises:
            DatabaseUnreachableError: nothing answered within `options.connect_timeout` seconds.
            DatabaseRefusedError: something answered that cannot be used; said at once.
        """
        pool = await _pool(options)
        database = cls(options, pool)
        try:
            await reach(database._check, options)
        except BaseException:
            await database.close()
            raise
        return database

    async def fetch_value(self, sql: str, arguments: Sequence[object] = ()) -> Any:  # noqa: ANN401 - a value of any type
        """Run one statement; give the first column of its first row, None without a row. `json` comes as bytes.

        Raises:
            SelfgraphError: the domain's error for what the database said.
        """
        row = await self.fetch_row(sql, arguments)
        return None if row is None else row[0]

    async def fetch_row(self, sql: str, arguments: Sequence[object] = ()) -> asyncpg.Record | None:
        """Run one statement; give its first row.

        Raises:
            SelfgraphError: the domain's error for what the database said.
        """
        lent = self._lending.take_idle() or await self._take()
        try:
            if self.options.prepared_statements:
                self._time_limit.add(lent)
                try:
                    rows = await lent.fetch(sql, arguments)
                except _OUTDATED:
                    lent.forget()
                    rows = await lent.fetch_anew(sql, arguments)
                finally:
                    self._time_limit.remove(lent)
            else:
                rows = await self._fetch_alone(lent.connection, sql, arguments)
        except BaseException as error:
            if (known := await self._failed(lent, error)) is None:
                raise
            raise known from error
        self._lending.keep(lent)
        return rows[0] if rows else None

    @asynccontextmanager
    async def acquire(self) -> AsyncGenerator[asyncpg.pool.PoolConnectionProxy]:
        """Lend a pooled connection for the block; what the database says there becomes the domain's errors."""
        lent = await self._take()
        try:
            with domain_errors():
                yield lent.connection
        except BaseException as error:
            if _is_outdated(error):
                # What asyncpg has prepared there would fail again and again.
                lent.connection.terminate()
            await self._lending.give_up(lent)
            raise
        self._lending.give_back(lent)

    @asynccontextmanager
    async def transaction(self, *, readonly: bool = False) -> AsyncGenerator[asyncpg.pool.PoolConnectionProxy]:
        """Lend a pooled connection with a transaction that is committed at the end of the block, or rolled back.

        With `readonly` nothing can be written in it.
        """
        async with self.acquire() as connection:
            try:
                async with connection.transaction(readonly=readonly):
                    if not self.options.prepared_statements:
                        await connection.execute(self._opening)
                    yield connection
            except asyncpg.InternalClientError as error:
                connection.terminate()
                raise UnavailableError("The connection to the database was lost; try again.") from error

    async def open_connection(self) -> asyncpg.Connection:
        """Open a connection outside the pool, for LISTEN and the like. Whoever opens it closes it.

        Raises:
            UnavailableError: the database cannot be reached now.
        """
        with domain_errors():
            return await open_connection(self.options)

    async def close(self) -> None:
        """Close every connection: politely for a few seconds, then anyway."""
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._lending.close()
                await self.pool.close()
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self.pool.terminate()
        if "engine" in self.__dict__:
            with contextlib.suppress(TimeoutError, OSError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self.engine.dispose()

    async def _check(self) -> None:
        async with asyncio.timeout(self.options.connect_timeout), self.pool.acquire() as connection:
            refuse_old_version(connection.get_server_version())

    async def _take(self) -> Lent:
        try:
            return await self._lending.take()
        except TimeoutError as error:
            raise UnavailableError("The database has no free connection now; try again.") from error
        except Exception as error:
            if (known := translate(error)) is None:
                raise
            raise known from error

    async def _failed(self, lent: Lent, error: BaseException) -> Exception | None:
        """Take a connection back; the domain's error for what became of its statement, None where there is none."""
        if lent.expired and isinstance(error, Exception):
            error = TimeoutError()
        lost = isinstance(error, asyncpg.InternalClientError)
        if lost:
            # The server has said goodbye and asyncpg has not seen the end yet, or a type has changed under it.
            lent.connection.terminate()
        await self._lending.give_up(lent)
        if lost:
            return UnavailableError("The connection to the database was lost; try again.")
        return translate(error) if isinstance(error, Exception) else None

    async def _fetch_alone(
        self, connection: asyncpg.pool.PoolConnectionProxy, sql: str, arguments: Sequence[object]
    ) -> list[asyncpg.Record]:
        # A transaction keeps the pooler from changing servers between asyncpg's parse and its bind.
        async with connection.transaction():
            await connection.execute(self._opening)
            return await connection.fetch(sql, *arguments)


def _is_outdated(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, _OUTDATED):
        error = error.__cause__
    return error is not None


async def _pool(options: DatabaseOptions) -> asyncpg.Pool:
    return await asyncpg.create_pool(
        min_size=0,
        max_size=options.pool_size,
        init=_as_text if not options.prepared_statements else _as_text_safely,
        reset=_keep_session,
        **options.arguments(),
    )


async def _as_text(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("json", schema="pg_catalog", encoder=_encode, decoder=bytes, format="binary")
    await send_as_text(connection)


async def _as_text_safely(connection: asyncpg.Connection) -> None:
    await _as_text(connection)
    await make_safe(connection)


def _encode(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


async def _keep_session(_: asyncpg.Connection) -> None:
    # Nothing of ours changes a session, so the query that resets one would be a round trip for nothing.
    # An open transaction is rolled back by asyncpg before this is called.
    return
