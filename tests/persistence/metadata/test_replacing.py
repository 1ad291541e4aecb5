"""Everything at once, on real PostgreSQL: checked whole, written whole, or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.actor import Actor
from domain.client import UNKNOWN_CLIENT
from domain.metadata.problems import MisfitsError
from domain.metadata.replacing import Replaced, ReplaceMetadata
from domain.tables.catalog import TableName
from domain.tables.inconsistencies import InconsistentPart
from domain.tables.metadata import (
    NO_METADATA,
    Action,
    ByColumns,
    ComputedFieldDefinition,
    FunctionSettings,
    Metadata,
    Permission,
    RelationshipDefinition,
    RelationshipKind,
    TableSettings,
)
from persistence.catalog import CatalogReader, parse_catalog
from persistence.database import Database, DatabaseOptions
from persistence.metadata.source import PostgresMetadataSource
from persistence.metadata.work import PostgresOpenMetadata
from persistence.transactions import Transactions
from tests.graph.metadata.shop import SHOP
from tests.persistence.structure import execute

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.tables.catalog import Catalog

ADMIN = Actor("admin")
ORDERS, CUSTOMER, MISSING = (TableName("public", name) for name in ("orders", "customer", "missing"))
BUYER = RelationshipDefinition(
    TableName("public", "large_order"),
    "buyer",
    RelationshipKind.OBJECT,
    ByColumns(CUSTOMER, (("customer_id", "id"),)),
)
OWN = Permission(ORDERS, "buyer", Action.SELECT, ("id",), filter={"customer_id": {"_eq": "X-User-Id"}}, comment=" x ")
SHOP_METADATA = Metadata(
    tables={ORDERS: TableSettings(ORDERS, custom_name="purchase"), CUSTOMER: TableSettings(CUSTOMER)},
    relationships=(BUYER,),
    computed_fields=(ComputedFieldDefinition(CUSTOMER, "label", TableName("public", "customer_label")),),
    functions={
        TableName("public", "find_orders"): FunctionSettings(
            TableName("public", "find_orders"), roles=frozenset({"buyer", "seller"})
        )
    },
    permissions=(OWN, Permission(CUSTOMER, "user", Action.DELETE, filter={"orders": {}})),
    inherits={"buyer": frozenset({"user", "guest"}), "seller": frozenset()},
)


@pytest.fixture
async def shop(any_migrated_database: str) -> AsyncGenerator[Database]:
    database = await Database.connect(DatabaseOptions(any_migrated_database))
    try:
        await execute(any_migrated_database, SHOP)
        yield database
    finally:
        await database.close()


async def put(database: Database, metadata: Metadata, *, allow_misfits: bool = False, keep: bool = True) -> Replaced:
    reader = CatalogReader(database, ["public"])

    async def read_catalog() -> Catalog:
        return parse_catalog(await reader.read())

    async def serve() -> None:
        return

    use_case = ReplaceMetadata(PostgresOpenMetadata(Transactions(database)), read_catalog, serve)
    return await use_case(ADMIN, UNKNOWN_CLIENT, metadata, allow_misfits=allow_misfits, keep=keep)


async def kept(database: Database) -> Metadata:
    return replace(await PostgresMetadataSource(database).read(), version="")


async def trail(database: Database) -> int:
    count: int = await database.fetch_value("SELECT count(*) FROM selfgraph.audit_events")
    return count


async def roles(database: Database) -> set[str]:
    async with database.acquire() as connection:
        return {row["name"] for row in await connection.fetch("SELECT name FROM selfgraph.roles WHERE NOT built_in")}


async def test_everything_is_written_and_missing_roles_are_made(shop: Database) -> None:
    replaced = await put(shop, SHOP_METADATA)

    assert replaced.changed
    assert replaced.new_roles == ("buyer", "guest", "seller")
    assert await roles(shop) == {"buyer", "guest", "seller"}
    found = await kept(shop)
    assert found.tables == {ORDERS: SHOP_METADATA.tables[ORDERS]}
    assert found.relationships == SHOP_METADATA.relationships
    assert found.computed_fields == SHOP_METADATA.computed_fields
    assert found.functions == SHOP_METADATA.functions
    assert {str(replace(each, ways=None)) for each in found.permissions} == {
        str(replace(OWN, comment="x")),
        str(SHOP_METADATA.permissions[1]),
    }
    assert [each.ways is not None for each in found.permissions] == [True, False]
    assert found.inherits == {"buyer": frozenset({"user", "guest"})}
    assert await trail(shop) == 1


async def test_the_same_once_more_changes_nothing(shop: Database) -> None:
    await put(shop, SHOP_METADATA)
    before = await PostgresMetadataSource(shop).version()

    again = await put(shop, replace(SHOP_METADATA, permissions=SHOP_METADATA.permissions[::-1]))

    assert not again.changed
    assert again.new_roles == ()
    assert await PostgresMetadataSource(shop).version() == before
    assert await trail(shop) == 1


async def test_what_is_not_said_is_gone_but_roles(shop: Database) -> None:
    await put(shop, SHOP_METADATA)

    await put(shop, NO_METADATA)

    assert await kept(shop) == NO_METADATA
    assert await roles(shop) == {"buyer", "guest", "seller"}


async def test_a_look_writes_nothing(shop: Database) -> None:
    looked = await put(shop, SHOP_METADATA, keep=False)

    assert looked.changed
    assert looked.new_roles == ("buyer", "guest", "seller")
    assert await kept(shop) == NO_METADATA
    assert await roles(shop) == set()
    assert await trail(shop) == 0


WRONG = Metadata(
    tables={
        MISSING: TableSettings(MISSING, custom_name="x"),
        ORDERS: TableSettings(ORDERS, custom_name="two words", column_names={"missing": "x"}),
    },
    relationships=(BUYER, BUYER, replace(BUYER, name="lost", using=ByColumns(MISSING, (("id", "id"),)))),
    computed_fields=(ComputedFieldDefinition(CUSTOMER, "label", MISSING),),
    functions={MISSING: FunctionSettings(MISSING, roles=frozenset({"admin"}))},
    permissions=(
        replace(OWN, columns=("id", "missing")),
        replace(OWN, action=Action.DELETE),
        Permission(CUSTOMER, "admin", Action.SELECT, filter={}),
        Permission(CUSTOMER, "Not A Role", Action.SELECT, filter={"missing": 1}),
    ),
    inherits={"buyer": frozenset({"seller"}), "seller": frozenset({"buyer"}), "user": frozenset({"buyer"})},
)


async def test_everything_that_is_wrong_is_told_and_nothing_is_written(shop: Database) -> None:
    await put(shop, SHOP_METADATA)
    before, version = await kept(shop), await PostgresMetadataSource(shop).version()

    with pytest.raises(MisfitsError) as refused:
        await put(shop, WRONG)

    told = {(each.part.value, each.where.name, each.name) for each in refused.value.misfits}
    assert told >= {
        ("table", "missing", ""),
        ("table", "orders", ""),
        ("column", "orders", "missing"),
        ("relationship", "large_order", "buyer"),
        ("relationship", "large_order", "lost"),
        ("computed_field", "customer", "label"),
        ("function", "missing", ""),
        ("permission", "orders", "buyer: select"),
        ("permission", "orders", "buyer: delete"),
        ("permission", "customer", "admin: select"),
        ("permission", "customer", "Not A Role: select"),
        ("role", "roles", "Not A Role"),
        ("role", "roles", "buyer"),
        ("role", "roles", "user"),
    }
    assert refused.value.extensions()["count"] == len(refused.value.misfits)
    assert await kept(shop) == before
    assert await PostgresMetadataSource(shop).version() == version
    assert await trail(shop) == 1


async def test_what_does_not_fit_is_taken_where_that_is_said(shop: Database) -> None:
    lost = Metadata(permissions=(Permission(MISSING, "user", Action.SELECT, ("id",), filter={}),))
    with pytest.raises(MisfitsError):
        await put(shop, lost)

    replaced = await put(shop, lost, allow_misfits=True)

    assert [each.part for each in replaced.misfits] == [InconsistentPart.PERMISSION]
    assert await kept(shop) == lost
    with pytest.raises(MisfitsError, match="may do everything"):
        await put(shop, Metadata(permissions=(replace(OWN, role="admin"),)), allow_misfits=True)


async def test_replacements_at_once_come_one_after_the_other(shop: Database) -> None:
    wanted = [Metadata(permissions=(replace(OWN, role=f"role{number}"),)) for number in range(6)]

    outcomes = await asyncio.gather(*(put(shop, each) for each in wanted))

    assert all(outcome.changed for outcome in outcomes)
    last = await kept(shop)
    assert [each.role for each in last.permissions] in [[f"role{number}"] for number in range(6)]
    assert await roles(shop) == {f"role{number}" for number in range(6)}
