"""Parts of JSON columns, wherever rows are answered, and paths that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEMA = """
CREATE TABLE shop (id integer PRIMARY KEY, data jsonb NOT NULL);
CREATE TABLE item (id integer PRIMARY KEY, shop_id integer REFERENCES shop, data json);
INSERT INTO shop VALUES (1, '{"city": {"name": "Bern"}}');
INSERT INTO item VALUES (1, 1, '{"tags": ["a", "b"]}');
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with new_database(embedded_server.url, SCHEMA) as url, serving(url) as served:
        yield served


async def test_a_part_is_answered_wherever_rows_are(served: Served) -> None:
    data = await served.data(
        """query ($city: String = "city.name", $tag: String!) {
        shopByPk(id: 1) { data(path: $city) item { data(path: $tag) } }
        item { shop { data(path: "$.city['name']") } }
        shopAggregate { nodes { data(path: $city) } }
        shopConnection { edges { node { data(path: $city) } } nodes { data(path: "city") } }
    }""",
        {"tag": "tags[1]"},
    )

    assert data == {
        "shopByPk": {"data": "Bern", "item": [{"data": "b"}]},
        "item": [{"shop": {"data": "Bern"}}],
        "shopAggregate": {"nodes": [{"data": "Bern"}]},
        "shopConnection": {"edges": [{"node": {"data": "Bern"}}], "nodes": [{"data": {"name": "Bern"}}]},
    }


@pytest.mark.parametrize("further", ["", "item { id }"], ids=["one statement", "two statements"])
async def test_a_part_of_a_written_row_is_answered(served: Served, further: str) -> None:
    data = await served.data(
        f"mutation ($path: String) {{ updateShop(where: {{}}, _append: {{data: {{n: [1, 2]}}}}) {{"
        f' returning {{ data(path: $path) last: data(path: "n[-1]") {further} }} }} }}',
        {"path": "$.city"},
    )

    (row,) = data["updateShop"]["returning"]
    assert (row["data"], row["last"]) == ({"name": "Bern"}, 2)


@pytest.mark.parametrize(
    ("path", "expected"), [("city", {"name": "Bern"}), ("$", None), ("nowhere", None), (None, None)]
)
async def test_one_statement_serves_every_path(served: Served, path: str | None, expected: Any) -> None:
    whole = (await served.data("{ shop { data } }"))["shop"][0]["data"]

    rows = (await served.data("query ($path: String) { shop { data(path: $path) } }", {"path": path}))["shop"]

    assert rows == [{"data": whole if path in {"$", None} else expected}]
    assert [sent.values for sent in served.sent] == ([()] if path is None else [([path] if path != "$" else [],)])


@pytest.mark.parametrize("path", ["", "a b", "$..a", "$.*", "[", "x" * 2000])
async def test_what_is_no_path_is_refused_with_its_place(served: Served, path: str) -> None:
    error = await served.refusal("query ($path: String) { shop { item { part: data(path: $path) } } }", {"path": path})
    assert error["extensions"] == {"code": "VALIDATION", "path": ["shop", "item", "part", "path"]}

    changed = await served.refusal(
        "mutation ($path: String) { deleteItem(where: {}) { returning { data(path: $path) } } }", {"path": path}
    )
    assert changed["extensions"]["code"] == "VALIDATION"
    assert (await served.data("{ item { id } }"))["item"]


async def test_other_columns_have_no_parts(served: Served) -> None:
    error = await served.refusal('{ shop { id(path: "a") } }')

    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
