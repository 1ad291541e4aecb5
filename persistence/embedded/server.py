"""Acquire and release the server: the first one in starts it, the last one out stops it."""

from __future__ import annotations

import contextlib
import subprocess
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from persistence.embedded import cluster, keeper, layout
from persistence.embedded.errors import EmbeddedError
from persistence.embedded.launch import SOCKET_PORT, launch
from persistence.embedded.locks import FileLock
from persistence.embedded.processes import (
    Postmaster,
    find_postmaster,
    has_keeper,
    read_postmaster,
    signal_keeper,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from persistence.embedded.layout import Layout

POLL_SECONDS: Final = 0.01
RELEASE_SECONDS: Final = 10


class EmbeddedServer:
    """A share in the running server; `release` it when done.

    Attributes:
        url: for asyncpg and libpq; its user is a superuser of the embedded cluster.
        directory: where its files are.
        notice: one line for the operator when something is not where it is expected, else None.
    """

    def __init__(self, layout: Layout, url: str, notice: str | None, lease: FileLock) -> None:
        self.url = url
        self.directory = layout.home
        self.notice = notice
        self._layout = layout
        self._lease: FileLock | None = lease

    def release(self) -> None:
        """Give the share back, and if it was the last one wait until the server has stopped.

        Never fails, and doing it twice is no mistake: the kernel takes the share anyway when the process ends.
        """
        lease, self._lease = self._lease, None
        if lease is None:
            return
        deadline = time.monotonic() + RELEASE_SECONDS
        place = self._layout
        with (
            lease,
            contextlib.suppress(EmbeddedError, OSError),
            FileLock(place.startup_lock, place.owner) as startup,
        ):
            startup.wait_exclusive(deadline)
            ensure_keeper(place, deadline)
        with contextlib.suppress(EmbeddedError, OSError):
            _wait_stopped(place, deadline)

    def survive_exec(self) -> None:
        """Let the program that this process turns into (by `os.execve`) hold the share until it ends."""
        if self._lease is not None:
            self._lease.survive_exec()


def acquire(data_dir: Path, *, port: int = 0, timeout: float = 60) -> EmbeddedServer:
    """Take a share in the server of `data_dir`, starting it if need be; blocks, and may be called from any thread.

    Args:
        data_dir: made if absent, mode 0700.
        port: a loopback TCP port to listen on beside the Unix socket; 0 asks for none.
        timeout: seconds.

    Raises:
        EmbeddedError: with one line that says why there is no server.
    """
    deadline = time.monotonic() + timeout
    with as_embedded_error(data_dir), ExitStack() as undo:
        place = layout.locate(data_dir)
        layout.make(place)
        with FileLock(place.startup_lock, place.owner) as startup:
            startup.wait_exclusive(deadline)
            lease = undo.enter_context(FileLock(place.lease, place.owner))
            lease.wait_shared(deadline)
            postmaster, notice = _bring_up(place, port, deadline)
        notices = [line for line in (place.notice, notice) if line]
        server = EmbeddedServer(place, _url(place, postmaster), "; ".join(notices) or None, lease)
        undo.pop_all()
        return server


def ensure_keeper(place: Layout, deadline: float) -> None:
    """Give a server whose keeper was killed a new one; the caller holds the start-up lock."""
    with FileLock(place.keeper_lock, place.owner) as lock:
        if lock.try_exclusive() and find_postmaster(place.data):
            launch(place, lock, port=0, deadline=deadline)


@contextlib.contextmanager
def as_embedded_error(data_dir: Path) -> Generator[None]:
    """Turn what the system refuses into one line for the operator."""
    try:
        yield
    except OSError as error:
        culprit = error.filename2 or error.filename or data_dir
        raise EmbeddedError(f"DATA_DIR={data_dir} cannot be used: {culprit}: {error.strerror}") from error
    except subprocess.SubprocessError as error:
        raise EmbeddedError(f"the embedded PostgreSQL cannot be started: {error}") from error


def _bring_up(place: Layout, port: int, deadline: float) -> tuple[Postmaster, str | None]:
    notice = None
    while time.monotonic() < deadline:
        with FileLock(place.keeper_lock, place.owner) as lock:
            if lock.try_exclusive():
                notice = launch(place, lock, port=port, deadline=deadline) or notice
        postmaster = read_postmaster(place.data)
        if postmaster and postmaster.ready and postmaster.answers():
            _check_port_is(postmaster, port)
            return postmaster, notice
        time.sleep(POLL_SECONDS)
    reason = keeper.failure_reason(place.logs)
    raise EmbeddedError(f"the embedded PostgreSQL in {place.home} was not ready in time: {reason} (logs: {place.logs})")


def _check_port_is(postmaster: Postmaster, port: int) -> None:
    if port and not (postmaster.listens and postmaster.port == port):
        running = f"on port {postmaster.port}" if postmaster.listens else "without a port"
        raise EmbeddedError(f"EMBEDDED_PORT={port}: the embedded PostgreSQL runs {running} already; stop it first")


def _url(place: Layout, postmaster: Postmaster) -> str:
    port = "" if postmaster.port == SOCKET_PORT else f"&port={postmaster.port}"
    user = f"{cluster.SUPERUSER}:{cluster.read_password(place)}"
    return f"postgresql://{user}@/{cluster.DATABASE}?host={quote(str(postmaster.sockets))}{port}"


def _wait_stopped(place: Layout, deadline: float) -> None:
    signal_keeper(place, keeper.WAKE)
    while has_keeper(place) and time.monotonic() < deadline:
        with FileLock(place.lease, place.owner) as lease:
            if place.pin.exists() or not lease.try_exclusive():
                return
        time.sleep(POLL_SECONDS)
