"""What the page on coming from Hasura shows is what the commands print and a server answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from graph.settings import Settings
from tests.conformance.expected import expected_failures
from tests.conformance.test_list import CASES
from tests.docs.pages import ROOT, blocks
from tests.graph.commands.process import KEY, PATIENCE, running

PAGE = "docs/from-hasura.md"


def blocks_of(language: str) -> list[str]:
    return [text for each, text in blocks(PAGE) if each == language]


def settings() -> dict[str, str]:
    (text,) = blocks_of("ini")
    return dict(line.split("=", 1) for line in text.splitlines())


def printed(command: str, folder: Path, database: str) -> tuple[int, str]:
    """The exit code of a command line, and all that it prints."""
    inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**inherited, **settings(), "PATH": path, "PYTHONPATH": str(ROOT), "DATABASE_URL": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return done.returncode, done.stdout


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path, migrated_database: str) -> None:
    given, ours = blocks_of("yaml")
    (tables,) = blocks_of("sql")
    (tmp_path / "hasura.yaml").write_text(given)
    (tmp_path / "tables.sql").write_text(tables)
    assert printed("selfgraph sql tables.sql", tmp_path, migrated_database)[0] == 0
    commands = [(index, text) for index, (language, text) in enumerate(blocks(PAGE)) if language == "sh"]

    for index, text in commands:
        shown = blocks(PAGE)[index + 1]
        assert printed(text, tmp_path, migrated_database) == (0, shown[1] if shown[0] == "text" else ours if "export" in text else ""), text  # fmt: skip

    assert (tmp_path / "metadata.yaml").read_text() == ours
    assert len(commands) == 4


def test_the_operation_of_the_page_is_answered_as_shown(tmp_path: Path, migrated_database: str) -> None:
    (tables,) = blocks_of("sql")
    (operation,) = blocks_of("graphql")
    variables, shown = (json.loads(text) for text in blocks_of("json"))
    (tmp_path / "hasura.yaml").write_text(blocks_of("yaml")[0])
    (tmp_path / "tables.sql").write_text(tables)
    setup = "selfgraph sql tables.sql && selfgraph metadata import-hasura hasura.yaml --apply --only-tracked"
    assert printed(setup, tmp_path, migrated_database)[0] == 0
    headers = dict(re.findall(r"([^:, ]+): ([^,\n]+)", operation.splitlines()[0].removeprefix("# ")))

    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database, **settings()) as server:
        body: dict[str, Any] = {"query": operation, "variables": variables}
        url = server.line("GraphQL")
        answer = httpx.post(url, json=body, headers={"apikey": KEY, **headers}, timeout=PATIENCE).json()

    assert answer == shown


def test_the_page_says_how_many_cases_pass() -> None:
    text = (ROOT / PAGE).read_text()

    assert f"{CASES - len(expected_failures())} of {CASES} pass" in text
