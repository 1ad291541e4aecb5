"""What is offered for columns of a type can be computed, grouped by and paged by, whatever the type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

VALUES = {
    '"char"': "a",
    "bpchar": "b",
    "name": "c",
    "citext": "d",
    "cidr": "10.0.0.0/8",
    "inet": "10.0.0.1",
    "oid": "5",
    "pg_lsn": "0/1",
    "tid": "(0,1)",
    "number": "1",
    "word": "x",
    "mood": "a",
    "int[]": "{1}",
    "mood[]": "{a}",
    "number[]": "{1}",
    "citext[]": "{a}",
    "money": "1.5",
    "interval": "1 day",
    "timetz": "10:00+00",
    "uuid": "00000000-0000-0000-0000-000000000001",
    "date[]": "{2020-01-01}",
    "varchar(3)": "abc",
    "char(4)": "ab",
    "numeric[]": "{1.5}",
    "float4": "1.5",
    "bytea": "x",
    "int4range": "[1,2)",
    "bit(3)": "101",
    "tsvector": "a",
    "macaddr": "00:00:00:00:00:01",
    "xid": "5",
    "json": "{}",
    "jsonb": "{}",
    "boolean": "true",
    "uuid[]": "{00000000-0000-0000-0000-000000000001}",
}
INCOMPARABLE = {"xid", "json"}
SCHEMA = f"""
CREATE EXTENSION citext; CREATE DOMAIN number AS integer; CREATE DOMAIN word AS text; CREATE TYPE mood AS ENUM ('a', 'B');
CREATE TABLE thing (id integer PRIMARY KEY, {", ".join(f"c{n} {type_}" for n, type_ in enumerate(VALUES))});
INSERT INTO thing VALUES (1, {", ".join(f"'{value}'" for value in VALUES.values())});
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with new_database(embedded_server.url, SCHEMA) as url, serving(url) as served:
        yield served


async def fields_of(served: Served, type_: str, members: str = "fields") -> list[str]:
    data = await served.data(f'{{ __type(name: "{type_}") {{ {members} {{ name }} }} }}')
    return [field["name"] for field in data["__type"][members]]


@pytest.mark.parametrize("function", ["sum", "avg", "min", "max", "varSamp"])
async def test_every_function_takes_the_columns_that_it_is_offered_for(served: Served, function: str) -> None:
    names = await fields_of(served, f"Thing{function[0].upper()}{function[1:]}Fields")

    data = await served.data(f"{{ thingAggregate {{ aggregate {{ {function} {{ {' '.join(names)} }} }} }} }}")

    found = data["thingAggregate"]["aggregate"][function]
    assert list(found) == names
    assert function == "varSamp" or None not in found.values()


@pytest.mark.parametrize(
    "query",
    [
        "{ thingGroup(by: [COLUMN]) { aggregate { count } } }",
        "{ thing(distinctOn: [COLUMN]) { id } }",
        "{ thingAggregate { aggregate { count(columns: COLUMN, distinct: true) } } }",
    ],
)
@pytest.mark.parametrize(("number", "type_"), [*enumerate(VALUES)], ids=[*VALUES])
async def test_values_are_told_apart_or_that_is_refused(served: Served, query: str, number: int, type_: str) -> None:
    answer = await served.answer(query.replace("COLUMN", f"C{number}"))

    if type_ in INCOMPARABLE:
        assert answer["errors"][0]["extensions"]["code"] == "VALIDATION", answer
    else:
        assert "errors" not in answer, answer


async def test_a_page_can_be_ordered_by_each_type_that_has_an_order(served: Served) -> None:
    names = await fields_of(served, "ThingOrderBy", "inputFields")
    assert len(names) == len(VALUES) + 1 - len(INCOMPARABLE)

    for name in names:
        ordering = f"orderBy: {{{name}: ASC}}"
        data = await served.data(f"{{ thingConnection({ordering}) {{ pageInfo {{ endCursor }} }} }}")
        cursor = data["thingConnection"]["pageInfo"]["endCursor"]
        data = await served.data(
            f'{{ thingConnection({ordering}, after: "{cursor}") {{ nodes {{ id }} pageInfo {{ hasPreviousPage }} }} }}'
        )
        assert data["thingConnection"] == {"nodes": [], "pageInfo": {"hasPreviousPage": True}}, name
