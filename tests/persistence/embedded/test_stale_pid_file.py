"""Each test leaves the pid file of a killed server behind, and makes it name something else."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from persistence.embedded import acquire, status
from tests.persistence.embedded.conftest import has_ended, kill

if TYPE_CHECKING:
    from collections.abc import Generator

    from persistence.embedded import EmbeddedServer
    from tests.persistence.embedded.conftest import Ask, Installation, User


@pytest.fixture
def url(installation: Installation, user: User) -> str:
    """The URL of a server that was killed together with its keeper and its user."""
    process, url = user()
    installation.kill()
    process.wait()
    return url


@pytest.fixture
def bystander() -> Generator[subprocess.Popen[bytes]]:
    """A live process that has nothing to do with PostgreSQL."""
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    yield process
    process.communicate()


def name_in_files(installation: Installation, pid: int) -> None:
    """Let the pid file and the lock file of the socket name this process, as after a reuse of the number."""
    home = installation.data_dir / "postgres"
    for path in (home / "data" / "postmaster.pid", home / "run" / ".s.PGSQL.5432.lock"):
        _, *rest = path.read_text().splitlines(keepends=True)
        path.write_text("".join([f"{pid}\n", *rest]))


@pytest.mark.usefixtures("url")
def test_a_dead_process_counts_as_stopped(installation: Installation, ask: Ask) -> None:
    assert status(installation.data_dir).postmaster is None

    assert ask(acquire(installation.data_dir).url, "SELECT 1") == 1


@pytest.mark.usefixtures("url")
def test_a_zombie_counts_as_stopped(installation: Installation, ask: Ask) -> None:
    zombie = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], os.environ)
    os.waitid(os.P_PID, zombie, os.WEXITED | os.WNOWAIT)
    assert psutil.Process(zombie).status() == psutil.STATUS_ZOMBIE
    name_in_files(installation, zombie)

    try:
        assert status(installation.data_dir).postmaster is None
        assert ask(acquire(installation.data_dir).url, "SELECT 1") == 1
    finally:
        os.waitpid(zombie, 0)


@pytest.mark.usefixtures("url")
def test_a_foreign_live_process_counts_as_stopped_and_is_left_alone(
    installation: Installation, ask: Ask, bystander: subprocess.Popen[bytes]
) -> None:
    name_in_files(installation, bystander.pid)

    assert status(installation.data_dir).postmaster is None
    assert ask(acquire(installation.data_dir).url, "SELECT 1") == 1
    assert bystander.poll() is None


@pytest.mark.usefixtures("url")
def test_another_postgresql_counts_as_stopped_and_is_left_alone(
    installation: Installation, ask: Ask, embedded_server: EmbeddedServer
) -> None:
    other = int((embedded_server.directory / "data" / "postmaster.pid").read_text().splitlines()[0])
    name_in_files(installation, other)

    assert status(installation.data_dir).postmaster is None
    assert ask(acquire(installation.data_dir).url, "SELECT 1") == 1
    assert ask(embedded_server.url, "SELECT 1") == 1


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("content", ["", "\n", "not a number\n", "1\n", "-1\n", "99999999999\n"])
def test_an_empty_or_broken_pid_file_counts_as_stopped(installation: Installation, ask: Ask, content: str) -> None:
    (installation.home / "data" / "postmaster.pid").write_text(content)

    assert status(installation.data_dir).postmaster is None
    assert ask(acquire(installation.data_dir).url, "SELECT 1") == 1


def test_an_empty_pid_file_beside_a_live_server_does_not_start_a_second_one(
    installation: Installation, user: User, ask: Ask
) -> None:
    process, _ = user()
    first = installation.server
    (installation.home / "data" / "postmaster.pid").write_text("")
    kill(installation.keeper)
    process.kill()

    server = acquire(installation.data_dir)

    assert ask(server.url, "SELECT 1") == 1
    assert has_ended(first)
