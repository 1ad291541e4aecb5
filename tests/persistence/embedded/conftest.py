"""A data folder of its own for each test, users of it in other processes, and a look at the processes behind it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import asyncpg
import psutil
import pytest

from persistence import embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

WAIT_SECONDS = 30
REPOSITORY = Path(__file__).resolve().parents[3]
USE = """
import sys
from pathlib import Path
from persistence.embedded import acquire
server = acquire(Path(sys.argv[1]))
print(server.url, flush=True)
sys.stdin.read()
server.release()
"""


@dataclass
class Installation:
    """A data folder and the processes that serve it."""

    data_dir: Path

    @property
    def home(self) -> Path:
        return embedded.status(self.data_dir).directory

    @property
    def server(self) -> psutil.Process:
        postmaster = embedded.status(self.data_dir).postmaster
        assert postmaster is not None
        return psutil.Process(postmaster.pid)

    @property
    def keeper(self) -> psutil.Process:
        return psutil.Process(int((self.home / "keeper").read_text()))

    def processes(self) -> list[psutil.Process]:
        """Everything that works for this folder: the keeper, the server, its children."""
        return [process for process in psutil.process_iter() if self._owns(process)]

    def kill(self) -> None:
        """End everything at once, as a power cut does."""
        kill(*self.processes())

    def _owns(self, process: psutil.Process) -> bool:
        try:
            if any(str(self.data_dir) in part for part in process.cmdline()):
                return True
            return process.name() == "postgres" and Path(process.cwd()).is_relative_to(self.data_dir)
        except psutil.Error:
            return False


def wait_until(condition: Callable[[], bool]) -> bool:
    """Wait for what announces itself to nobody, such as the end of another process's child; False after a while."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def has_ended(process: psutil.Process) -> bool:
    """Whether it runs no more, though the system may not have cleared it away yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def all_end(processes: list[psutil.Process]) -> bool:
    """Whether all of them end within a while."""
    return wait_until(lambda: all(map(has_ended, processes)))


def kill(*processes: psutil.Process) -> None:
    """Kill these, and wait until they are gone."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    assert all_end([*processes])


class Ask(Protocol):
    def __call__(self, url: str, statement: str) -> Any: ...


class Start(Protocol):
    def __call__(self) -> subprocess.Popen[str]: ...


class User(Protocol):
    def __call__(self) -> tuple[subprocess.Popen[str], str]: ...


@pytest.fixture(scope="session")
def finished_data_dir(scratch: Path) -> Generator[Path]:
    """A data folder with a new cluster in it, stopped; it is copied, which is quicker than initdb."""
    folder = Path(tempfile.mkdtemp(prefix="selfgraph-test-", dir=scratch))
    folder.chmod(0o755)
    embedded.acquire(folder / "data").release()
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def new_installation(open_folder: Path) -> Generator[Installation]:
    """A data folder that does not exist yet; whatever runs in it at the end is stopped."""
    installation = Installation(open_folder / "data")
    yield installation
    embedded.stop(installation.data_dir, force=True)  # in order, so that it leaves no shared memory
    installation.kill()


@pytest.fixture
def installation(new_installation: Installation, finished_data_dir: Path) -> Installation:
    """A data folder with a cluster in it that does not run yet."""
    subprocess.run(["cp", "-a", finished_data_dir, new_installation.data_dir], check=True)
    return new_installation


@pytest.fixture
def ask() -> Ask:
    """The first value of a statement's answer."""

    async def fetch(url: str, statement: str) -> Any:
        connection = await asyncpg.connect(url, timeout=WAIT_SECONDS)
        try:
            return await connection.fetchval(statement, timeout=WAIT_SECONDS)
        finally:
            await connection.close()

    return lambda url, statement: asyncio.run(fetch(url, statement))


@pytest.fixture
def start(new_installation: Installation) -> Generator[Start]:
    """Start a process that uses the server until its input closes."""
    started: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", USE, str(new_installation.data_dir)],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def user(start: Start) -> User:
    """Start such a process and wait for the server: the process, and the URL it was given."""

    def begin() -> tuple[subprocess.Popen[str], str]:
        process = start()
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    return begin
