"""The detached process that owns the server: starts it, starts it again after a crash, stops it when nobody uses it.

It runs as a file under `python -I -S` and imports the standard library only, so that it stays small and still works
once it has given up root, when the interpreter's folders may be closed to it. Users hold a shared lock on the lease,
which the kernel drops however they end; whoever starts or stops the server holds the start-up lock; the keeper holds
its own lock as long as it lives.
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
from typing import TYPE_CHECKING, Final, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable

POLL_SECONDS: Final = 0.25
WAIT_SECONDS: Final = 0.01
FAST_SHUTDOWN_SECONDS: Final = 60
LOGGER_SECONDS: Final = 5
LONGEST_BACKOFF_SECONDS: Final = 30
PRUNE_SECONDS: Final = 10
KEPT_LOGS: Final = 4
# Where the two want the same core the process that answers goes first: it is one thread that everything waits for, and
# waits for the server itself. Inserts are a tenth more.
NICENESS: Final = 5
STOP: Final = signal.SIGUSR1
WAKE: Final = signal.SIGHUP
READY_LINE: Final = 7


class Plan(TypedDict):
    """What the launcher tells the keeper: open files, paths, and the command of the server."""

    lease: int
    startup: int
    lock: int
    report: int
    uid: int
    gid: int
    command: list[str]
    environment: dict[str, str]
    data: str
    logs: str
    sockets: str
    pin: str
    adopt: int
    ready_seconds: float


class StartError(Exception):
    """The server did not come up; the message is the reason in its log."""


class Server:
    """One server process: a child, or one that outlived the keeper before this one."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.pid = plan["adopt"]
        self.is_child = False
        self.ended_well = False

    def start(self) -> None:
        """Start it and wait until it takes connections.

        Raises:
            StartError: when it ends or takes too long.
        """
        clear_remains(self.plan)
        log = os.open(Path(self.plan["logs"], "startup.log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        command = self.plan["command"]
        try:
            self.pid = os.posix_spawn(
                command[0],
                command,
                self.plan["environment"],
                file_actions=[(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)],
                setsid=True,
            )
        finally:
            os.close(log)
        self.is_child = True
        self._wait_ready()

    def is_alive(self) -> bool:
        """Whether it runs; a child that ended is reaped here."""
        if self.pid and not self.is_child:
            self.pid = self.pid if works_in(self.pid, self.plan["data"]) else 0
        elif self.pid:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                self.ended_well = status == 0
        return bool(self.pid)

    def stop(self) -> None:
        """Stop it: in order, after a minute at once, after another one by force."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.is_alive():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, number)
                wait_until(lambda: not self.is_alive(), FAST_SHUTDOWN_SECONDS)
        # Its logger ends after it, and writes a last file.
        wait_until_gone(processes_in(self.plan["data"]), self.plan["data"], LOGGER_SECONDS)

    def _wait_ready(self) -> None:
        wait_until(lambda: not self.is_alive() or self._is_ready(), self.plan["ready_seconds"])
        if not self.is_alive():
            raise StartError(failure_reason(Path(self.plan["logs"])))
        if not self._is_ready():
            self.stop()
            raise StartError("it was not ready in time")

    def _is_ready(self) -> bool:
        try:
            lines = Path(self.plan["data"], "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > READY_LINE and lines[0] == str(self.pid) and lines[READY_LINE].strip() == "ready"


class Keeper:
    """Keeps a server as long as somebody uses it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.server = Server(plan)
        self.stop_asked = False
        self.backoff = POLL_SECONDS
        self.wakeup, self.waker = socket.socketpair()
        self.wakeup.setblocking(False)
        self.waker.setblocking(False)
        signal.set_wakeup_fd(self.waker.fileno(), warn_on_full_buffer=False)
        for number in (WAKE, signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            # A terminal or a service manager sends these to the users as well, who end in their own order; the server
            # must outlive them.
            signal.signal(number, lambda _number, _frame: None)
        signal.signal(STOP, self._ask_stop)

    def run(self) -> None:
        """Report the start, then keep the server until it is deserted, stopped or gone for good."""
        try:
            if not self.server.pid:
                self.server.start()
        except (StartError, OSError) as error:
            self._report({"error": str(error)})
            return
        self._report({})
        pruned = 0.0
        while self._is_wanted():
            if time.monotonic() - pruned > PRUNE_SECONDS:
                prune_logs(Path(self.plan["logs"]))
                pruned = time.monotonic()
            self._sleep(POLL_SECONDS)
        self.server.stop()
        clear_sockets(self.plan)

    def _is_wanted(self) -> bool:
        if self.stop_asked or self._is_deserted():
            return False
        return self.server.is_alive() or self._revive()

    def _revive(self) -> bool:
        """Start the server again after a crash; False when it was stopped on purpose, or its data is gone."""
        if self.server.ended_well or not Path(self.plan["data"]).is_dir():
            return False
        try:
            self.server.start()
        except (StartError, OSError):
            self._sleep(self.backoff)
            self.backoff = min(self.backoff * 2, LONGEST_BACKOFF_SECONDS)
        else:
            self.backoff = POLL_SECONDS
        return True

    def _is_deserted(self) -> bool:
        """Whether nobody uses the server; if so the start-up lock is held until this process ends."""
        if not self._is_unused() or not lock_now(self.plan["startup"]):
            return False
        if self._is_unused():
            return True
        fcntl.flock(self.plan["startup"], fcntl.LOCK_UN)
        return False

    def _is_unused(self) -> bool:
        if Path(self.plan["pin"]).exists() or not lock_now(self.plan["lease"]):
            return False
        fcntl.flock(self.plan["lease"], fcntl.LOCK_UN)
        return True

    def _ask_stop(self, _number: int, _frame: object) -> None:
        self.stop_asked = True

    def _sleep(self, seconds: float) -> None:
        if select.select([self.wakeup], [], [], seconds)[0]:
            self.wakeup.recv(4096)

    def _report(self, answer: dict[str, str]) -> None:
        with contextlib.suppress(OSError):  # the launcher may be gone; the server is then deserted, which run() sees
            os.write(self.plan["report"], json.dumps(answer).encode())
        os.close(self.plan["report"])


def main() -> None:
    """Leave the launcher's care, give up root, give way to those who use the server, and keep it."""
    plan: Plan = json.loads(sys.argv[1])
    if os.fork():
        os._exit(0)  # the launcher waits for this one, and so has no child left to reap
    for descriptor in (plan["lease"], plan["startup"], plan["lock"], plan["report"]):
        os.set_inheritable(descriptor, False)
    os.ftruncate(plan["lock"], 0)
    os.pwrite(plan["lock"], f"{os.getpid()}\n".encode(), 0)
    if os.geteuid() != plan["uid"]:
        os.setgroups([])
        os.setgid(plan["gid"])
        os.setuid(plan["uid"])
    # Nobody reads its standard error; should it break, the reason must be somewhere.
    os.dup2(
        os.open(Path(plan["logs"], "keeper.log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), sys.stderr.fileno()
    )
    os.nice(NICENESS)
    Keeper(plan).run()


def lock_now(descriptor: int) -> bool:
    """Take the exclusive lock if it is free."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    """Return as soon as the condition holds, or when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(WAIT_SECONDS)


def clear_remains(plan: Plan) -> None:
    """Remove what a killed server left: its processes, which would bar a new one, its pid file and its socket."""
    orphans = processes_in(plan["data"])
    for pid in orphans:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until_gone(orphans, plan["data"], FAST_SHUTDOWN_SECONDS)
    # A pid file can name a process that lives and is somebody else's, which PostgreSQL alone would take for a server.
    Path(plan["data"], "postmaster.pid").unlink(missing_ok=True)
    for path in Path(plan["sockets"]).glob(".s.PGSQL.*"):
        path.unlink(missing_ok=True)


def clear_sockets(plan: Plan) -> None:
    """Remove the folder of the socket where it was made for this run alone."""
    sockets = Path(plan["sockets"])
    if sockets.parent != Path(plan["data"]).parent:
        with contextlib.suppress(OSError):
            sockets.rmdir()


def processes_in(data: str) -> list[int]:
    """Every PostgreSQL process of this data directory, where the system has /proc.

    Elsewhere PostgreSQL's own check of its shared memory has to do.
    """
    return [pid for pid in (int(path.name) for path in Path("/proc").glob("[0-9]*")) if works_in(pid, data)]


def wait_until_gone(pids: list[int], data: str, seconds: float) -> None:
    """Wait for these processes of the data directory to end."""
    wait_until(lambda: not any(works_in(pid, data) for pid in pids), seconds)


def works_in(pid: int, data: str) -> bool:
    """Whether this is a live PostgreSQL process whose working directory is `data`."""
    process = Path("/proc", str(pid))
    try:
        return (process / "exe").readlink().name.startswith("postgres") and (process / "cwd").samefile(data)
    except OSError:
        return False


def failure_reason(logs: Path) -> str:
    """The last fatal line of the newest log that has one."""
    for path in sorted(logs.glob("*.log"), key=lambda entry: entry.stat().st_mtime_ns, reverse=True):
        for line in reversed(path.read_text(encoding="utf-8", errors="replace").splitlines()):
            for level in ("FATAL:", "PANIC:", "postgres: "):
                if level in line:
                    return line.partition(level)[2].strip()
    return "it ended without a reason"


def prune_logs(logs: Path) -> None:
    """Keep the newest log files; the server ends each at its own limit."""
    for path in sorted(logs.glob("postgresql-*.log"))[:-KEPT_LOGS]:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
