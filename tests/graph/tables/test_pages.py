"""Connections: all pages together are the list, from either end; what else a cursor is good for is refused."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.graph.tables.boxes import BOX, ITEMS, RUNS, Row, served_boxes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

DIRECTIONS = ("ASC", "ASC_NULLS_FIRST", "ASC_NULLS_LAST", "DESC", "DESC_NULLS_FIRST", "DESC_NULLS_LAST")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with served_boxes(embedded_server.url) as served:
        yield served


def value_of(item: Row, name: str) -> Any:
    box = BOX.get(item["box_id"], {})
    match name:
        case "c":
            return None if item["c"] is None else float(item["c"])
        case "label" | "size":
            return box.get(name)
        case "count":
            return sum(other["box_id"] == item["box_id"] for other in ITEMS) if box else None
        case _:
            return item[name]


def written(name: str, direction: str) -> str:
    match name:
        case "label" | "size":
            return f"{{box: {{{name}: {direction}}}}}"
        case "count":
            return f"{{box: {{itemAggregate: {{count: {direction}}}}}}}"
        case _:
            return f"{{{name}: {direction}}}"


def in_order(items: Sequence[Row], terms: Sequence[tuple[str, str]]) -> list[Row]:
    """The items sorted term by term, then by their key."""

    def compared(one: Row, other: Row) -> int:
        for name, direction in [*terms, ("id", "ASC")]:
            left, right = value_of(one, name), value_of(other, name)
            descending = direction.startswith("DESC")
            first = direction.endswith("FIRST") or direction == "DESC"
            if left == right:
                continue
            if left is None or right is None:
                return -1 if (left is None) is first else 1
            return -1 if (left < right) is not descending else 1
        return 0

    return sorted(items, key=cmp_to_key(compared))


NAMES = ("a", "b", "c", "d", "label", "size", "count")
orderings = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(DIRECTIONS)), max_size=3)


async def page(served: Served, ordering: str, run: int, **places: Any) -> Mapping[str, Any]:
    given = {name: value for name, value in places.items() if value is not None}
    query = f"""query ($run: Int, $first: Int, $after: String, $last: Int, $before: String) {{
      itemConnection(where: {{run: {{_eq: $run}}}}, orderBy: {ordering}, first: $first, after: $after, last: $last, before: $before) {{
        edges {{ cursor node {{ id }} }} nodes {{ id }} totalCount
        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
      }} }}"""
    data = await served.data(query, {"run": run, **given})
    assert len(served.sent) == 1
    found: dict[str, Any] = data["itemConnection"]
    cursors = [edge["cursor"] for edge in found["edges"]]
    assert [edge["node"] for edge in found["edges"]] == found["nodes"]
    assert found["pageInfo"]["startCursor"] == (cursors[0] if cursors else None)
    assert found["pageInfo"]["endCursor"] == (cursors[-1] if cursors else None)
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=orderings, run=st.integers(0, RUNS - 1), size=st.integers(1, 9), backward=st.booleans())
async def test_all_pages_together_are_the_list(
    served: Served, terms: list[tuple[str, str]], run: int, size: int, *, backward: bool
) -> None:
    expected = [item["id"] for item in in_order([item for item in ITEMS if item["run"] == run], terms)]
    ordering = f"[{', '.join(written(*term) for term in terms)}]"
    found: list[int] = []
    cursor = None
    while True:
        places = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        got = await page(served, ordering, run, **places)
        ids = [node["id"] for node in got["nodes"]]
        found = [*ids, *found] if backward else [*found, *ids]
        told = got["pageInfo"]
        here, behind = ("hasPreviousPage", "hasNextPage") if backward else ("hasNextPage", "hasPreviousPage")
        assert told[here] is (len(found) < len(expected))
        assert told[behind] is (cursor is not None)
        assert got["totalCount"] == len(expected)
        if not told[here]:
            break
        cursor = told["startCursor" if backward else "endCursor"]

    assert found == expected


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=orderings, run=st.integers(0, RUNS - 1), data=st.data())
async def test_between_two_cursors_is_what_lies_between(
    served: Served, terms: list[tuple[str, str]], run: int, data: st.DataObject
) -> None:
    expected = [item["id"] for item in in_order([item for item in ITEMS if item["run"] == run], terms)]
    ordering = f"[{', '.join(written(*term) for term in terms)}]"
    edges = (await page(served, ordering, run))["edges"]
    start, end = data.draw(st.integers(0, len(edges) - 1)), data.draw(st.integers(0, len(edges) - 1))

    got = await page(served, ordering, run, after=edges[start]["cursor"], before=edges[end]["cursor"], first=2)

    between = expected[start + 1 : end] if start < end else []
    assert [node["id"] for node in got["nodes"]] == between[:2]
    assert got["pageInfo"]["hasNextPage"] is True
    assert got["pageInfo"]["hasPreviousPage"] is True


async def cursor_of(served: Served, arguments: str = "first: 1") -> str:
    data = await served.data(f"{{ itemConnection({arguments}) {{ pageInfo {{ endCursor }} }} }}")
    return str(data["itemConnection"]["pageInfo"]["endCursor"])


async def refused(served: Served, arguments: str, argument: str, **variables: Any) -> str:
    error = await served.refusal(
        f"query {'($c: String)' if variables else ''} {{ itemConnection({arguments}) {{ nodes {{ id }} }} }}", variables
    )
    assert error["extensions"] == {"code": "VALIDATION", "path": ["itemConnection", argument]}, error
    return str(error["message"])


async def test_a_cursor_of_another_order_is_refused(served: Served) -> None:
    cursor = await cursor_of(served, "first: 1, orderBy: {a: ASC}")

    assert "cursor" in await refused(served, "after: $c", "after", c=cursor)
    assert "cursor" in await refused(served, "after: $c, orderBy: {a: DESC}", "after", c=cursor)
    assert "cursor" in await refused(served, "last: 1, before: $c, orderBy: {b: ASC}", "before", c=cursor)


async def test_a_cursor_of_another_table_is_refused(served: Served) -> None:
    error = await served.refusal(
        "query ($c: String) { boxConnection(after: $c) { nodes { id } } }", {"c": await cursor_of(served)}
    )

    assert error["extensions"]["path"] == ["boxConnection", "after"]


async def test_a_cursor_outlives_its_row_and_another_filter(served: Served) -> None:
    cursor = await cursor_of(served, "first: 1, where: {id: {_eq: 50}}")

    data = await served.data(
        "query ($c: String) { itemConnection(after: $c, first: 1, where: {run: {_eq: 0}}) { nodes { id } } }",
        {"c": cursor},
    )

    assert data["itemConnection"]["nodes"] == [{"id": 54}]


async def test_a_cursor_can_be_a_literal(served: Served) -> None:
    cursor = await cursor_of(served, "first: 3")

    data = await served.data(f'{{ itemConnection(after: "{cursor}", first: 1) {{ nodes {{ id }} }} }}')

    assert data["itemConnection"]["nodes"] == [{"id": 4}]


async def test_a_forged_cursor_is_refused_with_its_place(served: Served) -> None:
    genuine = await cursor_of(served)

    assert "cursor" in await refused(served, "after: $c", "after", c="nonsense")
    assert "cursor" in await refused(served, "after: $c", "after", c="")
    assert "cursor" in await refused(served, "after: $c", "after", c=genuine + "AAAA")


async def test_a_value_that_does_not_fit_is_refused_with_its_place(served: Served) -> None:
    from base64 import urlsafe_b64decode, urlsafe_b64encode  # noqa: PLC0415 - for this forgery alone

    genuine = await cursor_of(served)
    text = urlsafe_b64decode(genuine + "==").decode().replace('"1"', '"x"')

    assert "int4" in await refused(
        served, "after: $c", "after", c=urlsafe_b64encode(text.encode()).decode().rstrip("=")
    )


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ("first: 1, last: 1", "last"),
        ("first: -1", "first"),
        ("last: -1", "last"),
        ("first: 1001", "first"),
        ("last: 2147483647", "last"),
    ],
)
async def test_sizes_have_bounds(served: Served, arguments: str, argument: str) -> None:
    await refused(served, arguments, argument)


async def test_a_page_of_nothing_knows_whether_there_is_more(served: Served) -> None:
    got = await page(served, "[]", 0, first=0)

    assert got["nodes"] == []
    assert got["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


async def test_null_is_no_cursor_and_no_size(served: Served) -> None:
    data = await served.data("{ itemConnection(first: null, after: null, last: null, before: null) { nodes { id } } }")

    assert len(data["itemConnection"]["nodes"]) == 50


async def test_a_repeated_page_is_compiled_once_for_cursors_with_and_without_null(served: Served) -> None:
    texts: set[str] = set()
    cursor = None
    query = "query ($c: String) { itemConnection(orderBy: {a: ASC}, first: 20, after: $c) { pageInfo { endCursor hasNextPage } } }"
    while True:
        data = await served.data(query, {"c": cursor})
        texts.add(served.sent[0].text)
        cursor = data["itemConnection"]["pageInfo"]["endCursor"]
        if not data["itemConnection"]["pageInfo"]["hasNextPage"]:
            break

    assert len(texts) == 3  # from the front, behind a value, behind NULL


@pytest.mark.parametrize(
    ("ordering", "size", "index", "condition"),
    [
        ("[]", "first", "long_pkey", "(id > "),
        ("[]", "last", "long_pkey", "(id < "),
        ("{a: ASC}", "first", "long_a", "(ROW(a, id) > ROW("),
        ("[{a: DESC}, {id: DESC}]", "first", "long_a", "(ROW(a, id) < ROW("),
        ("{a: ASC}", "last", "long_a", "(ROW(a, id) < ROW("),
        ("{b: DESC}", "first", "long_b", "(b <= "),
    ],
)
async def test_a_page_is_found_by_an_index(
    served: Served, ordering: str, size: str, index: str, condition: str
) -> None:
    place = "after" if size == "first" else "before"
    middle = f"orderBy: {ordering}, where: {{id: {{_eq: 9000}}}}"
    cursor = (await served.data(f"{{ longConnection({middle}) {{ pageInfo {{ endCursor }} }} }}"))["longConnection"][
        "pageInfo"
    ]["endCursor"]
    await served.data(
        f"query ($c: String) {{ longConnection(orderBy: {ordering}, {size}: 20, {place}: $c) {{ nodes {{ id }} }} }}",
        {"c": cursor},
    )
    statement = served.sent[0]

    async with served.database.pool.acquire() as connection:
        lines = await connection.fetch(f"EXPLAIN {statement.text}", *statement.values)

    plan = "\n".join(line[0] for line in lines)
    assert f"using {index} on long" in plan, plan
    assert f"Index Cond: {condition}" in plan, plan
    assert "Sort Key: t" not in plan.split(f"using {index}")[1], plan
