"""Start a keeper: choose the socket's folder, check the port, hand over the locks, and wait for what it reports."""

from __future__ import annotations

import json
import os
import select
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from persistence.embedded import cluster, keeper
from persistence.embedded.errors import EmbeddedError
from persistence.embedded.locks import FileLock
from persistence.embedded.processes import find_postmaster

if TYPE_CHECKING:
    from persistence.embedded.keeper import Plan
    from persistence.embedded.layout import Layout

LOOPBACK: Final = "127.0.0.1"
SOCKET_PORT: Final = 5432
LONGEST_SOCKET_PATH: Final = 103  # 107 on Linux
SHORTEST_WAIT_SECONDS: Final = 1.0
SPAWN_SECONDS: Final = 30


def launch(layout: Layout, lock: FileLock, *, port: int, deadline: float) -> str | None:
    """Start a keeper, and by it the server unless one runs; the caller holds the start-up lock and the keeper's `lock`.

    Returns:
        One line for the operator, or None.

    Raises:
        EmbeddedError: when the server does not come up before `deadline` (monotonic).
    """
    running = find_postmaster(layout.data)
    notice = None
    if running is None:
        notice = cluster.prepare(layout)
        _check_port(port)
        layout.pin.unlink(missing_ok=True)
    sockets = running.sockets if running else _socket_folder(layout)
    port = running.port if running and running.listens else port
    with FileLock(layout.lease, layout.owner) as lease, FileLock(layout.startup_lock, layout.owner) as startup:
        _hand_over(
            layout,
            {
                "lease": lease.descriptor,
                "startup": startup.descriptor,
                "lock": lock.descriptor,
                "report": -1,
                "uid": layout.server.uid,
                "gid": layout.server.gid,
                "command": _command(layout, sockets, port),
                "environment": cluster.ENVIRONMENT,
                "data": str(layout.data),
                "logs": str(layout.logs),
                "sockets": str(sockets),
                "pin": str(layout.pin),
                "adopt": running.pid if running else 0,
                "ready_seconds": _left(deadline),
            },
        )
    return notice


def _hand_over(layout: Layout, plan: Plan) -> None:
    reader, plan["report"] = os.pipe()
    try:
        try:
            _spawn(plan)
        finally:
            os.close(plan["report"])
        if not select.select([reader], [], [], plan["ready_seconds"] + SHORTEST_WAIT_SECONDS)[0]:
            raise EmbeddedError(f"the embedded PostgreSQL did not start in time; see {layout.logs}")
        answer: dict[str, str] = json.loads(os.read(reader, 65536) or b'{"error": "its keeper ended early"}')
    finally:
        os.close(reader)
    if "error" in answer:
        raise EmbeddedError(f"the embedded PostgreSQL did not start: {answer['error']} (logs: {layout.logs})")


def _spawn(plan: Plan) -> None:
    subprocess.run(  # noqa: S603 - this interpreter on a file of this package
        [sys.executable, "-I", "-S", keeper.__file__, json.dumps(plan), plan["data"]],  # the last names it in `ps`
        pass_fds=(plan["lease"], plan["startup"], plan["lock"], plan["report"]),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, cwd="/", check=True, timeout=SPAWN_SECONDS,
    )  # fmt: skip


def _command(layout: Layout, sockets: Path, port: int) -> list[str]:
    """What the callers are told must hold, so it is on the command line, where no configuration file beats it."""
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
            reason = error.strerror
            raise EmbeddedError(f"EMBEDDED_PORT={port} cannot be listened on at {LOOPBACK}: {reason}") from error


def _socket_folder(layout: Layout) -> Path:
    """The folder of the socket: at home, or where that path is too long for a socket a short one, remembered."""
    if _fits(layout.sockets):
        return layout.sockets
    try:
        remembered = Path(layout.sockets_elsewhere.read_text(encoding="utf-8"))
        if _is_private(remembered, layout.server.uid):
            return remembered
    except OSError:
        pass
    folder = Path(tempfile.mkdtemp(prefix="selfgraph-", dir=_short_folder(layout)))
    layout.server.give(folder)
    layout.sockets_elsewhere.write_text(str(folder), encoding="utf-8")
    return folder


def _short_folder(layout: Layout) -> Path:
    """The user's runtime folder where there is one, else /tmp."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    ours = layout.server == layout.owner and _is_private(runtime, layout.server.uid)
    if ours and _fits(runtime / "selfgraph-12345678"):
        return runtime
    return Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder in it, and it is short, as TMPDIR may not be


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / ".s.PGSQL.65535.lock")) <= LONGEST_SOCKET_PATH


def _is_private(folder: Path, uid: int) -> bool:
    """Whether this is a folder, no link, of this user and closed to all others."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == uid and not status.st_mode & 0o077


def _left(deadline: float) -> float:
    return max(SHORTEST_WAIT_SECONDS, deadline - time.monotonic())
