"""Is the process that a pid file names this server: alive, no zombie, and working in this data directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

LISTENING_LINES = 6


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A running server, as its pid file and the process table agree."""

    process: psutil.Process
    port: int
    sockets: Path
    listens: bool

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid


def find_postmaster(data: Path) -> Postmaster | None:
    """The server that runs in `data`, or None when the pid file is absent, unfinished, or names something else."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        process = psutil.Process(int(lines[0]))
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return None
    if len(lines) < LISTENING_LINES or not _serves(process, data):
        return None
    return Postmaster(process, int(lines[3]), Path(lines[4]), bool(lines[5].strip()))


def _serves(process: psutil.Process, data: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE or Path(process.exe()).name != "postgres":
            return False
        return Path(process.cwd()).samefile(data)
    except (psutil.Error, OSError):
        return False
