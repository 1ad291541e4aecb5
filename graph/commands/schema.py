"""`selfgraph export-schema`: the schema as SDL."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path  # noqa: TC003 - Typer reads annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from domain.actor import SUPERADMIN
from graph.commands.target import failing_with_one_line

if TYPE_CHECKING:
    from graph.settings import Settings


def export_schema(
    *,
    role: Annotated[str, typer.Option(help="The role whose schema it is.")] = SUPERADMIN,
    platform: Annotated[bool, typer.Option("--platform", help="Without your tables; needs no database.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.")] = None,
    check: Annotated[Path | None, typer.Option(help="Exit 1 if this file says something else.")] = None,
) -> None:
    """Print the GraphQL schema as SDL, the tables of the database included."""
    from graph.settings import load_settings

    settings = load_settings()
    with failing_with_one_line():
        text = _platform() if platform else asyncio.run(_served(settings, role))
        if check is not None:
            _compare(text, check)
        elif output is not None:
            output.write_text(text, encoding="utf-8")
        else:
            typer.echo(text, nl=False)


def _platform() -> str:
    from graphql import print_schema

    from graph.role_schema import static_schema

    return print_schema(static_schema()) + "\n"


async def _served(settings: Settings, role: str) -> str:
    from graphql import print_schema

    from graph.app import make_schemas
    from graph.logs import configure_logs
    from graph.wiring.database import database_place, open_database

    # The SDL is all that is printed; the log is left for warnings.
    configure_logs(settings.model_copy(update={"log_level": "WARNING"}), sys.stderr)

    async with database_place(settings) as place, open_database(settings, place) as database:
        schemas = make_schemas(settings, database)
        await schemas.reload()
        return print_schema(schemas.for_role(role).graphql) + "\n"


def _compare(text: str, file: Path) -> None:
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        typer.echo(f"{file} is not the current schema; write it anew with export-schema --output {file}", err=True)
        raise typer.Exit(1)
