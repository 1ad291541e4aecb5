"""Servers that the machine has beside the embedded one: its own PostgreSQL and PgBouncer, started for a test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psutil
import pytest

from persistence.embedded.identity import current, server_of

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE = 30
PASSWORD = "p@ss w/rd:%41"
USER = server_of(current(), Path("/nonexistent"))


def demand(program: str | Path | None, name: str) -> Path:
    """The program, or a skipped test where the machine has none; in CI its absence is a failure."""
    if program:
        return Path(program)
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not installed")
    pytest.skip(f"{name} is not installed")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(*command: str | Path) -> None:
    done = subprocess.run(command, **USER.drop, cwd="/", capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@dataclass
class MachinePostgres:
    """The machine's own PostgreSQL on a free port of 127.0.0.1 and ::1, with a password that a URL must encode."""

    folder: Path
    binaries: Path
    port: int = field(default_factory=free_port)
    settings: Sequence[str] = ()

    @classmethod
    def make(cls, folder: Path) -> MachinePostgres:
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        binaries = demand(installed[-1].parent if installed else None, "PostgreSQL below /usr/lib/postgresql")
        USER.give(folder)
        password = folder / "password"
        password.write_text(PASSWORD)
        USER.give(password)
        server = cls(folder, binaries)
        run(binaries / "initdb", "-D", server.data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", password, "-N")
        return server

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str = "postgres", host: str = "127.0.0.1", parameters: str = "") -> str:
        return f"postgresql://postgres:{quote(PASSWORD, safe='')}@{host}:{self.port}/{database}{parameters}"

    def start(self) -> None:
        settings = [f"port={self.port}", f"unix_socket_directories={self.folder}", "listen_addresses='127.0.0.1,::1'"]
        options = " ".join(f"-c {setting}" for setting in [*settings, "fsync=off", *self.settings])
        log = self.folder / "log"
        run(self.binaries / "pg_ctl", "-D", self.data, "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        if self.is_running():
            run(self.binaries / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def is_running(self) -> bool:
        return self._pid() is not None and psutil.pid_exists(self._pid() or 0)

    def _pid(self) -> int | None:
        note = self.data / "postmaster.pid"
        return int(note.read_text().splitlines()[0]) if note.exists() else None

    def kill(self) -> None:
        """End the postmaster as a crash does; its children leave by themselves."""
        postmaster = psutil.Process(self._pid())
        children = postmaster.children(recursive=True)
        postmaster.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs([postmaster, *children], timeout=PATIENCE)
        assert not alive


@dataclass
class PgBouncer:
    """PgBouncer in transaction mode, with one server connection for everyone."""

    folder: Path
    program: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, folder: Path, target: MachinePostgres, pool_size: int = 2) -> PgBouncer:
        # Debian puts it where an ordinary user's PATH does not look.
        program = demand(shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer"), "PgBouncer")
        pooler = cls(folder, program)
        users, settings = folder / "users.txt", folder / "pgbouncer.ini"
        users.write_text(f'"postgres" "{PASSWORD}"\n')
        settings.write_text(
            f"[databases]\n* = host=127.0.0.1 port={target.port} user=postgres password='{PASSWORD}'\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {pooler.port}\nunix_socket_dir =\nauth_type = scram-sha-256\n"
            f"auth_file = {users}\npool_mode = transaction\ndefault_pool_size = {pool_size}\n"
        )
        for path in (folder, users, settings):
            USER.give(path)
        pooler.process = subprocess.Popen(
            [program, "--quiet", settings], **USER.drop, cwd="/", stderr=subprocess.DEVNULL
        )
        return pooler

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE)
