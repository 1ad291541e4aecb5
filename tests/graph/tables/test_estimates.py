"""Numbers of rows as the planner expects them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from graphql import OperationDefinitionNode, parse

from domain.tables.model import build_model
from domain.tables.operators import Operator
from domain.tables.plan import EVERYTHING, Comparison, SessionVariable
from domain.tables.rights import SelectRight, TableRights
from domain.tables.secure import Policy
from domain.tables.statement import Values
from graph.role_schema import basis_of, build_schema, static_schema
from graph.schema import TableOptions
from graph.tables.compiler import TableOperation
from graph.tables.naming import CamelNaming
from graph.tables.types import list_arguments
from persistence.catalog import CatalogReader, parse_catalog
from persistence.tables import PostgresTables
from tests.graph.tables.plans import plan_of
from tests.graph.tables.serving import new_database, serving
from tests.graph.tables.writing.ruled import GivenRights

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.tables.plan import Predicate
    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEMA = """
CREATE TABLE shelf (id integer PRIMARY KEY);
CREATE TABLE book (
    id integer PRIMARY KEY, shelf_id integer NOT NULL REFERENCES shelf, kind text NOT NULL, at timestamptz NOT NULL
) WITH (autovacuum_enabled = off);
INSERT INTO shelf SELECT generate_series(0, 9);
INSERT INTO book SELECT n, n % 10, CASE WHEN n % 100 = 0 THEN E'rare ''one'' \\\\ $1' ELSE 'common' END,
    '2026-01-01Z'::timestamptz + n * interval '1 hour' FROM generate_series(1, 20000) AS n;
ANALYZE shelf, book;
"""
RARE = "rare 'one' \\ $1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with new_database(embedded_server.url, SCHEMA) as url, serving(url) as served:
        yield served


async def estimated(served: Served, where: Any) -> tuple[int, int]:
    """The estimate and the number."""
    data = await served.data(
        "query ($where: BookBoolExp) { bookConnection(where: $where, first: 0) {"
        " estimate: totalCount(estimate: true) exact: totalCount } }",
        {"where": where},
    )
    assert len(served.sent) == 1
    connection = data["bookConnection"]
    return connection["estimate"], connection["exact"]


@pytest.mark.parametrize(
    "where",
    [
        None,
        {"kind": {"_eq": "common"}},
        {"kind": {"_eq": RARE}},
        {"kind": {"_in": [RARE, "absent"]}},
        {"kind": {"_like": "rare%"}},
        {"_not": {"kind": {"_eq": "common"}}},
        {"at": {"_lt": "2026-02-01T00:00:00Z"}},
        {"_or": [{"id": {"_lte": 100}}, {"id": {"_gt": 19_000}}]},
        {"shelf": {"id": {"_eq": 3}}},
        {"shelfId": {"_eq": 3}, "kind": {"_isNull": False}},
    ],
)
async def test_an_estimate_is_near_the_number(served: Served, where: Any) -> None:
    estimate, exact = await estimated(served, where)

    assert exact
    assert estimate == pytest.approx(exact, rel=0.3, abs=30)


async def test_nothing_is_counted_for_an_estimate(served: Served) -> None:
    query = "{{ bookConnection(first: 0{}) {{ totalCount(estimate: {}) }} }}"
    where = ', where: {kind: {_neq: "x"}}'
    await served.data(query.format(where, "true"))
    assert "Aggregate" not in await plan_of(served)

    await served.data(query.format(where, "false"))
    assert "Aggregate" in await plan_of(served)


async def test_one_statement_serves_every_value(served: Served) -> None:
    await estimated(served, {"kind": {"_eq": RARE}})
    first = served.sent[0].text
    await estimated(served, {"kind": {"_eq": "'); DROP TABLE book; --"}})

    assert served.sent[0].text == first
    assert (await estimated(served, None))[1] == 20_000


async def test_a_value_that_does_not_fit_is_refused_with_its_place(served: Served) -> None:
    error = await served.refusal('{ bookConnection(where: {at: {_gt: "later"}}) { totalCount(estimate: true) } }')

    assert error["extensions"] == {"code": "VALIDATION", "path": ["bookConnection", "where", "at", "_gt"]}


async def statement_for(served: Served, rights: GivenRights, where: str) -> tuple[str, list[bytes]]:
    """The statement of an estimate under rights, and its answer for the shelf 3."""
    catalog = parse_catalog(await CatalogReader(served.database, ["public"]).read())
    static = static_schema()
    basis = basis_of(static, build_model(catalog), TableOptions(CamelNaming(), "public"))
    schema = build_schema(static, basis, rights)
    document = parse(f"{{ bookConnection(where: {where}, first: 0) {{ totalCount(estimate: true) }} }}")
    node = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    tables = PostgresTables(served.database)
    operation = TableOperation(schema, document, node, list_arguments(CamelNaming()), Policy(1000, rights))
    compiled, values = operation.compile({}, tables)
    assert compiled.statement is not None
    return compiled.statement.text, list(await tables.run(compiled.statement, Values(values, {"x-shelf": "3"})))


def seen(where: Predicate = EVERYTHING, *columns: str) -> TableRights:
    return TableRights(SelectRight(dict.fromkeys(columns, EVERYTHING), filter=where))


async def test_what_a_filter_finds_among_hidden_rows_is_counted_and_never_estimated(served: Served) -> None:
    catalog = parse_catalog(await CatalogReader(served.database, ["public"]).read())
    book = next(table for table in catalog.tables if table.name.name == "book")
    shelf = book.by_name["shelf_id"]
    mine = Comparison(shelf, Operator.EQ, SessionVariable("x-shelf", shelf.type))
    other = Comparison(catalog.tables[1].by_name["id"], Operator.GT, SessionVariable("x-shelf", shelf.type))
    all_books, all_shelves = seen(EVERYTHING, *book.by_name), seen(EVERYTHING, "id")
    some_books = seen(mine, *book.by_name)

    restricted = GivenRights({"book": some_books, "shelf": all_shelves})
    text, answer = await statement_for(served, restricted, '{kind: {_eq: "common"}}')
    assert "estimate_rows" not in text
    assert answer == [b'{"totalCount":2000}']

    text, answer = await statement_for(served, restricted, "{}")
    assert "estimate_rows" in text
    assert answer == [b'{"totalCount":2000}']

    around = GivenRights({"book": all_books, "shelf": seen(other, "id")})
    assert "estimate_rows" not in (await statement_for(served, around, "{_not: {_or: [{shelf: {id: {_eq: 1}}}]}}"))[0]
    assert "estimate_rows" in (await statement_for(served, around, "{id: {_gt: 5}}"))[0]
