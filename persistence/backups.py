"""Backups, restores and psql, by PostgreSQL's own programs, of the embedded database and of an external one alike."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from persistence.embedded.binaries import find_binaries
from persistence.embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from collections.abc import Mapping

ENCRYPTED: Final = frozenset({"require", "verify-ca", "verify-full"})
HEAD_BYTES: Final = 8192
QUERY_SECONDS: Final = 60
TRANSACTION_TIMEOUT_SINCE: Final = 17
PUBLIC_IS_CLOSED_SINCE: Final = 15

IS_EMPTY: Final = """
SELECT current_setting('server_version_num')::int / 10000, NOT (
  EXISTS (SELECT FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public'))
  OR EXISTS (SELECT FROM pg_largeobject_metadata)
  OR EXISTS (
    SELECT FROM (
      SELECT 'pg_class'::regclass AS catalog, oid, relnamespace AS schema FROM pg_class
      WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
      UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type WHERE typrelid = 0 AND typcategory <> 'A'
    ) AS object
    WHERE schema = to_regnamespace('public') AND NOT EXISTS (
      SELECT FROM pg_depend WHERE classid = catalog AND objid = object.oid AND deptype = 'e'
    )
  )
)
"""
# In the transaction of the restore itself, so that the old content stays if the new one does not load.
REPLACE: Final = """
SET lock_timeout = '30s';
SET client_min_messages = warning;
DO $replace$
DECLARE statement text;
BEGIN
  FOR statement IN
    SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
    UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
  LOOP EXECUTE statement; END LOOP;
  FOR statement IN SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql'
  LOOP EXECUTE statement; END LOOP;
  FOR statement IN
    SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  LOOP EXECUTE statement; END LOOP;
  PERFORM lo_unlink(oid) FROM pg_largeobject_metadata;
END $replace$;
CREATE SCHEMA public;
"""
OPEN_PUBLIC: Final = "GRANT ALL ON SCHEMA public TO PUBLIC;\n"
CLOSED_PUBLIC: Final = "ALTER SCHEMA public OWNER TO pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC;\n"


class BackupError(Exception):
    """A backup or a restore did not happen; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database as PostgreSQL's programs are told of it: the password is in `environment`, not on a command line."""

    url: str
    environment: Mapping[str, str]
    is_embedded: bool
    is_encrypted: bool


def database(
    url: str,
    *,
    is_embedded: bool = False,
    ssl: str = "prefer",
    ssl_root_cert: Path | None = None,
    connect_seconds: float = 30,
) -> Database:
    """Describe the database at a libpq URL; what the URL says about TLS beats `ssl`."""
    parts = urlsplit(url)
    user, _, address = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    environment = {**os.environ, "PGCONNECT_TIMEOUT": str(max(2, round(connect_seconds))), "PGAPPNAME": "selfgraph"}
    if password:
        environment["PGPASSWORD"] = unquote(password)
    sslmode = parse_qs(parts.query).get("sslmode", [ssl])[-1]
    environment["PGSSLMODE"] = sslmode
    if ssl_root_cert:
        environment["PGSSLROOTCERT"] = str(ssl_root_cert)
    bare = urlunsplit(parts._replace(netloc=f"{name}@{address}" if name else address))
    return Database(bare, environment, is_embedded, sslmode in ENCRYPTED)


def psql_command(target: Database, arguments: list[str]) -> list[str]:
    """The command line of psql on this database.

    Raises:
        BackupError: when there is no psql.
    """
    return [_program(target, "psql"), f"--dbname={target.url}", *arguments]


def backup(target: Database, file: Path) -> None:
    """Write the database into `file`, mode 0600, in pg_dump's custom format, complete or not at all.

    Raises:
        BackupError: when it cannot be read or written.
    """
    version, _ = _examine(target)
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}") from error
    os.close(descriptor)
    try:
        command = [_program(target, "pg_dump", at_least=version), "--format=custom", f"--file={name}"]
        _run(target, [*command, f"--dbname={target.url}"], seconds=None)
        Path(name).replace(file)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        Path(name).unlink(missing_ok=True)


def restore(target: Database, file: Path, *, force: bool = False) -> None:
    """Read a backup into an empty database, in one transaction; owners and grants, which name roles, are left out.

    Args:
        target: the database.
        file: what `backup` wrote.
        force: replace what the database holds.

    Raises:
        BackupError: when the database is not empty and `force` is off, or the file does not load. Nothing has changed.
    """
    _run(target, [_archive_reader(), "--list", str(file)], seconds=QUERY_SECONDS)
    version, is_empty = _examine(target)
    if not is_empty and not force:
        raise BackupError("the database is not empty; use --force to replace all that is in it")
    with tempfile.TemporaryDirectory(prefix="selfgraph-restore-") as folder:
        scripts = [Path(folder, "replace.sql"), Path(folder, "content.sql")]
        public = CLOSED_PUBLIC if version >= PUBLIC_IS_CLOSED_SINCE else OPEN_PUBLIC
        scripts[0].write_text("" if is_empty else REPLACE + public, encoding="ascii")
        reading = ["--no-owner", "--no-privileges", f"--file={scripts[1]}", str(file)]
        _run(target, [_archive_reader(), *reading], seconds=None)
        if version < TRANSACTION_TIMEOUT_SINCE:
            _leave_out_transaction_timeout(scripts[1])
        options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"]
        _run(target, psql_command(target, options + [f"--file={script}" for script in scripts]), seconds=None)


def _examine(target: Database) -> tuple[int, bool]:
    """The server's major version, and whether the database holds nothing."""
    options = ["--no-psqlrc", "--tuples-only", "--no-align", f"--command={IS_EMPTY}"]
    version, _, is_empty = _run(target, psql_command(target, options), seconds=QUERY_SECONDS).strip().partition("|")
    return int(version), is_empty == "t"


def _leave_out_transaction_timeout(script: Path) -> None:
    """Make a comment of a setting in the head of the script that older servers do not know."""
    with script.open("r+b") as file:
        position = file.read(HEAD_BYTES).find(b"\nSET transaction_timeout")
        if position >= 0:
            file.seek(position + 1)
            file.write(b"-- ")


def _program(target: Database, name: str, *, at_least: int = 0) -> str:
    """The system's own program for an external database where it is new enough, since the bundled ones have no TLS."""
    on_path = None if target.is_embedded else shutil.which(name)
    if on_path and _major(on_path) >= at_least:
        return on_path
    if target.is_encrypted:
        wanted = f"{name} of PostgreSQL {at_least}" if at_least else name
        raise BackupError(f"a database over TLS needs {wanted} on PATH: install PostgreSQL's client programs")
    return _bundled(name)


def _archive_reader() -> str:
    """The newest pg_restore there is: an archive is read by the version that wrote it and by newer ones."""
    bundled = _bundled("pg_restore")
    return max((path for path in (bundled, shutil.which("pg_restore")) if path), key=_major)


def _bundled(name: str) -> str:
    try:
        return find_binaries().program(name)
    except EmbeddedError as error:
        raise BackupError(f"there is no {name}: {error}") from error


def _major(program: str) -> int:
    """The major version of a PostgreSQL program: `pg_dump (PostgreSQL) 18.6`, and whatever a distribution adds."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=QUERY_SECONDS)  # noqa: S603 - PostgreSQL's own
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else 0


def _run(target: Database, command: list[str], *, seconds: float | None) -> str:
    """Run one of PostgreSQL's programs; a dump takes as long as it takes, and so has no `seconds`."""
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, with options made here
            command, env=target.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", check=False, timeout=seconds,
        )  # fmt: skip
    except OSError as error:
        raise BackupError(f"{command[0]} did not run: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        raise BackupError(f"{command[0]} had no answer for {seconds} s") from None
    if done.returncode != 0:
        raise BackupError(_reason(done.stderr) or f"{command[0]} failed and gave no reason")
    return done.stdout


def _reason(complaints: str) -> str:
    """The first line that names an error; what follows it only explains where."""
    lines = [line.strip() for line in complaints.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "")
