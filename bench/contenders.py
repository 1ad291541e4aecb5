"""The three servers: how each is started on the same database, and what it must be sent."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.cases import ALBUM_BY_KEY, BOUND, POSTGRAPHILE, SELFGRAPH
from bench.node import install_postgraphile
from bench.processes import free_port, running, wait_for_answer
from graph.settings import Settings

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Generator, Mapping

ROOT: Final = Path(__file__).parents[1]
POOL_SIZE: Final = 10
JSON: Final = {"content-type": "application/json", "accept": "application/json"}
ANY_QUERY: Final = b'{"query":"{ __typename }"}'


@dataclass(frozen=True, slots=True)
class Contender:
    """A server that answers at `url`, given `headers`."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    headers: Mapping[str, str] = field(default_factory=lambda: dict(JSON))


@contextmanager
def selfgraph(data_dir: Path, **settings: str) -> Generator[Contender]:
    """`selfgraph serve` with one worker, in production mode, which answers a query when the block begins.

    It logs warnings only, because the others log no requests either; `settings` beat the benchmark's own.
    """
    port = free_port()
    key = secrets.token_urlsafe(32)
    environment = {
        "ENVIRONMENT": "production",
        "LOG_LEVEL": "WARNING",
        "DATA_DIR": str(data_dir),
        "SERVICE_KEY": key,
        "PORT": str(port),
        "DATABASE_POOL_SIZE": str(POOL_SIZE),
        # Counted, and never reached.
        "RATE_LIMIT_OPERATIONS": "1000000000/minute",
        "ACCESS_TOKEN_MINUTES": "60",
        **settings,
    }
    command: list[str | Path] = [Path(sys.executable).with_name("selfgraph"), "serve", "--workers", "1"]
    log = data_dir.parent / f"{SELFGRAPH}.log"
    url = f"http://127.0.0.1:{port}/graphql"
    headers = {**JSON, "apikey": key}
    with running(command, _without_settings() | environment, data_dir.parent, log) as process:
        wait_for_answer(process, url, ANY_QUERY, headers, log)
        yield Contender(SELFGRAPH, url, process, headers)


@contextmanager
def bound(database_url: str, folder: Path) -> Generator[Contender]:
    """The hand-written SQL, under uvicorn with all that is not needed turned off."""
    port = free_port()
    environment = {"DATABASE_URL": database_url, "DATABASE_POOL_SIZE": str(POOL_SIZE)}
    options = {"port": port, "loop": "uvloop", "http": "httptools", "ws": "none", "log-level": "warning"}
    command = [sys.executable, "-m", "uvicorn", "bench.bound:create_app", "--factory"]
    command += [f"--{name}={value}" for name, value in options.items()]
    command += ["--no-access-log", "--no-server-header", "--no-date-header"]
    log = folder / f"{BOUND}.log"
    url = f"http://127.0.0.1:{port}/"
    with running(command, _without_settings() | environment, ROOT, log) as process:
        wait_for_answer(process, url, ALBUM_BY_KEY.bodies(BOUND)[0], JSON, log)
        yield Contender(BOUND, url, process)


@contextmanager
def postgraphile(database_url: str, folder: Path, work: Path) -> Generator[Contender]:
    """PostGraphile in one node process in production mode.

    Raises:
        BenchError: it cannot be installed here.
    """
    node, source = install_postgraphile(work)
    port = free_port()
    environment = {
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "DATABASE_URL": database_url,
        "DATABASE_POOL_SIZE": str(POOL_SIZE),
        "PORT": str(port),
    }
    log = folder / f"{POSTGRAPHILE}.log"
    url = f"http://127.0.0.1:{port}/graphql"
    with running([node, "server.mjs"], _without_settings() | environment, source, log) as process:
        wait_for_answer(process, url, ANY_QUERY, JSON, log)
        yield Contender(POSTGRAPHILE, url, process)


def _without_settings() -> dict[str, str]:
    """The environment of this process, but for what would configure selfgraph in another way than the benchmark's."""
    names = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name.upper() not in names}
