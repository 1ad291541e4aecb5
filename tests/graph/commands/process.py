"""Processes of the project for tests: started, waited for, ended, none left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).parents[3]
KEY = "service-key-of-the-tests-0123456789"
PATIENCE = 60.0


class Process:
    """A process whose output is collected while it runs."""

    def __init__(self, *command: str, folder: Path, **environment: str) -> None:
        names = {name.upper() for name in Settings.model_fields}
        inherited = {name: value for name, value in os.environ.items() if name not in names}
        paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**inherited, "PYTHONPATH": os.pathsep.join(paths), "SERVICE_KEY": KEY, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self.errors = ""
        self._errors_read = threading.Thread(target=self._read_errors)
        self._errors_read.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def line(self, start: str = "") -> str:
        """The rest of the first line of output that begins like this, read when it comes."""
        assert self._process.stdout is not None
        for text in self._process.stdout:
            self.lines.append(text.rstrip("\n"))
            if text.startswith(start):
                return text[len(start) :].strip()
        raise AssertionError(f"no line {start!r}; exit {self.wait()}\n{self.lines}\n{self.errors}")

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        self._process.send_signal(number)

    def wait(self) -> int:
        code = self._process.wait(PATIENCE)
        self._errors_read.join(PATIENCE)
        return code

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                raise
        self._errors_read.join(PATIENCE)
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._process.stdout.close()
        self._process.stderr.close()

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        self.errors = self._process.stderr.read()


@contextmanager
def running(*arguments: str, folder: Path, **environment: Any) -> Generator[Process]:
    """Run `selfgraph` with these arguments and settings."""
    process = Process(str(Path(sys.executable).with_name("selfgraph")), *arguments, folder=folder, **environment)
    try:
        yield process
    finally:
        process.end()


@contextmanager
def running_application(*, folder: Path, **environment: Any) -> Generator[tuple[Process, str]]:
    """Run the application of `application.py`; gives its address too."""
    process = Process(sys.executable, "-m", "tests.graph.commands.application", folder=folder, **environment)
    try:
        yield process, process.line()
    finally:
        process.end()
