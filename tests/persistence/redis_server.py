"""A Redis of a test's own, on a Unix socket."""

from __future__ import annotations

import shutil
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.persistence.machine import PATIENCE, demand

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class RedisServer:
    """Keeps nothing on disk; started again it is empty."""

    folder: Path
    program: Path
    process: subprocess.Popen[str] | None = None

    @classmethod
    def make(cls, folder: Path) -> RedisServer:
        installed = shutil.which("redis-server") or shutil.which("valkey-server")
        return cls(folder, demand(installed, "redis-server"))

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 'socket'}"

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self.folder / "socket"), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [str(self.program), *options, "--dir", str(self.folder)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "eady to accept connections" in line:
                return
        raise AssertionError("redis-server ended while it started")

    def freeze(self) -> None:
        """It takes connections and does not answer until it is thawed."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self.process is None:
            return
        self.thaw()
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE)
        self.process = None
