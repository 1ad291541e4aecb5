"""Full text search, through an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.graph.tables.plans import plan_of
from tests.graph.tables.serving import execute, new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEMA = """
CREATE TABLE page (
    id integer PRIMARY KEY, body text NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('english', body)) STORED
);
INSERT INTO page (id, body) SELECT n, 'common words ' || CASE n % 1000 WHEN 0 THEN 'and rarities' ELSE '' END
    FROM generate_series(1, 5000) AS n;
CREATE INDEX page_words ON page USING gin (words);
CREATE INDEX page_range ON page (id);
CREATE TABLE stay (id integer PRIMARY KEY, days int4range);
INSERT INTO stay SELECT n, int4range(n, n + 2) FROM generate_series(1, 5000) AS n;
CREATE INDEX stay_days ON stay USING gist (days);
VACUUM ANALYZE;
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with new_database(embedded_server.url) as url:
        for command in SCHEMA.split(";\n"):
            await execute(url, command)
        await execute(
            url,
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_text_search_config = %L',"
            " current_database(), 'english'); END $$",
        )
        async with serving(url) as served:
            yield served


async def test_a_search_of_a_document_of_words_goes_through_its_index(served: Served) -> None:
    data = await served.data("query ($w: String) { page(where: {words: {_search: $w}}) { id } }", {"w": "rarity"})

    assert [row["id"] for row in data["page"]] == [1000, 2000, 3000, 4000, 5000]
    assert "Bitmap Index Scan on page_words" in await plan_of(served)


async def test_a_text_is_searched_in_the_configuration_of_the_database(served: Served) -> None:
    data = await served.data('{ page(where: {body: {_search: "rarity -absent"}}) { id } }')

    assert len(data["page"]) == 5


@pytest.mark.parametrize("words", ["", "'", '"', "-", "or or or", "a & | ! <-> :* (", "\\", "é" * 5000])
async def test_no_search_is_an_error(served: Served, words: str) -> None:
    query = "query ($w: String) { a: page(where: {words: {_search: $w}}) { id } b: page(where: {body: {_search: $w}}) { id } }"

    assert (await served.data(query, {"w": words})) == {"a": [], "b": []}


@pytest.mark.parametrize(
    "test", ['_contains: "[7,8)"', "_containsElement: 8", '_overlaps: "[1,3)"', '_adjacent: "[9,10)"']
)
async def test_a_range_is_found_by_its_index(served: Served, test: str) -> None:
    data = await served.data(f"{{ stay(where: {{days: {{{test}}}}}) {{ id }} }}")

    assert data["stay"]
    assert "stay_days" in await plan_of(served)
