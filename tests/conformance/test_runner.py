"""The runner itself, by cases of its own, which are always here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.cases import Case, folders
from tests.conformance.comparing import difference, same
from tests.conformance.running import run

if TYPE_CHECKING:
    from persistence.embedded import EmbeddedServer

OWN = Path(__file__).with_name("own")


async def test_cases_are_run_in_order_and_files_apart(embedded_server: EmbeddedServer) -> None:
    (folder,) = folders(OWN)

    outcomes = await run(folder, embedded_server.url)

    authors = "graphql_query/authors"
    assert {each.case.name: each.wrong for each in outcomes} == {
        f"{authors}/changes.yaml#1": None,
        f"{authors}/changes.yaml#2": None,
        f"{authors}/reading.yaml#1": None,
        f"{authors}/reading.yaml#2": None,
        f"{authors}/reading.yaml#3": None,
        f"{authors}/reading.yaml#4": "Expected {'author': [{'id': 2}, {'id': 1}]}, found {'author': [{'id': 1}, {'id': 2}]}",
        f"{authors}/reading.yaml#5": "An error is expected, found {'author': [{'id': 1}, {'id': 2}]}",
        f"{authors}/reading.yaml#6": "Nothing answers at /v1/query.",
    }


@pytest.mark.parametrize(
    ("expected", "found", "equal"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        (1, 1.0, True),
        (1, "1", False),
        (1, True, False),
        (True, 1, False),
        (None, None, True),
        (None, False, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([], {}, False),
    ],
)
def test_data_are_compared_exactly_the_order_of_members_aside(expected: Any, found: Any, *, equal: bool) -> None:
    assert same(expected, found) is equal


@pytest.mark.parametrize(
    ("response", "answer", "passes"),
    [
        ({"data": {"a": 1}}, {"data": {"a": 1}}, True),
        ({"data": {"a": 1}}, {"data": {"a": 1}, "errors": [{"message": "x"}]}, False),
        ({"errors": [{"message": "theirs"}]}, {"errors": [{"message": "ours"}]}, True),
        ({"errors": [{"message": "theirs"}]}, {"errors": [{"message": "ours"}], "data": None}, True),
        ({"errors": [{"message": "theirs"}]}, {"errors": [{"message": "ours"}], "data": {"a": None}}, False),
        ({"error": "old form"}, {"data": {}}, False),
        ({"errors": []}, [], False),
        ([{"data": 1}, {"errors": []}], [{"data": 1}, {"errors": [{"message": "x"}]}], True),
        ([{"data": 1}], [{"data": 2}], False),
        ([{"data": 1}], [], False),
    ],
)
def test_an_answer_passes_or_does_not(response: Any, answer: Any, *, passes: bool) -> None:
    case = Case("a case", {}, {}, "/v1/graphql", 200, response)

    assert (difference(case, answer) is None) is passes
