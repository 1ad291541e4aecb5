"""Child processes that end with the benchmark, and waiting until they answer."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx

from bench.failure import BenchError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 20.0
POLL_SECONDS: Final = 0.01
LONGEST_LINE: Final = 500


@contextmanager
def running(
    command: Sequence[str | Path], environment: Mapping[str, str], folder: Path, log: Path
) -> Generator[subprocess.Popen[bytes]]:
    """Run a server in `environment` and no more until the block ends; then SIGTERM it, and kill it if it stays."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=output, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)


def wait_for_answer(
    process: subprocess.Popen[bytes], url: str, body: bytes, headers: Mapping[str, str], log: Path
) -> httpx.Response:
    """Ask until the answer is 200.

    Raises:
        BenchError: the process ended, or did not answer within `START_SECONDS`.
    """
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(headers=headers, timeout=5) as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise BenchError(f"a server ended at its start: {_last_line(log)}")
            try:
                response = client.post(url, content=body)
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code == HTTPStatus.OK:
                return response
            time.sleep(POLL_SECONDS)
    raise BenchError(f"no answer from {url} in {START_SECONDS:.0f} s: {_last_line(log)}")


def free_port() -> int:
    """A TCP port of the loopback interface that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1][:LONGEST_LINE] if lines else "it wrote nothing"
