"""An app of things to do over tables with permissions: by Apollo Client as it was for Hasura, and by urql."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.clients.conftest import SCRIPT_SECONDS, node_and_npm
from tests.clients.granting import grant
from tests.clients.todos import PERMISSIONS, TABLES
from tests.graph.commands.process import KEY
from tests.graph.tables.serving import execute
from tests.lives.processes import serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.mail import Mailbox

    RunApp = Callable[..., Any]

ANN = {"name": "Ann"}

pytestmark = pytest.mark.timeout(400)  # the first run installs the clients


@pytest.fixture
def run_app(tmp_path: Path, migrated_database: str, mailbox: Mailbox, clients: Path) -> RunApp:
    """Runs a script on a server of the app's tables with these settings; returns the JSON that it prints."""
    node, _ = node_and_npm()

    def run(script: str, **settings: str) -> Any:
        asyncio.run(execute(migrated_database, TABLES))
        with serving(tmp_path, migrated_database, mailbox, TABLES_FIRST="true", **settings) as server:
            grant(server.url, KEY, PERMISSIONS, platform="Platform")
            command = [*node, script, server.url, KEY]
            result = subprocess.run(
                command, cwd=clients, capture_output=True, text=True, timeout=SCRIPT_SECONDS, check=False
            )
        assert result.returncode == 0, result.stderr
        return orjson.loads(result.stdout)

    return run


def test_apollo_runs_an_app_of_hasura(run_app: RunApp) -> None:
    assert run_app("todos_snake.mjs", TABLE_NAMING="snake") == {
        "seen": [True, "Ann", "2026-01-02T01:04:05+00:00"],
        "added": {
            "affected_rows": 6,
            "returning": [
                {"title": "Sow", "is_completed": False, "tags": [], "user": ANN},
                {"title": "Water", "is_completed": False, "tags": [{"name": "daily"}, {"name": "garden"}], "user": ANN},
                {"title": "Weed", "is_completed": False, "tags": [{"name": "garden"}], "user": ANN},
            ],
        },
        "listed": ["Weed", "Water", "Sow"],
        "found": {
            "todos_by_pk": {
                "title": "Sow",
                "due": "2026-03-01T08:00:00+00:00",
                "details": {"bed": "north", "seeds": ["beans"]},
                "seeds": "beans",
                "user": {"name": "Ann", "last_seen": "2026-01-02T01:04:05+00:00"},
            },
            "due": [{"title": "Sow"}],
            "tagged": [{"title": "Water"}, {"title": "Weed"}],
            "todos_aggregate": {
                "aggregate": {"count": 2, "max": {"priority": 2, "due": None}},
                "nodes": [{"title": "Water"}, {"title": "Weed"}],
            },
        },
        "done": [7, {"by": "hose"}, ["Weed", "Water done", "Sow"]],
        "bobSees": [{"title": "Cook", "user": {"name": "Bob"}, "tags": []}, {"title": "Weed", "user": ANN, "tags": []}],
        "bobChanges": None,
        "bobDeletes": {"affected_rows": 1, "returning": [{"title": "Cook"}]},
        "refused": ["FORBIDDEN", "VALIDATION", "FORBIDDEN", "GRAPHQL_VALIDATION_FAILED", "VALIDATION"],
        "asBob": ["Weed"],
        "batched": ["Sow", "Weed", 1],
        "persisted": ["Sow", "Weed"] * 2,
        "deleted": "Weed",
    }


def test_urql_caches_and_persists(run_app: RunApp) -> None:
    assert run_app("todos_camel.mjs") == {
        "twice": 1,
        "added": {"title": "Sow", "priority": 0, "tags": [{"name": "garden"}]},
        "listed": [[], ["Sow"]],
        "updating": 1,
        "updated": [{"title": "Sow", "priority": 3, "isCompleted": True}],
        "byKey": ["Sow", "garden", "Ann", {"count": 1, "sum": {"priority": 3}}],
        "persisted": ["GET hash", "GET text", "GET hash"],
        "refused": "GRAPHQL_VALIDATION_FAILED",
        "deleted": True,
    }
