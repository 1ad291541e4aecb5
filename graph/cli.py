"""The `selfgraph` command."""

from __future__ import annotations

import sys

import typer

from graph.commands import db, keys, metadata, migrate, storage
from graph.commands.accounts import create_superadmin
from graph.commands.schema import export_schema
from graph.commands.serve import serve
from graph.commands.sql import sql
from graph.commands.worker import worker

app = typer.Typer(
    name="selfgraph",
    help="A complete, self-hosted GraphQL backend over PostgreSQL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root() -> None:
    """A complete, self-hosted GraphQL backend over PostgreSQL."""


app.command()(serve)
app.command()(worker)
app.command()(sql)
app.command()(export_schema)
app.command()(create_superadmin)
app.add_typer(db.app, name="db")
app.add_typer(keys.app, name="keys")
app.add_typer(metadata.app, name="metadata")
app.add_typer(migrate.app, name="migrate")
app.add_typer(storage.app, name="storage")


def main() -> None:
    """Run the command line: exit 2 on wrong settings or usage, 1 on a failure, with one line on stderr."""
    from graph.settings import SettingsError

    try:
        app()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
