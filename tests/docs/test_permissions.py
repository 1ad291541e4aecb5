"""What the page on permissions shows is what a server answers, operation after operation."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

import httpx

from domain.document import Node
from domain.tables.metadata import Action
from domain.tables.metadata_reading import from_document
from persistence.yaml_text import read_yaml
from tests.docs.pages import blocks
from tests.graph.commands.process import KEY, PATIENCE, running
from tests.graph.tables.serving import execute

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "docs/permissions.md"
RELOAD = "mutation { reloadCatalog { version } }"


def steps() -> list[tuple[str, str, Any]]:
    """The scripts and the operations of the page in their order, operations with their answers."""
    followers: list[Any] = []
    found: list[tuple[str, str, Any]] = []
    for language, text in reversed(blocks(PAGE)):
        if language == "json":
            followers.append(json.loads(text))
        elif language in {"sql", "graphql"}:
            found.append((language, text, followers.pop() if followers else None))
    assert not followers, "an answer stands behind no operation"
    return found[::-1]


def headers(operation: str) -> dict[str, str]:
    """The headers that an operation names, and the service key."""
    named = re.match(r"# (.*)", operation)
    pairs = re.findall(r"([^:, ]+): ([^,]+)", named[1]) if named else []
    return {"apikey": KEY, **dict(pairs)}


def without_places(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer less what is said about where in the document an error is."""
    for error in answer.get("errors", ()):
        error.pop("locations", None)
        error.pop("path", None)
    return answer


def test_every_operation_of_the_page_is_answered_as_shown(tmp_path: Path, migrated_database: str) -> None:
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database) as server:
        url = server.line("GraphQL")

        def answer(operation: str) -> dict[str, Any]:
            response = httpx.post(url, json={"query": operation}, headers=headers(operation), timeout=PATIENCE)
            return without_places(response.json())

        count = 0
        for language, text, shown in steps():
            if language == "sql":
                asyncio.run(execute(migrated_database, text))
                assert "errors" not in answer(RELOAD)
            else:
                assert answer(text) == shown, text
                count += 1
    assert count > 20


def test_the_file_of_the_page_can_be_read() -> None:
    (text,) = (text for language, text in blocks(PAGE) if language == "yaml")

    metadata = from_document(Node(read_yaml(text).value))

    assert [(str(each.table), each.role, each.action) for each in metadata.permissions] == [
        ("public.project", "user", Action.SELECT)
    ]
    assert metadata.inherits == {"lead": frozenset({"auditor", "user"})}
