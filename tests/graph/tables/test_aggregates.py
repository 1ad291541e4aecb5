"""What aggregates and `distinctOn` refuse, and values of types that are special to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.graph.tables.refusals import SCHEMA, assert_clear
from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with new_database(embedded_server.url, SCHEMA) as url, serving(url, max_rows=10) as served:
        yield served


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ("distinctOn: LABEL, orderBy: {day: ASC}", ["thing", "distinctOn"]),
        ("distinctOn: [LABEL, DAY], orderBy: {day: ASC}", ["thing", "distinctOn"]),
        ("distinctOn: [LABEL], orderBy: [{day: ASC}, {label: ASC}]", ["thing", "distinctOn"]),
        ("distinctOn: [LABEL, RAW]", ["thing", "distinctOn", 1]),
    ],
)
async def test_rows_are_told_apart_by_what_they_are_ordered_by(
    served: Served, arguments: str, path: list[str | int]
) -> None:
    assert_clear(await served.refusal(f"{{ thing({arguments}) {{ id }} }}"), "VALIDATION", *path)


async def test_related_columns_do_not_count_as_the_beginning_of_an_ordering(served: Served) -> None:
    error = await served.refusal("{ part(distinctOn: THING_ID, orderBy: {thing: {id: ASC}}) { id } }")

    assert_clear(error, "VALIDATION", "part", "distinctOn")


async def test_what_cannot_be_compared_cannot_be_counted_once(served: Served) -> None:
    error = await served.refusal("{ thingAggregate { aggregate { n: count(columns: RAW, distinct: true) } } }")

    assert_clear(error, "VALIDATION", "thingAggregate", "aggregate", "n", "columns", 0)


async def test_what_cannot_be_compared_can_be_counted(served: Served) -> None:
    data = await served.data("{ thingAggregate { aggregate { count(columns: [RAW, LABEL]) } } }")

    assert data["thingAggregate"]["aggregate"]["count"] == 0


async def test_nodes_are_bounded_and_numbers_are_not(served: Served) -> None:
    data = await served.data("{ partAggregate { aggregate { count max { id } } } }")
    assert data["partAggregate"]["aggregate"] == {"count": 12, "max": {"id": 12}}

    assert_clear(await served.refusal("{ partAggregate { aggregate { count } nodes { id } } }"), "PAYLOAD_TOO_LARGE")


async def test_a_distinct_count_leaves_the_nodes_in_their_order(served: Served) -> None:
    data = await served.data(
        "{ partAggregate(orderBy: {id: DESC}, limit: 9) { aggregate { count(columns: ID, distinct: true) } nodes { id } } }"
    )

    assert [node["id"] for node in data["partAggregate"]["nodes"]] == list(range(12, 3, -1))


async def test_json_columns_have_no_extremes_and_texts_no_sum(served: Served) -> None:
    data = await served.data(
        '{ a: __type(name: "ThingMaxFields") { fields { name } } b: __type(name: "ThingSumFields") { fields { name } } }'
    )

    assert not {field["name"] for field in data["a"]["fields"]} & {"document", "raw", "flag", "period", "bits"}
    assert {field["name"] for field in data["b"]["fields"]} == {"id", "small", "big", "exact", "ratio", "fee"}


async def test_every_column_of_the_extremes_has_one(served: Served) -> None:
    described = await served.data('{ __type(name: "ThingMaxFields") { fields { name } } }')
    names = " ".join(field["name"] for field in described["__type"]["fields"])

    data = await served.data(f"{{ thingAggregate {{ aggregate {{ max {{ {names} }} min {{ {names} }} }} }} }}")

    assert data["thingAggregate"]["aggregate"]["max"]["id"] == 3


async def test_an_aggregate_of_which_nothing_is_computed_is_there_once(served: Served) -> None:
    query = """query($no: Boolean = false, $none: Boolean = true) {
        every: thingAggregate { aggregate { __typename } }
        none: thingAggregate(where: {id: {_lt: 0}}) { aggregate { __typename } }
        skipped: thingAggregate { aggregate { count @include(if: $no) max { __typename } } nodes { id @skip(if: $none) } }
    }"""

    data = await served.data(query)

    named = {"aggregate": {"__typename": "ThingAggregateFields"}}
    assert (data["every"], data["none"]) == (named, named)
    assert data["skipped"]["aggregate"] == {"max": {"__typename": "ThingMaxFields"}}


async def test_a_default_that_no_float_holds_is_refused(served: Served) -> None:
    error = await served.refusal("query($ratio: Float = 1e999) { thing(where: {ratio: {_eq: $ratio}}) { id } }")

    assert error["extensions"]["code"] in {"VALIDATION", "GRAPHQL_VALIDATION_FAILED"}


async def test_nothing_is_not_selected(served: Served) -> None:
    for query in ("{}", "{ thing {} }"):
        assert (await served.refusal(query))["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
