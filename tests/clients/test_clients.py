from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.timeout(400)  # the first run installs the clients


def test_every_audit_of_graphql_http_passes_without_warning(run_script: Callable[[str], Any]) -> None:
    assert run_script("audits.mjs") == {"total": 61, "failures": []}


EVENTS = [{"count": 0}, {"count": 1}, {"count": 2}, {"hello": "Hello, world!"}]


def test_graphql_ws_subscribes(run_script: Callable[[str], Any]) -> None:
    assert run_script("websocket.mjs") == EVENTS


def test_graphql_sse_subscribes(run_script: Callable[[str], Any]) -> None:
    assert run_script("events.mjs") == EVENTS


def test_urql_queries_defers_streams_and_subscribes(run_script: Callable[[str], Any]) -> None:
    assert run_script("urql.mjs") == {
        "query": {"hello": "Hello, world!"},
        "mutation": {"note": "urql"},
        "deferred": {"node": {"name": "root", "late": "late"}},
        "streamed": {"numbers": [0, 1, 2]},
        "subscription": [0, 1, 2],
    }


def test_apollo_persists_batches_defers_and_subscribes(run_script: Callable[[str], Any]) -> None:
    assert run_script("apollo.mjs") == {
        "persisted": [{"hello": "Hello, a!"}, {"hello": "Hello, b!"}],
        "batched": [{"hello": "Hello, a!"}, {"hello": "Hello, b!"}],
        "deferredOlder": "late",
        "deferredNewer": "late",
        "subscription": [0, 1, 2],
    }
