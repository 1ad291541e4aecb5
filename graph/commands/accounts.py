"""`selfgraph create-superadmin`: an account that may do everything, for whoever runs the server."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.target import failing_with_one_line

if TYPE_CHECKING:
    from domain.accounts.users import User
    from graph.settings import Settings


def create_superadmin(
    email: Annotated[str, typer.Option(help="The address to sign in with.")],
    name: Annotated[str | None, typer.Option(help="What they are called.")] = None,
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking for it.")
    ] = False,
) -> None:
    """Make a superadmin, on DATABASE_URL or the embedded server; an account that exists stays as it is."""
    from graph.app import with_keys
    from graph.logs import configure_logs
    from graph.settings import load_settings

    settings = load_settings()
    configure_logs(settings.model_copy(update={"log_level": "WARNING"}), sys.stderr)
    with failing_with_one_line():
        password = _read() if password_stdin else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        user = asyncio.run(_create(with_keys(settings), email, password, name))
    typer.echo(f"{user.email} is a superadmin, {user.id}")


async def _create(settings: Settings, email: str, password: str, name: str | None) -> User:
    from graph.wiring.database import database_place, open_database
    from graph.wiring.first_superadmin import superadmin_creation

    async with database_place(settings) as place, open_database(settings, place) as database:
        with superadmin_creation(settings, database) as create:
            return await create(email, password, name)


def _read() -> str:
    from domain.errors import InvalidInputError

    try:
        # One line, as `echo` and a file of a secret end with; a longer one is longer than any password.
        return sys.stdin.buffer.readline(4096).decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise InvalidInputError("The password on standard input is not UTF-8 text.") from None
