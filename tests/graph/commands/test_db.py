from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from persistence import embedded

if TYPE_CHECKING:
    from collections.abc import Generator

SELFGRAPH = Path(sys.executable).with_name("selfgraph")


class Command(Protocol):
    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def data_dir(open_folder: Path) -> Generator[Path]:
    yield open_folder / "data"
    embedded.stop(open_folder / "data", force=True)


@pytest.fixture
def db(data_dir: Path, tmp_path: Path) -> Command:
    """Run `selfgraph db` on a data folder of its own."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "EMBEDDED_PORT"}}

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SELFGRAPH, "db", *arguments],
            env={**inherited, "DATA_DIR": str(data_dir), **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def test_the_status_of_nothing_is_stopped(db: Command, data_dir: Path) -> None:
    done = db("status")

    assert done.returncode == 3
    assert "state:   stopped" in done.stdout
    assert not data_dir.exists()


def test_a_started_server_is_shown_and_stopped(db: Command, data_dir: Path) -> None:
    assert db("start").returncode == 0

    shown = db("status")
    assert shown.returncode == 0
    for line in (
        "state:   running (until",
        "version: PostgreSQL 18.",
        f"folder:  {data_dir}",
        "users:   none",
        "uptime:  0 d 00:",
    ):
        assert line in shown.stdout

    assert db("stop").stdout == "stopped\n"
    assert db("status").returncode == 3


def test_stopping_what_does_not_run_is_no_failure(db: Command) -> None:
    done = db("stop")

    assert (done.returncode, done.stdout) == (0, "was not running\n")


def test_a_used_server_is_stopped_by_force_only(db: Command, data_dir: Path) -> None:
    server = embedded.acquire(data_dir)
    try:
        refused = db("stop")
        assert refused.returncode == 1
        assert refused.stderr.startswith("selfgraph: the embedded PostgreSQL is in use")
        assert refused.stderr.count("\n") == 1

        assert db("stop", "--force").returncode == 0
        assert db("status").returncode == 3
    finally:
        server.release()


def test_psql_runs_statements_and_gives_its_own_exit_code(db: Command) -> None:
    assert db("psql", "--", "-Atc", "SELECT 6 * 7").stdout == "42\n"
    assert db("psql", "--", "-c", "SELECT 1 / 0", "-v", "ON_ERROR_STOP=1").returncode == 1


def test_psql_holds_the_server_while_it_runs(db: Command) -> None:
    done = db("psql", "--", "-Atc", "SELECT pg_sleep(0.6)", "-c", "SELECT 1")

    assert done.stdout.endswith("1\n")


def test_a_backup_is_restored(db: Command, tmp_path: Path) -> None:
    db("start")
    db("psql", "--", "-c", "CREATE TABLE kept AS SELECT 7 AS value")

    assert db("backup", "archive").returncode == 0
    db("psql", "--", "-c", "DROP TABLE kept")
    assert db("restore", "archive").returncode == 0

    assert (tmp_path / "archive").exists()
    assert db("psql", "--", "-Atc", "TABLE kept").stdout == "7\n"


def test_a_restore_over_data_needs_force(db: Command) -> None:
    db("start")
    db("psql", "--", "-c", "CREATE TABLE kept AS SELECT 7 AS value")
    db("backup", "archive")
    db("psql", "--", "-c", "UPDATE kept SET value = 8")

    refused = db("restore", "archive")
    assert refused.returncode == 1
    assert refused.stderr == "selfgraph: the database is not empty; use --force to replace all that is in it\n"
    assert db("psql", "--", "-Atc", "TABLE kept").stdout == "8\n"

    assert db("restore", "archive", "--force").returncode == 0
    assert db("psql", "--", "-Atc", "TABLE kept").stdout == "7\n"


def test_commands_follow_the_database_url(db: Command, data_dir: Path, empty_database: str) -> None:
    assert db("psql", "--", "-c", "CREATE TABLE kept AS SELECT 7 AS value", DATABASE_URL=empty_database).returncode == 0
    assert db("backup", "archive", DATABASE_URL=empty_database).returncode == 0
    assert db("restore", "archive", "--force", DATABASE_URL=empty_database).returncode == 0

    assert db("psql", "--", "-Atc", "TABLE kept", DATABASE_URL=empty_database).stdout == "7\n"
    assert not data_dir.exists()


def test_an_unreachable_database_is_one_line(db: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    done = db("backup", "archive", DATABASE_URL=f"postgresql://nobody@127.0.0.1:{port}/none")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Connection refused" in done.stderr


def test_a_port_in_use_is_one_line(db: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        done = db("start", EMBEDDED_PORT=str(port))

    assert done.returncode == 1
    assert (
        done.stderr == f"selfgraph: EMBEDDED_PORT={port} cannot be listened on at 127.0.0.1: Address already in use\n"
    )


def test_a_data_folder_that_cannot_be_written_is_one_line(db: Command) -> None:
    done = db("start", DATA_DIR="/sys/selfgraph")

    assert done.returncode == 1
    assert done.stderr.startswith("selfgraph: DATA_DIR=/sys/selfgraph cannot be used: ")
    assert done.stderr.count("\n") == 1


def test_a_wrong_setting_is_one_line_and_exit_code_2(db: Command) -> None:
    done = db("start", EMBEDDED_PORT="many")

    assert done.returncode == 2
    assert done.stderr.startswith("EMBEDDED_PORT='many' is not accepted")
