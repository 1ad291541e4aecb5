"""The database of a process: where it is, how it is opened, and what goes wrong with it in the operator's words."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loguru import logger

from domain.errors import SelfgraphError
from graph.startup import StartupError
from persistence.database import Database, DatabaseOptions
from persistence.embedded import EmbeddedError, EmbeddedServer, acquire
from persistence.migrations import upgrade_to_head

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from graph.settings import Settings


@dataclass(frozen=True, slots=True)
class DatabasePlace:
    """Where the database is.

    Attributes:
        url: with its password.
        shown: for the operator, without it.
        notice: a line about where the files are, when that is not where the settings say.
        set_up: the token of the link of a set-up, while there is no superadmin.
    """

    url: str
    shown: str
    notice: str | None = None
    set_up: str | None = field(default=None, repr=False)


@asynccontextmanager
async def database_place(settings: Settings) -> AsyncGenerator[DatabasePlace]:
    """The database of `DATABASE_URL` or, without one, a share in the embedded server for as long as the block lasts.

    Raises:
        StartupError: there is no embedded server.
    """
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        yield DatabasePlace(url, DatabaseOptions(url).location)
        return
    server = await _acquire(settings)
    try:
        yield DatabasePlace(server.url, f"embedded PostgreSQL in {server.directory}", server.notice)
    finally:
        await asyncio.to_thread(server.release)


@asynccontextmanager
async def open_database(settings: Settings, place: DatabasePlace) -> AsyncGenerator[Database]:
    """Connect and migrate; closed when the block is left.

    Raises:
        StartupError: the database cannot be reached, used or migrated.
    """
    with startup_errors(settings):
        database = await Database.connect(database_options(settings, place.url))
    try:
        with startup_errors(settings):
            if await upgrade_to_head(database):
                logger.info("The database has been migrated to the newest version.")
        yield database
    finally:
        await database.close()


def database_options(settings: Settings, url: str) -> DatabaseOptions:
    """The options that the settings say, for the database at `url`."""
    return DatabaseOptions(
        url=url,
        pool_size=settings.database_pool_size,
        pool_timeout=settings.database_pool_timeout,
        connect_timeout=settings.database_connect_timeout,
        statement_timeout=settings.statement_timeout,
        ssl=settings.database_ssl.value,
        ssl_root_cert=settings.database_ssl_root_cert,
        prepared_statements=settings.database_prepared_statements,
    )


async def _acquire(settings: Settings) -> EmbeddedServer:
    acquiring = asyncio.ensure_future(asyncio.to_thread(acquire, settings.data_dir, port=settings.embedded_port))
    with startup_errors(settings):
        try:
            return await asyncio.shield(acquiring)
        except asyncio.CancelledError:
            # A thread cannot be interrupted; what it gets is given back, or the server would stay behind.
            (await acquiring).release()
            raise


@contextmanager
def startup_errors(settings: Settings) -> Generator[None]:
    """Turn what is known to go wrong at a start into the one line that the command line prints."""
    try:
        yield
    except SelfgraphError as error:
        raise StartupError(error.message) from error
    except EmbeddedError as error:
        raise StartupError(str(error)) from error
    except OSError as error:
        raise StartupError(f"DATA_DIR={settings.data_dir} cannot be used: {error.strerror or error}") from error
