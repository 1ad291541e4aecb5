"""A change of the metadata is served when it is answered, by every process soon, and is whole or not at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from persistence.metadata.repository import PostgresMetadata
from tests.graph.access.calls import call, make_key
from tests.graph.metadata.shop import OWN, SET, SHOP, grant, permissions, select, trail

if TYPE_CHECKING:
    from tests.graph.conftest import Serve
    from tests.graph.tables.serving import Served

PATIENCE = 30
ORDERS = "{ orders(orderBy: {id: ASC}) { id } }"
EVERYTHING = {"table": "orders", "role": "user", "action": "SELECT", "columns": ["id"], "filter": {}}
DROP = 'mutation { dropTablePermission(table: "orders", role: "user", action: SELECT) { role } }'
NO_TRIGGERS = "DROP EVENT TRIGGER selfgraph_ddl_end; DROP EVENT TRIGGER selfgraph_drop"


async def read(served: Served, key: str) -> list[int] | str | None:
    """The orders that a key reads, or the code of the refusal."""
    data, code = await call(served, key, ORDERS)
    return code if data is None else [each["id"] for each in data["orders"]]


async def until_read(served: Served, key: str, expected: object) -> None:
    async with asyncio.timeout(PATIENCE):
        while await read(served, key) != expected:  # noqa: ASYNC110 - another process is not waited for otherwise
            await asyncio.sleep(0.01)


async def test_a_permission_acts_when_it_is_answered(serve: Serve) -> None:
    served = await serve(SHOP)
    key = await make_key(served, "user", "user")

    denied = await read(served, key)
    await grant(served, **EVERYTHING)
    allowed = await read(served, key)
    await grant(served, **{**EVERYTHING, "filter": {"total": {"_gt": 100}}})
    some = await read(served, key)
    await served.data(DROP)

    assert denied == "GRAPHQL_VALIDATION_FAILED"
    assert (allowed, some) == ([1, 2, 3], [2, 3])
    assert await read(served, key) == denied


@pytest.mark.parametrize(
    ("triggers", "settings"),
    [
        (True, {}),
        (False, {"catalog_poll_interval": 3600}),
        (True, {"database_prepared_statements": False, "catalog_poll_interval": 0.05}),
    ],
    ids=["event triggers", "none", "a pooler"],
)
async def test_another_process_serves_the_change_too(serve: Serve, *, triggers: bool, settings: dict[str, Any]) -> None:
    one = await serve(SHOP)
    if not triggers:
        await one.change(NO_TRIGGERS)
    two = await serve(**settings)
    key = await make_key(one, "user", "user")
    assert await read(two, key) == "GRAPHQL_VALIDATION_FAILED"

    await grant(one, **EVERYTHING)
    await until_read(two, key, [1, 2, 3])
    await one.data(DROP)
    await until_read(two, key, "GRAPHQL_VALIDATION_FAILED")


async def test_what_roles_inherit_is_served_when_it_changes(serve: Serve) -> None:
    served = await serve(SHOP)
    await served.data('mutation { createRole(name: "clerk") { name } }')
    await grant(served, **{**EVERYTHING, "role": "clerk"})
    await served.data('mutation { createRole(name: "chief", inherits: ["clerk"]) { name } }')
    key = await make_key(served, "chief", "chief")

    await until_read(served, key, [1, 2, 3])
    await served.data('mutation { updateRole(name: "chief", inherits: []) { name } }')

    await until_read(served, key, "GRAPHQL_VALIDATION_FAILED")


async def test_a_change_that_fails_leaves_nothing(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    served = await serve(SHOP)
    await grant(served, **select())
    before, events = await permissions(served), await trail(served)
    save = PostgresMetadata.save

    async def fail(self: PostgresMetadata, *arguments: Any) -> None:
        await save(self, *arguments)
        raise OSError("gone")

    monkeypatch.setattr(PostgresMetadata, "save", fail)
    refusal = await served.refusal(SET, {"input": select(filter={})})
    monkeypatch.undo()

    assert refusal["extensions"]["code"] == "UNAVAILABLE"
    assert await permissions(served) == before
    assert before[0]["filter"] == OWN
    assert await trail(served) == events


async def test_a_table_that_was_made_a_moment_ago_is_known(serve: Serve) -> None:
    # Nothing tells of it, and nobody looks.
    served = await serve(SHOP, database_prepared_statements=False, catalog_poll_interval=3600)
    async with served.database.acquire() as connection:
        await connection.execute("CREATE TABLE public.fresh (id integer PRIMARY KEY)")

    await grant(served, table="fresh", role="user", action="SELECT", columns=["id"], filter={})

    assert [each["table"] for each in await permissions(served)] == ["fresh"]
    key = await make_key(served, "user", "user")
    assert (await call(served, key, "{ fresh { id } }"))[0] == {"fresh": []}
