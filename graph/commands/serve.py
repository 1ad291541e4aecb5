"""`selfgraph serve`: from the settings to an exit code."""

from __future__ import annotations

import gc
import signal
import sys
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Generator

    from graph.settings import Settings
    from graph.wiring.database import DatabasePlace
    from persistence.embedded import EmbeddedServer


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes.")] = None,
    *,
    reload: Annotated[bool, typer.Option("--reload", help="Start again when a Python file changes.")] = False,
) -> None:
    """Serve GraphQL on http://127.0.0.1:8000, with an embedded PostgreSQL unless DATABASE_URL is set."""
    from graph.logs import configure_logs
    from graph.settings import load_settings
    from graph.startup import StartupError

    settings = load_settings(host=host, port=port, workers=workers)
    configure_logs(settings, sys.stderr)
    try:
        code = _serve(settings, reload=reload)
    except StartupError as error:
        typer.echo(f"selfgraph: {error}", err=True)
        code = 1
    raise typer.Exit(code)


def _serve(settings: Settings, *, reload: bool) -> int:
    from graph.listening import bind

    # Bound first: a port that is taken is known before a database is started for nothing.
    sockets = bind(settings.host, settings.port)
    settings = settings.model_copy(update={"port": sockets[0].getsockname()[1]})
    with ExitStack() as stack:
        for each in sockets:
            stack.enter_context(each)
        if reload:
            return _serve_reloading(settings, sockets)
        if settings.workers > 1:
            return _serve_in_processes(settings, sockets)
        return _serve_here(settings, sockets)


def _serve_here(settings: Settings, sockets: list[socket.socket]) -> int:
    with ExitStack() as stack:
        stack.enter_context(_quick_imports())
        stack.enter_context(_early_database(settings))
        from graph.app import create_app
        from graph.server import serve_app

        given = settings
        settings = _prepared(settings)
        app = create_app(settings, offers_set_up=True)

        def on_started() -> None:
            stack.close()
            _announce(given, sockets[0], app.state.place)

        return serve_app(app, settings, sockets, on_started)


@contextmanager
def _quick_imports() -> Generator[None]:
    """Collect no garbage while the modules are loaded, and never look at them again: they stay."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _early_database(settings: Settings) -> Generator[None]:
    """Have the embedded server start beside the imports; the application takes its own share of it later."""
    from persistence.embedded import EmbeddedError, acquire

    shares: list[EmbeddedServer] = []

    def take() -> None:
        # The application meets the same failure and says so.
        with suppress(EmbeddedError, OSError):
            shares.append(acquire(settings.data_dir, port=settings.embedded_port))

    taking = Thread(target=take)
    if settings.database_url is None:
        taking.start()
    try:
        yield
    finally:
        if settings.database_url is None:
            taking.join()
        for share in shares:
            share.release()


def _serve_in_processes(settings: Settings, sockets: list[socket.socket]) -> int:
    from graph.app import held_database
    from graph.supervisor import Supervisor

    given = settings
    settings = _prepared(settings)
    with held_database(settings) as place:
        return Supervisor(
            partial(_serve_as_worker, settings),
            sockets,
            count=settings.workers,
            drain_seconds=settings.shutdown_timeout,
            on_started=lambda: _announce(given, sockets[0], place),
        ).run()


def _serve_as_worker(settings: Settings, sockets: list[socket.socket], on_started: Callable[[], None]) -> int:
    """What a process of several runs; its parent has migrated the database and prints the URLs."""
    from graph.app import create_app
    from graph.logs import configure_logs
    from graph.server import serve_app
    from graph.startup import StartupError
    from graph.supervisor import end_with_parent

    end_with_parent()
    configure_logs(settings, sys.stderr)
    try:
        return serve_app(create_app(settings), settings, sockets, on_started, signals=[signal.SIGTERM])
    except StartupError as error:
        typer.echo(f"selfgraph: {error}", err=True)
        return 1


def _serve_reloading(settings: Settings, sockets: list[socket.socket]) -> int:
    from uvicorn import Config
    from uvicorn.supervisors import ChangeReload

    from graph.app import held_database

    folders = [str(Path(__file__).parents[2] / name) for name in ("graph", "domain", "persistence")]
    watching = Config("graph.app:create_app", factory=True, reload=True, reload_dirs=folders, log_config=None)
    given = settings
    settings = _prepared(settings)
    with held_database(settings) as place:
        announce = partial(_announce, given, sockets[0], place)
        ChangeReload(watching, partial(_serve_until_change, settings, announce), sockets).run()
    return 0


def _serve_until_change(
    settings: Settings, on_started: Callable[[], None], sockets: list[socket.socket] | None = None
) -> None:
    raise SystemExit(_serve_as_worker(settings, sockets or [], on_started))


def _prepared(settings: Settings) -> Settings:
    """The settings with their keys, which from here on appear in no log line."""
    from graph.app import with_keys
    from graph.logs import configure_logs

    settings = with_keys(settings)
    configure_logs(settings, sys.stderr)
    return settings


def _announce(settings: Settings, bound: socket.socket, place: DatabasePlace) -> None:
    """Print where everything is. `settings` are those given: they tell which keys the environment has."""
    from graph.listening import url_of

    url = url_of(settings.host, bound)
    made = settings.secret_key is None or settings.service_key is None or settings.anon_key is None
    lines = {
        "GraphQL": f"{url}/graphql",
        "GraphiQL": f"{url}/" if settings.playground else "off (PLAYGROUND)",
        "Health": f"{url}/healthz",
        "Database": place.shown,
        "Keys": str((settings.data_dir / "keys.env").absolute()) if made else "from the environment",
    }
    if place.set_up is not None:
        # In the fragment, so that it reaches no log of a server or proxy.
        lines["Set up"] = f"{settings.public_url or url}/setup#token={place.set_up}"
    typer.echo("".join(f"{name:<10}{value}\n" for name, value in lines.items()), nl=False)
    if place.notice:
        typer.echo(place.notice)
    sys.stdout.flush()
