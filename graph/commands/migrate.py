"""`selfgraph migrate ...`: the platform's own tables, by Alembic."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from graph.commands.target import database_of, failing_with_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from persistence.migration_commands import Migrations

app = typer.Typer(help="The platform's own tables (schema selfgraph).", no_args_is_help=True)

Revision = Annotated[str, typer.Argument(help="A revision, its first characters, head, base, +1 or -1.")]
Message = Annotated[str, typer.Argument(help='What it does, as in "add accounts".')]
Outcome = TypeVar("Outcome")


@app.command()
def up(revision: Revision = "head") -> None:
    """Apply migrations."""
    _run(lambda migrations: migrations.upgrade(revision))
    status()


@app.command()
def down(revision: Revision = "-1") -> None:
    """Undo migrations: the last one, or down to a revision (base: all)."""
    _run(lambda migrations: migrations.downgrade(revision))
    status()


@app.command()
def status() -> None:
    """Print where the database is and what it lacks."""

    async def both(migrations: Migrations) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return await migrations.current(), await migrations.pending()

    current, pending = _run(both)
    typer.echo(f"current  {', '.join(current) or 'none'}")
    typer.echo(f"pending  {', '.join(pending) or 'none'}")


@app.command()
def history() -> None:
    """List the migrations, newest first."""
    from persistence import migration_files

    _print(migration_files.history)


@app.command()
def heads() -> None:
    """List the newest migrations."""
    from persistence import migration_files

    _print(migration_files.heads)


@app.command()
def branches() -> None:
    """List the migrations that more than one builds on."""
    from persistence import migration_files

    _print(migration_files.branches)


@app.command()
def show(revision: Revision = "head") -> None:
    """Describe one migration."""
    from persistence import migration_files

    _print(lambda: migration_files.show(revision))


@app.command()
def stamp(revision: Revision) -> None:
    """Note a migration as applied without running anything."""
    _run(lambda migrations: migrations.stamp(revision))
    status()


@app.command()
def sql(revisions: Annotated[str, typer.Argument(help="head, or FROM:TO.")] = "head") -> None:
    """Print the SQL of an upgrade instead of running it."""
    from persistence import migration_files

    _print(lambda: migration_files.upgrade_sql(revisions))


@app.command()
def create(message: Message) -> None:
    """Write a migration from what the models and the database differ in."""
    typer.echo(_run(lambda migrations: migrations.create(message, from_models=True)))


@app.command("create-empty")
def create_empty(message: Message) -> None:
    """Write a migration without steps."""
    typer.echo(_run(lambda migrations: migrations.create(message, from_models=False)))


@app.command()
def verify() -> None:
    """Try upgrade, models and downgrade on a throw-away database of the embedded server."""
    from graph.settings import load_settings
    from persistence.migration_verification import verify as difference

    with failing_with_one_line(), database_of(load_settings(), embedded=True) as server:
        found = asyncio.run(difference(server))
    if found:
        typer.echo(f"selfgraph: {found}", err=True)
        raise typer.Exit(1)
    typer.echo("migrations: upgrade, models and downgrade agree")


def _run(action: Callable[[Migrations], Coroutine[None, None, Outcome]]) -> Outcome:
    from graph.settings import load_settings
    from persistence.migration_commands import Migrations

    with failing_with_one_line(), database_of(load_settings()) as options:
        return asyncio.run(action(Migrations(options)))


def _print(text: Callable[[], str]) -> None:
    with failing_with_one_line():
        typer.echo(text().rstrip())
