"""Acquire and release the server: the first one in starts it, the last one out stops it."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from persistence.embedded import cluster, keeper
from persistence.embedded.errors import EmbeddedError
from persistence.embedded.layout import Layout, locate
from persistence.embedded.locks import FileLock
from persistence.embedded.postmaster import Postmaster, find_postmaster

if TYPE_CHECKING:
    from persistence.embedded.keeper import Plan

LOOPBACK = "127.0.0.1"
SOCKET_PORT = 5432
LONGEST_SOCKET_PATH = 103
POLL_SECONDS = 0.01


class EmbeddedServer:
    """A share in the running server; `release` it when done.

    Attributes:
        url: for asyncpg and libpq; its user is a superuser of the embedded cluster.
        directory: where its files are.
        notice: one line for the operator when that is not under the data folder, else None.
    """

    def __init__(self, layout: Layout, url: str, lease: FileLock) -> None:
        self.url = url
        self.directory = layout.home
        self.notice = layout.notice
        self._lease = lease

    def release(self) -> None:
        """Give the share back; the server stops when nobody has one. Doing it twice is no mistake."""
        self._lease.close()


@dataclass(frozen=True, slots=True)
class Start:
    """One attempt to have the server running."""

    layout: Layout
    port: int
    deadline: float


def acquire(data_dir: Path, *, port: int = 0, timeout: float = 60) -> EmbeddedServer:
    """Take a share in the server of `data_dir`, starting it if need be; blocks, and may be called from any thread.

    Args:
        data_dir: made if absent, mode 0700.
        port: a loopback TCP port to listen on beside the Unix socket; 0 asks for none.
        timeout: seconds.

    Raises:
        EmbeddedError: with one line that says why there is no server.
    """
    start = Start(locate(data_dir), port, time.monotonic() + timeout)
    layout = start.layout
    with FileLock(layout.home / "startup", layout.owner) as startup:
        startup.wait_exclusive(start.deadline, "starting or stopping it")
        lease = FileLock(layout.home / "lease", layout.owner)
        try:
            if not lease.try_shared():
                raise EmbeddedError("the lease of the embedded PostgreSQL is held by something that is not its keeper")
            postmaster = _running(start)
        except BaseException:
            lease.close()
            raise
    return EmbeddedServer(layout, _url(layout, postmaster), lease)


def _running(start: Start) -> Postmaster:
    with FileLock(start.layout.home / "keeper", start.layout.owner) as lock:
        if lock.try_exclusive():
            _launch(start, lock)
    while time.monotonic() < start.deadline:
        postmaster = find_postmaster(start.layout.data)
        if postmaster and keeper.is_ready(str(start.layout.data), postmaster.pid) and _answers(postmaster):
            return _with_port(start, postmaster)
        time.sleep(POLL_SECONDS)
    raise EmbeddedError(f"the embedded PostgreSQL in {start.layout.home} is not ready; see {start.layout.logs}")


def _with_port(start: Start, postmaster: Postmaster) -> Postmaster:
    if start.port and (not postmaster.listens or postmaster.port != start.port):
        running = f"on port {postmaster.port}" if postmaster.listens else "without a port"
        raise EmbeddedError(
            f"the embedded PostgreSQL already runs {running}, and port {start.port} is asked; stop it first"
        )
    return postmaster


def _answers(postmaster: Postmaster) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(postmaster.sockets / f".s.PGSQL.{postmaster.port}"))
        except OSError:
            return False
    return True


def _url(layout: Layout, postmaster: Postmaster) -> str:
    port = "" if postmaster.port == SOCKET_PORT else f"&port={postmaster.port}"
    password = cluster.read_password(layout)
    return f"postgresql://{cluster.SUPERUSER}:{password}@/{cluster.DATABASE}?host={quote(str(postmaster.sockets))}{port}"


def _launch(start: Start, lock: FileLock) -> None:
    """Start a keeper, which inherits the keeper's lock, and wait for what it reports."""
    layout = start.layout
    postmaster = find_postmaster(layout.data)
    if postmaster is None:
        cluster.prepare(layout)
        cluster.configure(layout)
        _check_port(start.port)
        (layout.home / "pinned").unlink(missing_ok=True)
    sockets = postmaster.sockets if postmaster else _socket_folder(layout)
    reader, writer = os.pipe()
    with (
        FileLock(layout.home / "lease", layout.owner) as lease,
        FileLock(layout.home / "startup", layout.owner) as startup,
        os.fdopen(reader, "rb", buffering=0) as report,
    ):
        plan: Plan = {
            "command": _command(layout, sockets, start.port),
            "environment": cluster.ENVIRONMENT,
            "data": str(layout.data),
            "logs": str(layout.logs),
            "pinned": str(layout.home / "pinned"),
            "removable_sockets": None if sockets == layout.sockets else str(sockets),
            "uid": layout.server.uid,
            "gid": layout.server.gid,
            "lease": lease.descriptor,
            "startup": startup.descriptor,
            "lock": lock.descriptor,
            "report": writer,
            "adopt": postmaster.pid if postmaster else 0,
            "ready_seconds": max(1.0, start.deadline - time.monotonic()),
        }
        try:
            _spawn(plan)
        finally:
            os.close(writer)
        _read_report(report, start)


def _spawn(plan: Plan) -> None:
    subprocess.run(
        [sys.executable, "-I", "-S", keeper.__file__, json.dumps(plan)],
        pass_fds=(plan["lease"], plan["startup"], plan["lock"], plan["report"]),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, check=True, cwd="/", timeout=10,
    )  # fmt: skip


def _read_report(report: object, start: Start) -> None:
    assert hasattr(report, "read")
    if not select.select([report], [], [], max(1.0, start.deadline - time.monotonic()))[0]:
        raise EmbeddedError("the embedded PostgreSQL did not start in time")
    answer = json.loads(report.read() or b'{"error": "its keeper ended early"}')
    if "error" in answer:
        raise EmbeddedError(f"the embedded PostgreSQL did not start: {answer['error']} (log: {start.layout.logs})")


def _command(layout: Layout, sockets: Path, port: int) -> list[str]:
    settings = {
        "unix_socket_directories": sockets,
        "listen_addresses": LOOPBACK if port else "",
        "port": port or SOCKET_PORT,
        "log_directory": layout.logs,
    }
    command = [layout.binaries.program("postgres"), "-D", str(layout.data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def _check_port(port: int) -> None:
    if not port:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise EmbeddedError(
                f"EMBEDDED_PORT={port}: the embedded PostgreSQL cannot listen on {LOOPBACK}:{port}: {error.strerror}"
            ) from error


def _socket_folder(layout: Layout) -> Path:
    """The folder of the socket: at home, or a short one where the system allows only 107 bytes of path."""
    if len(os.fsencode(layout.sockets / ".s.PGSQL.65535.lock")) <= LONGEST_SOCKET_PATH:
        return layout.sockets
    folder = Path(tempfile.mkdtemp(prefix="selfgraph-", dir="/tmp"))
    layout.server.give(folder)
    return folder
