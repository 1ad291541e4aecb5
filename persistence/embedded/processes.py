"""Which processes are the server and its keeper: what their files say, checked against the process table."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from persistence.embedded import keeper
from persistence.embedded.locks import FileLock

if TYPE_CHECKING:
    from persistence.embedded.layout import Layout

LISTEN_LINE: Final = 5
CONNECT_SECONDS: Final = 1


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says. `port` names the socket file too; `listens` tells whether it is a TCP port.

    `started` is Unix time.
    """

    pid: int
    started: int
    port: int
    sockets: Path
    listens: bool
    ready: bool

    def answers(self) -> bool:
        """Whether it takes connections on its Unix socket."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(CONNECT_SECONDS)
            try:
                client.connect(str(self.sockets / f".s.PGSQL.{self.port}"))
            except OSError:
                return False
        return True

    def runs_in(self, data: Path) -> bool:
        """Whether the process with this id is a server of `data`, and not dead, a zombie, or anybody else's."""
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE or process.name() != "postgres":
                return False
            return _works_in(process, data)
        except (psutil.Error, OSError):
            return False


def read_postmaster(data: Path) -> Postmaster | None:
    """What the pid file in `data` says; None when it is absent or unfinished. It may be stale."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        ready = len(lines) > keeper.READY_LINE and lines[keeper.READY_LINE].strip() == "ready"
        return Postmaster(
            int(lines[0]), int(lines[2]), int(lines[3]), Path(lines[4]), bool(lines[LISTEN_LINE].strip()), ready
        )
    except (OSError, ValueError, IndexError):
        return None


def find_postmaster(data: Path) -> Postmaster | None:
    """The server that runs in `data`, whoever started it."""
    postmaster = read_postmaster(data)
    return postmaster if postmaster and postmaster.runs_in(data) else None


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return Path(process.cwd()).samefile(data)
    except psutil.AccessDenied:
        # Root in a container may not look into another user's process; the command line is open to all.
        command = process.cmdline()
        return "-D" in command and Path(command[command.index("-D") + 1]).samefile(data)


def has_keeper(layout: Layout) -> bool:
    """Whether a keeper owns the server."""
    with FileLock(layout.keeper_lock, layout.owner) as lock:
        return not lock.try_shared()


def signal_keeper(layout: Layout, number: int) -> bool:
    """Send a signal to the keeper; False when there is none that this process can see (a container has its own ids)."""
    try:
        process = psutil.Process(int(layout.keeper_lock.read_text(encoding="ascii")))
        if not has_keeper(layout) or str(layout.data) != process.cmdline()[-1]:
            return False
        process.send_signal(number)
    except (psutil.Error, OSError, ValueError, IndexError):
        return False
    return True


def lease_holders(layout: Layout) -> tuple[int, ...] | None:
    """The ids of the processes that use the server; None where the system does not tell."""
    try:
        lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
        inode = layout.lease.stat().st_ino
    except OSError:
        return None
    held = (line.split() for line in lines)
    return tuple(sorted({int(field[4]) for field in held if field[1] == "FLOCK" and field[5].endswith(f":{inode}")}))
