"""`selfgraph db`: the embedded PostgreSQL, and backups of the database in use."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Generator

    from graph.settings import Settings
    from persistence.backups import Database
    from persistence.embedded import EmbeddedServer, Status

STOPPED = 3

app = typer.Typer(name="db", help="The embedded PostgreSQL; backups of the database in use.", no_args_is_help=True)


@app.command("status")
def show_status() -> None:
    """Say whether the embedded PostgreSQL runs, and where; exit 0 if it runs, 3 if not."""
    from persistence import embedded

    with _one_line():
        settings = _settings()
        if settings.database_url is not None:
            typer.echo("DATABASE_URL is set, so the embedded PostgreSQL is not used.", err=True)
        found = embedded.status(settings.data_dir)
        for name, value in _describe(found).items():
            typer.echo(f"{name + ':':<9}{value}")
    raise typer.Exit(0 if found.postmaster else STOPPED)


@app.command()
def start() -> None:
    """Start the embedded PostgreSQL and leave it running until `db stop`."""
    from persistence import embedded

    with _one_line():
        settings = _settings()
        server = embedded.start(settings.data_dir, port=settings.embedded_port)
        if server.notice:
            typer.echo(server.notice, err=True)
        typer.echo(f"running in {server.directory}")


@app.command()
def stop(
    *, force: Annotated[bool, typer.Option("--force", help="Stop it although other processes use it.")] = False
) -> None:
    """Stop the embedded PostgreSQL."""
    from persistence import embedded

    with _one_line():
        was_running = embedded.stop(_settings().data_dir, force=force)
        typer.echo("stopped" if was_running else "was not running")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(context: typer.Context) -> None:
    """Open psql on the database in use; arguments after `--` are psql's own."""
    from persistence.backups import psql_command

    with _one_line(), _database() as (database, server):
        command = psql_command(database, context.args)
        if server is not None:
            server.survive_exec()
        os.execve(command[0], command, dict(database.environment))  # noqa: S606 - psql takes the terminal and the signals


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to write; replaced if it exists.")]) -> None:
    """Write the database in use into a file, in pg_dump's custom format."""
    from persistence import backups

    with _one_line(), _database() as (database, _):
        backups.backup(database, file)
        typer.echo(f"wrote {file} ({_bytes(file.stat().st_size)})")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace what the database holds.")] = False,
) -> None:
    """Read a backup into the database in use, all of it or nothing; owners and grants are left out."""
    from persistence import backups

    with _one_line(), _database() as (database, _):
        backups.restore(database, file, force=force)
        typer.echo(f"restored {file}")


@contextlib.contextmanager
def _database() -> Generator[tuple[Database, EmbeddedServer | None]]:
    """The database that the settings name, for PostgreSQL's programs; an embedded one is shared meanwhile."""
    from persistence.backups import database
    from persistence.embedded import acquire

    settings = _settings()
    if settings.database_url is not None:
        yield (
            database(
                settings.database_url.get_secret_value(),
                ssl=settings.database_ssl.value,
                ssl_root_cert=settings.database_ssl_root_cert,
                connect_seconds=settings.database_connect_timeout,
            ),
            None,
        )
        return
    server = acquire(settings.data_dir, port=settings.embedded_port)
    try:
        yield database(server.url, is_embedded=True), server
    finally:
        server.release()


@contextlib.contextmanager
def _one_line() -> Generator[None]:
    """Turn an operator's failure into one line on stderr and exit code 1."""
    from persistence.backups import BackupError
    from persistence.embedded import EmbeddedError

    try:
        yield
    except (EmbeddedError, BackupError) as error:
        typer.echo(f"selfgraph: {error}", err=True)
        raise typer.Exit(1) from None


def _settings() -> Settings:
    from graph.settings import load_settings

    return load_settings()


def _describe(found: Status) -> dict[str, str]:
    lines = {"state": "stopped", "folder": str(found.directory), "size": _bytes(found.size)}
    if found.postmaster:
        pinned = " (until `selfgraph db stop`)" if found.pinned else ""
        users = "unknown" if found.users is None else ", ".join(map(str, found.users)) or "none"
        lines |= {
            "state": f"running{pinned}",
            "version": f"PostgreSQL {found.version}",
            "socket": str(found.postmaster.sockets),
            "port": f"127.0.0.1:{found.postmaster.port}" if found.postmaster.listens else "none",
            "users": users,
            "uptime": _duration(time.time() - found.started),
        }
    if found.notice:
        lines["note"] = found.notice
    return lines


def _bytes(count: int) -> str:
    return f"{count / 1_048_576:.1f} MiB"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours:02}:{minutes:02}:{rest:02}"
