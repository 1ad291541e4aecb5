"""`selfgraph keys`: the keys that sign access tokens."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph.commands.target import failing_with_one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from graph.settings import Settings
    from persistence.signing_keys import ListedKey, SigningKeyStore

app = typer.Typer(help="The keys that sign access tokens.", no_args_is_help=True)


@app.command()
def rotate(
    *,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Drop the old keys now: for one that leaked. Every token ends.")
    ] = False,
) -> None:
    """Make a new key that signs from now on; old ones verify until their last token has expired."""
    settings = _settings()
    with failing_with_one_line():
        kid = asyncio.run(_with_store(settings, lambda store: store.rotate(settings.jwt_algorithm, at_once=at_once)))
    typer.echo(f"{kid}  {settings.jwt_algorithm}  signs from now on")


@app.command(name="list")
def list_keys(*, as_json: Annotated[bool, typer.Option("--json", help="Print the keys as JSON.")] = False) -> None:
    """Show the keys: their id, algorithm, age and what they are good for."""
    settings = _settings()
    with failing_with_one_line():
        keys = asyncio.run(_with_store(settings, lambda store: store.list()))
    if as_json:
        typer.echo(json.dumps([_described(key) for key in keys], indent=2))
        return
    for key in keys:
        typer.echo(f"{key.kid}  {key.algorithm:<5}  {key.created_at:%Y-%m-%d %H:%M} UTC  {_use(key)}")


def _settings() -> Settings:
    from graph.app import with_keys
    from graph.logs import configure_logs
    from graph.settings import load_settings

    settings = load_settings()
    # What a command tells, it prints; the log is left for warnings.
    configure_logs(settings.model_copy(update={"log_level": "WARNING"}), sys.stderr)
    with failing_with_one_line():
        return with_keys(settings)


async def _with_store(settings: Settings, act: Callable[[SigningKeyStore], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever the act gives
    from graph.wiring.credentials import signing_key_store
    from graph.wiring.database import database_place, open_database

    async with database_place(settings) as place, open_database(settings, place) as database:
        return await act(signing_key_store(settings, database))


def _use(key: ListedKey) -> str:
    if not key.readable:
        return "not opened by SECRET_KEY"
    if key.verifies_until is None:
        return "signs"
    if key.verifies_until <= datetime.now(UTC):
        return "expired"
    return f"verifies until {key.verifies_until:%Y-%m-%d %H:%M} UTC"


def _described(key: ListedKey) -> dict[str, object]:
    return {
        "kid": key.kid,
        "algorithm": key.algorithm,
        "createdAt": key.created_at.isoformat(),
        "retiredAt": key.retired_at and key.retired_at.isoformat(),
        "use": _use(key),
    }
