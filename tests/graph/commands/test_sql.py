from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.graph.commands.calls import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from persistence.embedded import EmbeddedServer
    from tests.graph.commands.conftest import Call

DUMP = ROOT / "tests" / "persistence" / "samples" / "dump.sql"


def test_a_dump_is_loaded_and_asked(call: Call, empty_database: str) -> None:
    loaded = call("sql", DUMP, "--no-owner", DATABASE_URL=empty_database)
    assert (loaded.code, loaded.out) == (0, ""), loaded.err
    asked = call("sql", "-c", "SELECT id, name FROM item WHERE id > 3 ORDER BY id", DATABASE_URL=empty_database)
    assert asked.out.splitlines() == ["id | name", "---+--------", "4  | Größe ☃", "5  | a, b", "(2 rows)"]


def test_rows_are_printed_as_json(call: Call, empty_database: str) -> None:
    asked = call("sql", "--json", "-c", "SELECT 1 AS one, 'ä' AS letter", DATABASE_URL=empty_database)
    assert json.loads(asked.out) == [{"one": 1, "letter": "ä"}]


def test_a_script_comes_from_standard_input(call: Call, empty_database: str) -> None:
    done = call("sql", "-", typed="SELECT 1;", DATABASE_URL=empty_database)
    assert (done.code, done.out, done.err) == (0, "", "1 statement\n")


def test_a_failure_is_one_line_with_its_line_in_the_file(call: Call, empty_database: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.sql"
    file.write_bytes("\ufeffCREATE TABLE kept ();\r\nSELECT 1;\r\nSELECT nothing;\r\n".encode())
    done = call("sql", file, DATABASE_URL=empty_database)
    assert (done.code, done.err) == (1, 'selfgraph: line 3: column "nothing" does not exist\n')
    left = call("sql", "--json", "-c", "SELECT to_regclass('kept') AS kept", DATABASE_URL=empty_database)
    assert json.loads(left.out) == [{"kept": None}]


def test_statements_that_no_transaction_takes_run_alone(call: Call, empty_database: str) -> None:
    assert call("sql", "-c", "VACUUM", DATABASE_URL=empty_database).code == 1
    assert call("sql", "--no-transaction", "-c", "VACUUM", DATABASE_URL=empty_database).out == "VACUUM\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.sql"], "selfgraph: missing.sql: no such file or directory\n"),
        (["."], "selfgraph: .: is a directory\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    call: Call, arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call("sql", *arguments, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert (done.code, done.err) == (1, message)


@pytest.mark.parametrize("arguments", [[], ["file.sql", "-c", "SELECT 1"]])
def test_a_file_and_a_text_exclude_each_other(call: Call, arguments: list[str]) -> None:
    assert call("sql", *arguments).code == 2


def test_a_database_that_refuses_is_one_line_without_the_password(call: Call, empty_database: str) -> None:
    url = (
        empty_database.rpartition("/")[0] + "/nothing"
        if "?" not in empty_database
        else empty_database.replace("/test_", "/nothing_")
    )
    done = call("sql", "-c", "SELECT 1", DATABASE_URL=url)
    assert done.code == 1
    assert done.err.startswith("selfgraph: cannot connect to PostgreSQL at ")
    assert done.err.endswith("does not exist\n")
    assert done.err.count("\n") == 1


def test_a_running_embedded_server_is_shared(call: Call, embedded_server: EmbeddedServer) -> None:
    query = "SELECT pg_postmaster_start_time() AS start"
    external = call("sql", "--json", "-c", query, DATABASE_URL=embedded_server.url)
    embedded = call("sql", "--json", "-c", query, DATA_DIR=embedded_server.directory.parent)
    assert external.out == embedded.out != ""
