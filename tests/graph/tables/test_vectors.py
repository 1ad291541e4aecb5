"""Vectors: given as lists or texts, ordered by their distance through an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.graph.tables.plans import plan_of
from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEMA = """
CREATE SCHEMA extensions;
CREATE EXTENSION vector SCHEMA extensions;
CREATE TABLE "group" (id integer PRIMARY KEY);
CREATE TABLE point (
    id integer PRIMARY KEY, group_id integer NOT NULL REFERENCES "group", at extensions.vector(3) NOT NULL,
    sparse extensions.sparsevec(3), embedding_distance integer, embedding extensions.halfvec(2)
);
CREATE TABLE vector (id integer PRIMARY KEY, embedding extensions.vector);
INSERT INTO "group" VALUES (0), (1);
INSERT INTO point (id, group_id, at) SELECT n, n % 2, ARRAY[sin(n), cos(n * 3), sin(n * 7)]::extensions.vector
    FROM generate_series(1, 3000) AS n;
CREATE INDEX point_l2 ON point USING hnsw (at extensions.vector_l2_ops);
CREATE INDEX point_cosine ON point USING hnsw (at extensions.vector_cosine_ops);
CREATE INDEX point_product ON point USING ivfflat (at extensions.vector_ip_ops) WITH (lists = 10);
ANALYZE point;
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with new_database(embedded_server.url, SCHEMA) as url, serving(url) as served:
        yield served


@pytest.mark.parametrize(
    ("metric", "index"), [("L2", "point_l2"), ("COSINE", "point_cosine"), ("INNER_PRODUCT", "point_product")]
)
@pytest.mark.parametrize("where", ["", ", where: {id: {_gt: 10}}"], ids=["all", "filtered"])
async def test_the_nearest_are_found_by_an_index(served: Served, metric: str, index: str, where: str) -> None:
    query = f"""query ($to: vector!) {{
        point(orderBy: {{at: {{_distance: {{to: $to, metric: {metric}}}}}}}, limit: 5{where}) {{ id }}
    }}"""
    data = await served.data(query, {"to": [0.1, 0.2, 0.3]})

    assert len(data["point"]) == 5
    assert f"Index Scan using {index} on point" in await plan_of(served)


async def test_the_index_is_used_below_a_relationship_and_behind_another_term_it_is_not(served: Served) -> None:
    order = "{at: {_distance: {to: [1, 0, 0]}}}"
    await served.data(f"{{ point(orderBy: {order}, limit: 3) {{ id group {{ id }} }} }}")
    assert "point_l2" in await plan_of(served)

    await served.data(f"{{ point(orderBy: [{{groupId: ASC}}, {order}], limit: 3) {{ id }} }}")
    assert "point_l2" not in await plan_of(served)


async def test_all_rows_are_in_their_true_order(served: Served) -> None:
    rows = (
        await served.data("""{
        point(orderBy: {at: {_distance: {to: [0, 0, 1], metric: L1}}}) { id atDistance(to: [0, 0, 1], metric: L1) }
    }""")
    )["point"]

    assert len(rows) == 3000
    assert rows == sorted(rows, key=lambda row: (row["atDistance"], row["id"]))


@pytest.mark.parametrize("vector", [[1, 2.5, -3e-5], "[1,2.5,-0.00003]"], ids=["list", "text"])
async def test_a_vector_is_given_as_a_list_or_as_text(served: Served, vector: Any) -> None:
    written = (
        await served.data(
            "mutation ($row: VectorInsertInput!) { insertVectorOne(object: $row) { id embedding } }",
            {"row": {"id": 1, "embedding": vector}},
        )
    )["insertVectorOne"]
    changed = (
        await served.data("mutation { updateVectorByPk(pkColumns: {id: 1}, _set: {embedding: [7, 8]}) { embedding } }")
    )["updateVectorByPk"]
    await served.data("mutation { deleteVectorByPk(id: 1) { id } }")

    assert written == {"id": 1, "embedding": "[1,2.5,-3e-05]"}
    assert changed == {"embedding": "[7,8]"}


async def test_a_sparse_vector_leaves_zeros_out(served: Served) -> None:
    data = await served.data("mutation { updatePointByPk(pkColumns: {id: 1}, _set: {sparse: [0, 2, 0]}) { sparse } }")

    assert data["updatePointByPk"] == {"sparse": "{2:2}/3"}


@pytest.mark.parametrize("vector", [[1, "2", 3], [True, 0, 1], [None], {"a": 1}, 5, True, [[1]]])
async def test_anything_else_is_refused_with_its_place(served: Served, vector: Any) -> None:
    error = await served.refusal(
        "query ($to: vector!) { point(orderBy: {at: {_distance: {to: $to}}}) { id } }", {"to": vector}
    )

    assert error["extensions"] == {"code": "VALIDATION", "path": ["to"]}


async def test_a_text_that_is_no_vector_is_refused_with_its_place(served: Served) -> None:
    error = await served.refusal('{ point(orderBy: [{id: ASC}, {at: {_distance: {to: "near"}}}]) { id } }')

    assert error["extensions"] == {
        "code": "VALIDATION",
        "path": ["point", "orderBy", 1, "at", "_distance", "to"],
    }


async def test_a_vector_of_another_length_is_refused(served: Served) -> None:
    for query in (
        "{ point(orderBy: {at: {_distance: {to: [1, 2]}}}, limit: 1) { id } }",
        "{ point(limit: 1) { atDistance(to: [1, 2]) } }",
    ):
        assert (await served.refusal(query))["extensions"]["code"] == "VALIDATION"


async def test_a_page_by_distance_is_refused(served: Served) -> None:
    error = await served.refusal(
        "{ pointConnection(orderBy: [{id: ASC}, {at: {_distance: {to: [1, 2, 3]}}}]) { nodes { id } } }"
    )

    assert error["extensions"] == {"code": "VALIDATION", "path": ["pointConnection", "orderBy"]}


async def test_a_distance_that_would_hide_a_column_is_left_out(served: Served) -> None:
    data = await served.data('{ __type(name: "Point") { fields { name type { name } } } }')

    fields = {field["name"]: field["type"]["name"] for field in data["__type"]["fields"]}
    assert fields["embeddingDistance"] == "Int"
    assert fields["sparseDistance"] == "Float"


async def test_nothing_given_orders_by_nothing(served: Served) -> None:
    data = await served.data(
        "{ a: point(orderBy: {at: null}, limit: 1) { id } b: point(orderBy: {at: {_distance: null}}, limit: 1) { id }"
        " c: point(orderBy: {at: {}}, limit: 1) { id } }"
    )

    assert data == {"a": [{"id": 1}], "b": [{"id": 1}], "c": [{"id": 1}]}
