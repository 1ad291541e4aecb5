from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from persistence.migrations import newest_revisions
from tests.graph.commands.calls import ROOT, selfgraph

if TYPE_CHECKING:
    from persistence.embedded import EmbeddedServer
    from tests.graph.commands.conftest import Call

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
(HEAD,) = newest_revisions()


@pytest.fixture
def copied_project(tmp_path: Path) -> Path:
    """The project in a folder where a test may write migrations and models."""
    for name in ("alembic", "graph", "domain", "persistence"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def add_column(project: Path) -> None:
    model = project / "persistence" / "models" / "instance.py"
    model.write_text(model.read_text() + "    name: Mapped[str | None]\n")


def test_migrations_go_up_and_down(call: Call, empty_database: str) -> None:
    up = call("migrate", "up", DATABASE_URL=empty_database)
    assert (up.code, up.out.splitlines(), up.err) == (0, [f"current  {HEAD}", "pending  none"], "")
    down = call("migrate", "down", "base", DATABASE_URL=empty_database)
    assert down.out.splitlines()[0] == "current  none"
    assert HEAD in call("migrate", "status", DATABASE_URL=empty_database).out.splitlines()[1]


def test_a_stamp_runs_nothing(call: Call, empty_database: str) -> None:
    assert call("migrate", "stamp", "head", DATABASE_URL=empty_database).out.splitlines()[0] == f"current  {HEAD}"
    assert call("sql", "-c", "TABLE selfgraph.instance", DATABASE_URL=empty_database).code == 1


@pytest.mark.parametrize("command", ["history", "heads", "show"])
def test_the_files_are_described_without_a_database(call: Call, command: str) -> None:
    assert HEAD in call("migrate", command, DATABASE_URL=NOWHERE).out


def test_there_are_no_branches(call: Call) -> None:
    described = call("migrate", "branches", DATABASE_URL=NOWHERE)
    assert (described.code, described.out.strip()) == (0, "")


def test_the_printed_sql_does_what_an_upgrade_does(call: Call, empty_database: str, tmp_path: Path) -> None:
    file = tmp_path / "upgrade.sql"
    printed = call("migrate", "sql", DATABASE_URL=NOWHERE).out
    assert "%%" not in printed
    file.write_text(printed)
    assert call("sql", file, DATABASE_URL=empty_database).code == 0
    status = call("migrate", "status", DATABASE_URL=empty_database)
    assert status.out.splitlines() == [f"current  {HEAD}", "pending  none"]


def test_an_unknown_revision_is_one_line(call: Call, empty_database: str) -> None:
    done = call("migrate", "up", "nonsense", DATABASE_URL=empty_database)
    assert (done.code, done.err) == (1, "selfgraph: Can't locate revision identified by 'nonsense'\n")


def test_verify_agrees(call: Call, embedded_server: EmbeddedServer) -> None:
    done = call("migrate", "verify", DATA_DIR=embedded_server.directory.parent, DATABASE_URL=NOWHERE)
    assert (done.code, done.err) == (0, "")


def test_verify_tells_a_difference_in_one_line(embedded_server: EmbeddedServer, copied_project: Path) -> None:
    add_column(copied_project)
    done = selfgraph("migrate", "verify", folder=copied_project, DATA_DIR=embedded_server.directory.parent)
    assert (done.code, done.err.count("\n")) == (1, 1), done.err
    assert "add_column" in done.err


def test_a_migration_is_written_from_the_models(call: Call, empty_database: str, copied_project: Path) -> None:
    call("migrate", "up", DATABASE_URL=empty_database)
    add_column(copied_project)
    done = selfgraph("migrate", "create", "Name the instance", folder=copied_project, DATABASE_URL=empty_database)
    file = Path(done.out.strip())
    assert file.parent == copied_project / "alembic" / "versions"
    assert file.name.endswith("_name_the_instance.py")
    assert file.read_text().count("op.add_column(") == 1
    for check in (["format", "--diff"], ["check"]):
        ruff = [sys.executable, "-m", "ruff", *check, str(file)]
        checked = subprocess.run(ruff, cwd=copied_project, capture_output=True, text=True, timeout=60, check=False)
        assert checked.returncode == 0, checked.stdout


def test_an_empty_migration_follows_the_last_one(call: Call, empty_database: str, copied_project: Path) -> None:
    call("migrate", "up", DATABASE_URL=empty_database)
    done = selfgraph("migrate", "create-empty", "Nothing yet", folder=copied_project, DATABASE_URL=empty_database)
    assert f'down_revision: str | None = "{HEAD}"' in Path(done.out.strip()).read_text()
