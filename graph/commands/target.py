"""The database that a command works on, and how a command fails: one line, exit code 1."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Generator

    from graph.settings import Settings
    from persistence.connection import DatabaseOptions


@contextmanager
def failing_with_one_line() -> Generator[None]:
    """Print what went wrong in the block as one line on stderr, and end with exit code 1."""
    from domain.errors import SelfgraphError
    from graph.startup import StartupError
    from persistence.embedded import EmbeddedError
    from persistence.scripts import ScriptError

    try:
        yield
    except (SelfgraphError, EmbeddedError, ScriptError, StartupError) as error:
        typer.echo(f"selfgraph: {error}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def database_of(settings: Settings, *, embedded: bool = False) -> Generator[DatabaseOptions]:
    """The database of `DATABASE_URL` or, without one, a share in the embedded server for as long as the block lasts.

    Args:
        settings: the settings of the process.
        embedded: take the embedded server in any case.
    """
    from graph.logs import configure_logs
    from persistence.embedded import acquire

    # What a command tells, it prints; the log is left for warnings, as of a database that does not answer yet.
    configure_logs(settings.model_copy(update={"log_level": "WARNING"}), sys.stderr)
    if settings.database_url is not None and not embedded:
        yield _options(settings, settings.database_url.get_secret_value())
        return
    server = acquire(settings.data_dir, port=settings.embedded_port)
    try:
        yield _options(settings, server.url, external=False)
    finally:
        server.release()


def _options(settings: Settings, url: str, *, external: bool = True) -> DatabaseOptions:
    from persistence.connection import DatabaseOptions

    return DatabaseOptions(
        url=url,
        connect_timeout=settings.database_connect_timeout,
        ssl=settings.database_ssl.value if external else "disable",
        ssl_root_cert=settings.database_ssl_root_cert if external else None,
        prepared_statements=settings.database_prepared_statements or not external,
    )
