"""What the README and the pages show is what a server answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from typer.core import TyperGroup
from typer.main import get_command

from graph.cli import app
from tests.docs.pages import blocks
from tests.graph.commands.process import KEY, PATIENCE, ROOT, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHINOOK = ROOT / "bench" / "chinook.sql"


def graphql_examples(page: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Each operation of a page with its variables, if it has some, and its answer, in the order of the page."""
    examples: list[tuple[str, dict[str, Any], Any]] = []
    followers: list[Any] = []
    for language, text in reversed(blocks(page)):
        if language == "json":
            followers.insert(0, json.loads(text))
        elif language == "graphql":
            *variables, answer = followers
            given: dict[str, Any] = variables[0] if variables else {}
            examples.append((text, given, answer))
            followers = []
    yield from reversed(examples)


def documented_commands() -> set[tuple[str, ...]]:
    """The command lines of `selfgraph` in the blocks of all pages, comments and redirections left out."""
    pages = ["README.md", *(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md"))]
    lines = (line for page in pages for _, text in blocks(page) for line in text.splitlines())
    found = (re.search(r"(?:^|[ /])selfgraph ((?!compose)[a-z][^#<>]*)", line) for line in lines)
    return {tuple(each[1].replace("[", "").replace("]", "").split()) for each in found if each}


def shell(commands: str, folder: Path) -> str:
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SERVICE_KEY"}}
    done = subprocess.run(
        ["sh", "-ec", commands],
        cwd=folder,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def script_of(page: str, folder: Path) -> Path:
    """The script that makes what a page is over: Chinook, the page's own, or both."""
    if page == "docs/table-api.md":
        return CHINOOK
    own = "".join(text for language, text in blocks(page) if language == "sql")
    script = folder / "tables.sql"
    script.write_text(CHINOOK.read_text() + own if page == "docs/functions.md" else own)
    return script


@pytest.mark.parametrize("page", ["docs/table-api.md", "docs/column-types.md", "docs/functions.md"])
def test_every_operation_of_a_page_on_tables_is_answered_as_shown(
    tmp_path: Path, migrated_database: str, page: str
) -> None:
    with running("sql", str(script_of(page, tmp_path)), folder=tmp_path, DATABASE_URL=migrated_database) as loading:
        assert loading.wait() == 0
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database) as server:
        url = server.line("GraphQL")
        count = 0
        for query, variables, answer in graphql_examples(page):
            body = {"query": query, "variables": variables}
            assert httpx.post(url, json=body, headers={"apikey": KEY}, timeout=PATIENCE).json() == answer, query
            count += 1
    assert count > 3


def test_the_first_five_minutes_of_the_readme_go_as_shown(open_folder: Path) -> None:
    (open_folder / ".venv").symlink_to(ROOT / ".venv")
    (open_folder / "bench").symlink_to(ROOT / "bench")
    if not (ROOT / ".venv" / "bin" / "selfgraph").exists():
        pytest.fail("the README's commands need the .venv that make sets up")
    with running("serve", "--port", "0", folder=open_folder, SERVICE_KEY="") as server:
        address = server.line("GraphQL").removesuffix("/graphql")
        section = [
            block for block in blocks("README.md") if block[0] == "json" or ".venv" in block[1] or "curl" in block[1]
        ]
        printed = ""
        for language, text in section:
            if language == "json":
                assert json.loads(printed) == json.loads(text)
            else:
                commands = text.replace("http://127.0.0.1:8000", address)
                printed = shell(f". .selfgraph/keys.env\n{commands}", open_folder)
        assert sum(language == "json" for language, _ in section) == 3


def test_the_service_key_opens_the_server_as_the_page_on_operating_shows(open_folder: Path) -> None:
    (command,) = (text for _, text in blocks("docs/operating.md") if text.startswith("curl"))
    with running("serve", "--port", "0", folder=open_folder, SERVICE_KEY="") as server:
        address = server.line("GraphQL").removesuffix("/graphql")
        printed = shell(
            f". .selfgraph/keys.env\n{command.replace('http://127.0.0.1:8000', address)}".replace("curl", "curl -s", 1),
            open_folder,
        )
    assert json.loads(printed) == {"data": {"system": {"version": version("selfgraph")}}}


@pytest.mark.parametrize("command", sorted(documented_commands()), ids=" ".join)
def test_a_command_that_a_page_shows_exists_with_its_options(command: tuple[str, ...]) -> None:
    known = get_command(app)
    words = list(command)
    while isinstance(known, TyperGroup):
        assert words[0] in known.commands, f"selfgraph has no {words[0]}"
        known = known.commands[words.pop(0)]
    options = {option for parameter in known.params for option in parameter.opts}
    assert {word for word in words if re.fullmatch("--?[a-z][a-z-]*", word)} <= options | {"--"}
