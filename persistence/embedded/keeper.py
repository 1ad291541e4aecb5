"""The detached process that owns the server: starts it, restarts it after a crash, stops it when nobody uses it.

It runs as a file under `python -I -S` and imports the standard library only, so that it stays small and works after it
has given up root, when the folders of the interpreter may be closed to it. Users hold a shared lock on the lease file,
which the kernel drops however they end; whoever changes anything holds the start-up lock; the keeper holds its own lock
as long as it lives.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TypedDict

POLL_SECONDS = 0.25
READY_POLL_SECONDS = 0.01
FAST_SHUTDOWN_SECONDS = 60
LONGEST_BACKOFF_SECONDS = 30
KEPT_LOGS = 4
READY_LINE = 7


class Plan(TypedDict):
    """What the launcher tells the keeper: file descriptors, paths, and the command of the server."""

    command: list[str]
    environment: dict[str, str]
    data: str
    logs: str
    pinned: str
    removable_sockets: str | None
    uid: int
    gid: int
    lease: int
    startup: int
    lock: int
    report: int
    adopt: int
    ready_seconds: float


class StartError(Exception):
    """The server did not come up; the message is the reason in its log."""


class Keeper:
    """Owns one server process."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.pid = plan["adopt"]
        self.adopted = bool(self.pid)
        self.stop_asked = False
        self.backoff = POLL_SECONDS
        self.wakeup, writer = socket.socketpair()
        self.wakeup.setblocking(False)
        writer.setblocking(False)
        self._writer = writer
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            # The users of the server get these too and end in their own order; the server must outlive them.
            signal.signal(number, lambda _number, _frame: None)
        signal.signal(signal.SIGUSR1, self._ask_stop)

    def run(self) -> None:
        """Keep the server until it is deserted, stopped or gone for good."""
        try:
            if not self.adopted:
                self._start()
            self._report({})
        except (StartError, OSError) as error:
            self._report({"error": str(error)})
            return
        while True:
            self._sleep(POLL_SECONDS)
            if self.stop_asked or self._deserted():
                self._stop()
                return
            if not self._alive() and not self._revive():
                return
            prune_logs(Path(self.plan["logs"]))

    def _ask_stop(self, _number: int, _frame: object) -> None:
        self.stop_asked = True

    def _report(self, answer: dict[str, str]) -> None:
        with contextlib.suppress(OSError):  # the launcher may be gone; the server is then deserted, which run() sees
            os.write(self.plan["report"], json.dumps(answer).encode())
        os.close(self.plan["report"])

    def _sleep(self, seconds: float) -> None:
        if select.select([self.wakeup], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                self.wakeup.recv(4096)

    def _start(self) -> None:
        kill_orphans(self.plan["data"])
        Path(self.plan["data"], "postmaster.pid").unlink(missing_ok=True)
        log = os.open(Path(self.plan["logs"], "startup.log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        actions = [(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)]
        try:
            command = self.plan["command"]
            self.pid = os.posix_spawn(
                command[0], command, self.plan["environment"], file_actions=actions, setsigmask=(), setsid=True
            )
        finally:
            os.close(log)
        self.adopted = False
        self._wait_ready()

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + self.plan["ready_seconds"]
        while time.monotonic() < deadline:
            if is_ready(self.plan["data"], self.pid):
                return
            if not self._alive():
                raise StartError(failure_reason(Path(self.plan["logs"])))
            time.sleep(READY_POLL_SECONDS)
        self._stop()
        raise StartError("the server was not ready in time")

    def _alive(self) -> bool:
        """Whether the server runs; a child that ended is reaped here."""
        if not self.pid:
            return False
        try:
            if self.adopted:
                os.kill(self.pid, 0)
            elif os.waitpid(self.pid, os.WNOHANG) != (0, 0):
                self.pid = 0
        except (ProcessLookupError, ChildProcessError):
            self.pid = 0
        return bool(self.pid)

    def _revive(self) -> bool:
        """Start the server again after a crash; False when its data is gone."""
        if not Path(self.plan["data"]).is_dir():
            return False
        try:
            self._start()
        except (StartError, OSError):
            self._sleep(self.backoff)
            self.backoff = min(self.backoff * 2, LONGEST_BACKOFF_SECONDS)
        else:
            self.backoff = POLL_SECONDS
        return True

    def _deserted(self) -> bool:
        """Whether nobody uses the server; if so the start-up lock is held until this process ends."""
        if not self._unused():
            return False
        if not lock_now(self.plan["startup"]):
            return False
        if self._unused():
            return True
        fcntl.flock(self.plan["startup"], fcntl.LOCK_UN)
        return False

    def _unused(self) -> bool:
        if Path(self.plan["pinned"]).exists() or not lock_now(self.plan["lease"]):
            return False
        fcntl.flock(self.plan["lease"], fcntl.LOCK_UN)
        return True

    def _stop(self) -> None:
        stop_server(self.pid, self._alive)
        if self.plan["removable_sockets"]:
            with contextlib.suppress(OSError):
                Path(self.plan["removable_sockets"]).rmdir()


def main() -> None:
    """Leave the launcher's session, give up root, keep the server."""
    plan: Plan = json.loads(sys.argv[1])
    if os.fork():
        os._exit(0)
    for name in ("lease", "startup", "lock", "report"):
        os.set_inheritable(plan[name], False)
    os.ftruncate(plan["lock"], 0)
    os.pwrite(plan["lock"], f"{os.getpid()}\n".encode(), 0)
    if os.geteuid() != plan["uid"]:
        os.setgroups([])
        os.setgid(plan["gid"])
        os.setuid(plan["uid"])
    Keeper(plan).run()


def lock_now(descriptor: int) -> bool:
    """Take the exclusive lock if it is free."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_ready(data: str, pid: int) -> bool:
    """Whether the server with this process id has noted that it takes connections."""
    try:
        lines = Path(data, "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    return len(lines) > READY_LINE and lines[0] == str(pid) and lines[READY_LINE].strip() == "ready"


def stop_server(pid: int, alive: object) -> None:
    """Stop a server: fast, and after a minute at once."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        deadline = time.monotonic() + FAST_SHUTDOWN_SECONDS
        if not pid or not callable(alive) or not alive():
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        while time.monotonic() < deadline:
            if not alive():
                return
            time.sleep(READY_POLL_SECONDS)


def kill_orphans(data: str) -> None:
    """Kill what a killed server left behind: its processes work in the data directory, and it does not."""
    orphans = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if works_in(pid, data)]
    for pid in orphans:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + FAST_SHUTDOWN_SECONDS
    while any(works_in(pid, data) for pid in orphans) and time.monotonic() < deadline:
        time.sleep(READY_POLL_SECONDS)


def works_in(pid: int, data: str) -> bool:
    """Whether this is a PostgreSQL process whose working directory is `data`."""
    try:
        return Path(f"/proc/{pid}/exe").readlink().name == "postgres" and Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def failure_reason(logs: Path) -> str:
    """The last fatal line of the newest log."""
    for path in sorted(logs.glob("*.log"), key=lambda entry: entry.stat().st_mtime, reverse=True):
        for line in reversed(path.read_text(encoding="utf-8", errors="replace").splitlines()):
            for level in ("FATAL:", "PANIC:", "postgres: "):
                if level in line:
                    return line.partition(level)[2].strip()
    return f"it ended without a reason in {logs}"


def prune_logs(logs: Path) -> None:
    """Keep the newest log files; each is bounded by the server's own rotation."""
    for path in sorted(logs.glob("postgresql-*.log"))[:-KEPT_LOGS]:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
