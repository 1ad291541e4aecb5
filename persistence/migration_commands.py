"""Alembic's commands on one database: one process at a time, each migration in its own transaction."""

from __future__ import annotations

import io
from contextlib import asynccontextmanager, redirect_stdout
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from alembic import command
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import text

from persistence.connection import DatabaseOptions, open_connection, refuse_old_version
from persistence.engine import make_engine
from persistence.migration_files import command_errors, configuration
from persistence.models import SCHEMA
from persistence.reaching import reach

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from alembic.config import Config
    from sqlalchemy.engine import Connection

_LOCK: Final = 0x5E1F_6BA9
"""The number of the advisory lock that whoever migrates holds."""
_LOCK_WAIT_SECONDS: Final = 600
_TABLE_LOCK_SECONDS: Final = 10.0

Outcome = TypeVar("Outcome")


class Migrations:
    """The migrations of the project and one database.

    Every method that asks the database waits for it as `DatabaseOptions.connect_timeout` says, and raises
    DatabaseUnreachableError or DatabaseRefusedError with one line.
    """

    def __init__(self, options: DatabaseOptions) -> None:
        # A migration may take its time, but must not queue for a table, because everyone else then queues behind it.
        self._options = replace(
            options,
            statement_timeout=0,
            lock_timeout=_TABLE_LOCK_SECONDS,
            pool_size=1,
            search_path="pg_catalog",  # migrations name every schema; SQLAlchemy leaves out names that the path finds
        )

    async def upgrade(self, revision: str = "head") -> None:
        """Apply migrations up to a revision (`head`, `+1`, an identifier)."""
        await self._change(lambda config: command.upgrade(config, revision))

    async def downgrade(self, revision: str = "-1") -> None:
        """Undo migrations down to a revision (`-1`, `base`, an identifier)."""
        await self._change(lambda config: command.downgrade(config, revision))

    async def stamp(self, revision: str) -> None:
        """Note a revision as applied without running anything."""
        await self._change(lambda config: command.stamp(config, revision))

    async def create(self, message: str, *, from_models: bool) -> str:
        """Write a migration file, from what the models and the database differ in or empty; return its path."""

        def write(config: Config) -> str:
            with redirect_stdout(io.StringIO()):  # Alembic prints its progress past the configuration's output
                script = command.revision(config, message, autogenerate=from_models)
            return str(getattr(script, "path", script))

        return await self._change(write)

    async def differences(self) -> str | None:
        """What the models have and the migrations lack (or the reverse); None when they agree."""

        def compare(config: Config) -> str | None:
            try:
                command.check(config)
            except CommandError as error:
                return str(error)
            return None

        return await self._change(compare)

    async def pending(self) -> tuple[str, ...]:
        """The revisions that are not applied, the next one first."""
        current = await self.current()
        script = ScriptDirectory.from_config(configuration())
        applied = {known.revision for known in script.iterate_revisions(current, "base")} if current else set[str]()
        ordered = [known.revision for known in script.walk_revisions()]
        return tuple(revision for revision in reversed(ordered) if revision not in applied)

    async def current(self) -> tuple[str, ...]:
        """The revisions that the database is at; none before the first migration."""

        def read(connection: Connection) -> tuple[str, ...]:
            if connection.scalar(text(f"SELECT to_regclass('{SCHEMA}.alembic_version')")) is None:
                return ()
            rows = connection.execute(text(f"SELECT version_num FROM {SCHEMA}.alembic_version ORDER BY 1"))  # noqa: S608 - a constant
            return tuple(rows.scalars())

        return await reach(lambda: self._run(read), self._options)

    async def _change(self, action: Callable[[Config], Outcome]) -> Outcome:
        def run(connection: Connection) -> Outcome:
            _make_schema(connection)
            return action(configuration(connection))

        async def attempt() -> Outcome:
            async with self._lock():
                return await self._run(run)

        with command_errors():
            return await reach(attempt, self._options, "migrate")

    async def _run(self, action: Callable[[Connection], Outcome]) -> Outcome:
        engine = make_engine(self._options)
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(action)
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def _lock(self) -> AsyncGenerator[None]:
        # A connection of its own, in a transaction: so the lock outlives the migrations' transactions, and a
        # transaction pooler cannot hand it to somebody else.
        connection = await open_connection(self._options)
        try:
            refuse_old_version(connection.get_server_version())
            async with connection.transaction():
                await connection.execute(
                    f"SET LOCAL lock_timeout = '{_LOCK_WAIT_SECONDS}s';"
                    " SET LOCAL idle_in_transaction_session_timeout = 0;"
                    f" SELECT pg_advisory_xact_lock({_LOCK})"
                )
                yield
        finally:
            await connection.close(timeout=5)


def _make_schema(connection: Connection) -> None:
    # Asked first, because CREATE SCHEMA wants its privilege even where IF NOT EXISTS has nothing to do.
    if connection.scalar(text(f"SELECT to_regnamespace('{SCHEMA}')")) is None:
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    connection.commit()
