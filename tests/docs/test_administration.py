"""What the page on administration shows is what a server answers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import httpx

from graph.access.scopes import scopes_of
from graph.mutations import Mutation
from graph.queries import Query
from graph.subscriptions import Subscription
from tests.docs.pages import blocks
from tests.graph.commands.process import KEY, PATIENCE, ROOT, running

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "docs/administration.md"
ANN = '{ users(where: {name: {_eq: "Ann"}}) { nodes { id } } }'


def without_places(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer less what is said about where in the document an error is."""
    for error in answer.get("errors", ()):
        error.pop("locations", None)
        error.pop("path", None)
    return answer


def test_every_operation_of_the_page_is_answered_as_shown(tmp_path: Path, migrated_database: str) -> None:
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database) as server:
        url = server.line("GraphQL")

        def answer(query: str) -> dict[str, Any]:
            variables = {"id": ann} if "$id" in query else {}
            body = {"query": query, "variables": variables}
            response: dict[str, Any] = httpx.post(url, json=body, headers={"apikey": KEY}, timeout=PATIENCE).json()
            return response

        ann = ""
        for query, shown in operations():
            if "$id" in query:
                ann = answer(ANN)["data"]["users"]["nodes"][0]["id"]
            answered = without_places(answer(query))
            assert "errors" not in answered or shown, answered
            assert shown in (None, answered), query


def test_every_scope_is_in_the_table() -> None:
    text = (ROOT / PAGE).read_text()

    documented = set(re.findall(r"`([a-z]+:(?:read|write))`", text.partition("| scopes | fields |")[2]))

    assert documented == scopes_of((Query, Mutation, Subscription))


def operations() -> list[tuple[str, Any]]:
    """Each operation of the page and, where it is shown, its answer."""
    found: list[tuple[str, Any]] = []
    for language, text in blocks(PAGE):
        if language == "graphql":
            found.append((text, None))
        elif language == "json":
            found[-1] = (found[-1][0], json.loads(text))
    return found
