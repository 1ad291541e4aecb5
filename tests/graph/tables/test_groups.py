"""Aggregates and groups beside a slow evaluation, and what groups refuse."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.graph.tables.boxes import ITEMS, RUNS, Row, served_boxes
from tests.graph.tables.refusals import assert_clear

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUMBERS = ("id", "a", "c")
FUNCTIONS = """count n: count(columns: B) apart: count(columns: [A, B], distinct: true)
  sum { id a c } avg { id a c } min { id a b c } max { id a b c }
  stddev { id a c } stddevPop { id a c } stddevSamp { id a c } variance { id a c } varPop { id a c } varSamp { id a c }"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with served_boxes(embedded_server.url) as served:
        yield served


def numbers_of(items: Sequence[Row], name: str) -> list[Fraction]:
    return [Fraction(item[name]) for item in items if item[name] is not None]


def agree(found: float | None, expected: Fraction | float | None) -> bool:
    if found is None or expected is None:
        return found is expected is None
    return math.isclose(found, float(expected), rel_tol=1e-8, abs_tol=1e-9)  # PostgreSQL rounds to 9 digits at worst


def assert_computed(found: dict[str, Any], items: Sequence[Row]) -> None:
    assert found["count"] == len(items)
    assert found["n"] == sum(item["b"] is not None for item in items)
    both = {(item["a"], item["b"]) for item in items if item["a"] is not None and item["b"] is not None}
    assert found["apart"] == len(both)
    texts = [item["b"] for item in items if item["b"] is not None]
    assert found["min"]["b"] == min(texts, default=None)
    assert found["max"]["b"] == max(texts, default=None)
    for name in NUMBERS:
        values = numbers_of(items, name)
        sample = statistics.variance(values) if len(values) > 1 else None
        whole = statistics.pvariance(values) if values else None
        expected = {
            "sum": sum(values) if values else None,
            "avg": statistics.mean(values) if values else None,
            "min": min(values, default=None),
            "max": max(values, default=None),
            "variance": sample,
            "varSamp": sample,
            "varPop": whole,
            "stddev": None if sample is None else math.sqrt(sample),
            "stddevSamp": None if sample is None else math.sqrt(sample),
            "stddevPop": None if whole is None else math.sqrt(whole),
        }
        for function, value in expected.items():
            assert agree(found[function][name], value), (function, name, found[function][name], value)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    run=st.integers(0, RUNS - 1),
    least=st.integers(-2, 130),
    limit=st.none() | st.integers(0, 30),
    offset=st.none() | st.integers(0, 30),
)
async def test_aggregates_are_those_of_the_list(
    served: Served, run: int, least: int, limit: int | None, offset: int | None
) -> None:
    query = f"""query ($run: Int, $least: Int, $limit: Int, $offset: Int) {{
      itemAggregate(where: {{run: {{_eq: $run}}, id: {{_gte: $least}}}}, orderBy: {{id: DESC}}, limit: $limit, offset: $offset) {{
        aggregate {{ {FUNCTIONS} }} nodes {{ id }}
      }} }}"""
    items = [item for item in reversed(ITEMS) if item["run"] == run and item["id"] >= least][offset or 0 :]
    items = items if limit is None else items[:limit]

    data = await served.data(query, {"run": run, "least": least, "limit": limit, "offset": offset})

    assert len(served.sent) == 1
    assert [node["id"] for node in data["itemAggregate"]["nodes"]] == [item["id"] for item in items]
    assert_computed(data["itemAggregate"]["aggregate"], items)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    by=st.lists(st.sampled_from(["run", "a", "b", "c", "d", "box_id"]), min_size=1, max_size=3, unique=True),
    more=st.integers(0, 8),
    greatest=st.integers(0, 120),
)
async def test_groups_are_those_of_the_rows(served: Served, by: list[str], more: int, greatest: int) -> None:
    fields = {"box_id": "boxId"}
    names = ", ".join(name.upper() for name in by)
    query = f"""query ($more: Int, $greatest: Int) {{
      itemGroup(by: [{names}], having: {{count: {{predicate: {{_gt: $more}}}}, max: {{id: {{_lte: $greatest}}}}}}) {{
        key {{ {" ".join(fields.get(name, name) for name in by)} }} aggregate {{ {FUNCTIONS} }}
      }} }}"""
    expected: dict[tuple[Any, ...], list[Row]] = {}
    for item in ITEMS:
        key = tuple(float(item[name]) if name == "c" and item[name] else item[name] for name in by)
        expected.setdefault(key, []).append(item)

    data = await served.data(query, {"more": more, "greatest": greatest})

    found = {
        tuple(group["key"][fields.get(name, name)] for name in by): group["aggregate"] for group in data["itemGroup"]
    }
    chosen = {
        key: items
        for key, items in expected.items()
        if len(items) > more and max(item["id"] for item in items) <= greatest
    }
    assert found.keys() == chosen.keys()
    assert len(data["itemGroup"]) == len(chosen)
    for key, items in chosen.items():
        assert_computed(found[key], items)


async def test_related_rows_are_computed_with_in_the_same_statement(served: Served) -> None:
    data = await served.data(
        f"{{ box(orderBy: [{{itemAggregate: {{sum: {{id: DESC_NULLS_LAST}}}}}}]) {{ id itemAggregate {{ aggregate {{ {FUNCTIONS} }} }} }} }}"
    )

    assert len(served.sent) == 1
    sums: list[int] = []
    for box in data["box"]:
        items = [item for item in ITEMS if item["box_id"] == box["id"]]
        assert_computed(box["itemAggregate"]["aggregate"], items)
        sums.append(sum(item["id"] for item in items))
    assert sums == sorted(sums, reverse=True)


async def test_a_group_has_nothing_that_it_is_not_made_by(served: Served) -> None:
    error = await served.refusal("{ itemGroup(by: [A]) { key { a mine: b } } }")
    assert_clear(error, "VALIDATION", "itemGroup", "key", "mine")

    error = await served.refusal("{ itemGroup(by: [A], orderBy: {key: {b: ASC}}) { key { a } } }")
    assert_clear(error, "VALIDATION", "itemGroup", "orderBy", 0, "key", "b")


@pytest.mark.parametrize(
    ("having", "path"),
    [
        ("{count: null}", ["count"]),
        ("{sum: {id: {_gt: null}}}", ["sum", "id", "_gt"]),
        ("{_or: [{max: {b: null}}]}", ["_or", 0, "max", "b"]),
        ("{_not: null}", ["_not"]),
    ],
)
async def test_null_is_no_test(served: Served, having: str, path: list[str | int]) -> None:
    error = await served.refusal(f"{{ itemGroup(by: [A], having: {having}) {{ key {{ a }} }} }}")

    assert_clear(error, "VALIDATION", "itemGroup", "having", *path)


async def test_a_sum_may_be_greater_than_its_values(served: Served) -> None:
    data = await served.data(
        "query ($n: bigint) { itemGroup(by: [], having: {sum: {a: {_gt: $n}}}) { aggregate { sum { a } } } }",
        {"n": "4294967296"},
    )

    assert data["itemGroup"][0]["aggregate"]["sum"]["a"] == sum(item["a"] for item in ITEMS if item["a"] is not None)


async def test_a_negative_number_of_groups_is_refused(served: Served) -> None:
    error = await served.refusal("{ itemGroup(by: [A], limit: -1) { key { a } } }")

    assert_clear(error, "VALIDATION", "itemGroup", "limit")
