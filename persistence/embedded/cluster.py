"""The data directory: made complete in one rename, configured at each start, checked for its major version."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from persistence.embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from persistence.embedded.layout import Layout

SUPERUSER = "selfgraph"
DATABASE = "selfgraph"
SETTINGS_FILE = "selfgraph.conf"
INITDB_SECONDS = 120
ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"}
# No TCP unless asked; logical decoding for the change stream; little memory when idle; log files of 5 MB, of which the
# keeper leaves the newest.
SETTINGS = """\
wal_level = logical
max_replication_slots = 10
max_wal_senders = 10
max_connections = 100
shared_preload_libraries = 'pg_stat_statements'
shared_buffers = 64MB
effective_cache_size = 512MB
maintenance_work_mem = 64MB
max_wal_size = 512MB
min_wal_size = 80MB
io_method = sync
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


def prepare(layout: Layout) -> None:
    """Make the cluster unless it is there.

    Raises:
        EmbeddedError: when initdb fails, or the cluster is of another major version.
    """
    for leftover in layout.home.glob("data.making-*"):
        shutil.rmtree(leftover)
    if not layout.data.exists():
        _create(layout)
    _check_version(layout)


def configure(layout: Layout) -> None:
    """Write this version's settings beside PostgreSQL's own; what `ALTER SYSTEM` set beats them."""
    with tempfile.NamedTemporaryFile("w", dir=layout.data, delete=False, encoding="ascii") as file:
        file.write(SETTINGS)
    layout.server.give(Path(file.name))
    Path(file.name).rename(layout.data / SETTINGS_FILE)


def read_password(layout: Layout) -> str:
    """The superuser's password."""
    return layout.password_file.read_text(encoding="ascii").strip()


def _create(layout: Layout) -> None:
    if not layout.password_file.exists():
        _write_private(layout, layout.password_file, secrets.token_urlsafe(24) + "\n")
    making = Path(tempfile.mkdtemp(prefix="data.making-", dir=layout.home))
    layout.server.give(making)
    try:
        _initialize(layout, making)
        making.rename(layout.data)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _initialize(layout: Layout, directory: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=layout.logs, prefix="password-") as password:
        password.write(layout.password_file.read_bytes())
        password.flush()
        layout.server.give(Path(password.name))
        arguments = ["--pgdata", str(directory), "--username", SUPERUSER, "--pwfile", password.name]
        arguments += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        arguments += ["--auth=scram-sha-256", "--no-sync", "--no-instructions"]
        _run(layout, "initdb", arguments)
    with (directory / "postgresql.conf").open("a", encoding="ascii") as configuration:
        configuration.write(f"include_if_exists = '{SETTINGS_FILE}'\n")
    _run(layout, "postgres", ["--single", "-D", str(directory), "-F", "postgres"], f"CREATE DATABASE {DATABASE};\n")
    _run(layout, "initdb", ["--sync-only", "--pgdata", str(directory)])


def _run(layout: Layout, program: str, arguments: list[str], text: str | None = None) -> None:
    try:
        done = subprocess.run(
            [layout.binaries.program(program), *arguments],
            input=text, capture_output=True, text=True, check=False, timeout=INITDB_SECONDS,
            cwd="/", env=ENVIRONMENT, **layout.server.drop,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EmbeddedError(f"{program} of the embedded PostgreSQL did not run: {error}") from error
    if done.returncode != 0:
        raise EmbeddedError(f"{program} of the embedded PostgreSQL failed: {last_line(done.stderr)}")


def last_line(text: str) -> str:
    """The last line with something on it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def _check_version(layout: Layout) -> None:
    try:
        found = (layout.data / "PG_VERSION").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise EmbeddedError(f"{layout.data} is not a PostgreSQL data directory; move it away to start afresh") from None
    if found != layout.binaries.major:
        raise EmbeddedError(
            f"{layout.data} was made by PostgreSQL {found}, and this is PostgreSQL {layout.binaries.major}; "
            f"back it up with PostgreSQL {found} and restore it here, or move it away"
        )


def _write_private(layout: Layout, path: Path, text: str) -> None:
    """Write a file with mode 0600 in one rename."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="ascii") as file:
        file.write(text)
    layout.owner.give(Path(file.name))
    Path(file.name).rename(path)
