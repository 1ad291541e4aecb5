"""`selfgraph sql`: run SQL files, as psql does, without psql."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.target import database_of, failing_with_one_line

if TYPE_CHECKING:
    from persistence.connection import DatabaseOptions
    from persistence.script_results import Table


def sql(
    file: Annotated[str | None, typer.Argument(help="An SQL file, a plain pg_dump for one; - is stdin.")] = None,
    command: Annotated[str | None, typer.Option("-c", "--command", help="Run this text and print its rows.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows of -c as JSON.")] = False,
    no_transaction: Annotated[
        bool, typer.Option("--no-transaction", help="Run each statement alone, not all or nothing.")
    ] = False,
    no_owner: Annotated[bool, typer.Option("--no-owner", help="Leave out the file's owners and grants.")] = False,
) -> None:
    """Run an SQL file, all of it or nothing, on DATABASE_URL or the embedded server."""
    from graph.settings import load_settings

    if (file is None) == (command is None):
        raise typer.BadParameter("give either FILE or -c TEXT")
    settings = load_settings()
    with failing_with_one_line():
        script = None if file is None else _read(file)
        with database_of(settings) as options:
            if script is not None:
                asyncio.run(_run(options, script, one_transaction=not no_transaction, owners=not no_owner))
            else:
                asyncio.run(_show(options, command or "", as_json=as_json, one_transaction=not no_transaction))


def _read(file: str) -> str:
    from persistence.scripts import ScriptError, decode

    try:
        return decode(sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes())
    except OSError as error:
        raise ScriptError(f"{file}: {(error.strerror or str(error)).lower()}") from None


async def _run(options: DatabaseOptions, script: str, *, one_transaction: bool, owners: bool) -> None:
    from persistence.script_execution import run_script
    from persistence.script_session import session

    async with session(options) as connection:
        count = await run_script(connection, script, one_transaction=one_transaction, owners=owners)
    typer.echo(f"{count} statement{'' if count == 1 else 's'}", err=True)


async def _show(options: DatabaseOptions, script: str, *, as_json: bool, one_transaction: bool) -> None:
    from persistence.script_results import results
    from persistence.script_session import session

    async with session(options) as connection:
        async for result in results(connection, script, as_json=as_json, one_transaction=one_transaction):
            typer.echo(result if isinstance(result, str) else _aligned(result))


def _aligned(table: Table) -> str:
    """The table as psql prints it, NULL as nothing."""
    rows = [[(value or "").replace("\n", "\\n") for value in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(table.columns, *rows, strict=True)]
    lines = [" | ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)) for row in rows]
    header = " | ".join(name.ljust(width) for name, width in zip(table.columns, widths, strict=True))
    rule = "-+-".join("-" * width for width in widths)
    count = f"({len(rows)} row{'' if len(rows) == 1 else 's'})"
    return "\n".join(line.rstrip() for line in [header, rule, *lines, count])
