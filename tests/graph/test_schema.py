"""The schema follows the catalog: swapped whole, kept when a reload fails, and never seen half made."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from domain.actor import SUPERADMIN
from domain.errors import UnavailableError
from domain.tables.catalog import Catalog, Column, DataType, Table, TableKind, TableName, TypeKind
from graph.schema import Schemas, TableOptions
from graph.tables.naming import CamelNaming

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

PATIENCE = 20
INTEGER = DataType("pg_catalog", "int4", TypeKind.BASE)


class Source:
    """A catalog that a test writes: the document is the names of its tables, each with one column."""

    def __init__(self, *names: str) -> None:
        self.document = " ".join(names)
        self.failure: Exception | None = None

    async def read(self) -> str:
        if self.failure is not None:
            raise self.failure
        return self.document

    async def fingerprint(self) -> str:
        return self.document


class Changes:
    """Tells a change whenever a test does."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[None] = asyncio.Queue()
        self.taken = 0

    async def listen(self) -> AsyncGenerator[None]:
        while True:
            self.taken += 1
            await self.told.get()
            yield None


def parse(document: str) -> Catalog:
    tables = tuple(
        Table(TableName("public", name), TableKind.TABLE, (Column("id", INTEGER, "integer", nullable=False),))
        for name in document.split()
    )
    return Catalog(document, tables)


def schemas_of(source: Source, changes: Changes | None = None, read: Callable[[str], Catalog] = parse) -> Schemas:
    return Schemas(source, changes or Changes(), read, TableOptions(CamelNaming(), "public"))


def fields(schemas: Schemas, role: str = SUPERADMIN) -> set[str]:
    """The root fields of tables."""
    query = schemas.for_role(role).graphql.query_type
    assert query is not None
    return {name for name, field in query.fields.items() if "Rows of" in (field.description or "")}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def test_no_table_is_served_before_the_first_reload() -> None:
    assert fields(schemas_of(Source("album"))) == set()


async def test_a_reload_serves_the_tables() -> None:
    schemas = schemas_of(Source("album", "artist"))

    catalog = await schemas.reload()

    assert fields(schemas) == {"album", "artist"}
    assert schemas.catalog is catalog
    assert schemas.for_role(SUPERADMIN).version == catalog.version


async def test_tables_are_for_the_superadmin_only() -> None:
    schemas = schemas_of(Source("album"))
    await schemas.reload()

    assert fields(schemas, "anonymous") == set()


async def test_a_reload_of_the_same_structure_keeps_the_schema() -> None:
    schemas = schemas_of(Source("album"))
    await schemas.reload()
    before = schemas.for_role(SUPERADMIN)

    await schemas.reload()

    assert schemas.for_role(SUPERADMIN) is before


async def test_a_reload_that_cannot_read_keeps_the_schema() -> None:
    source = Source("album")
    schemas = schemas_of(source)
    await schemas.reload()
    source.failure = UnavailableError("gone")

    with pytest.raises(UnavailableError):
        await schemas.reload()

    assert fields(schemas) == {"album"}


async def test_a_reload_that_cannot_parse_keeps_the_schema() -> None:
    source = Source("album")
    schemas = schemas_of(source)
    await schemas.reload()
    source.document = "album 1/0"

    def broken(_: str) -> Catalog:
        raise KeyError("tables")

    schemas._parse = broken
    with pytest.raises(KeyError):
        await schemas.reload()

    assert fields(schemas) == {"album"}


async def test_a_schema_is_built_beside_the_requests() -> None:
    source = Source("album")
    building, go_on = threading.Event(), threading.Event()

    def slow(document: str) -> Catalog:
        building.set()
        assert go_on.wait(PATIENCE)
        return parse(document)

    schemas = schemas_of(source, read=slow)
    reloading = asyncio.create_task(schemas.reload())
    await asyncio.to_thread(building.wait, PATIENCE)

    assert fields(schemas) == set()  # the loop is free, and the old schema whole
    go_on.set()
    await reloading
    assert fields(schemas) == {"album"}


async def test_schema_and_version_are_swapped_as_one() -> None:
    source = Source("a0")
    schemas = schemas_of(source)
    await schemas.reload()
    torn: list[str] = []
    done = False

    async def look() -> None:
        while not done:
            served = schemas.for_role(SUPERADMIN)
            query = served.graphql.query_type
            assert query is not None
            if served.version not in query.fields or schemas.catalog.version != served.version:
                torn.append(served.version)
            await asyncio.sleep(0)

    looking = [asyncio.create_task(look()) for _ in range(3)]
    for number in range(1, 10):
        source.document = f"a{number}"
        await schemas.reload()
    done = True
    await asyncio.gather(*looking)

    assert torn == []


async def test_reloads_at_once_follow_each_other() -> None:
    source = Source("album")
    at_once = 0
    most = 0
    lock = threading.Lock()

    def counting(document: str) -> Catalog:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        catalog = parse(document)
        with lock:
            at_once -= 1
        return catalog

    schemas = schemas_of(source, read=counting)
    await asyncio.gather(*(schemas.reload() for _ in range(5)))

    assert most == 1


async def test_every_change_is_followed_by_a_reload() -> None:
    source, changes = Source("album"), Changes()
    schemas = schemas_of(source, changes)
    following = asyncio.create_task(schemas.follow())
    changes.told.put_nowait(None)
    await until(lambda: fields(schemas) == {"album"})

    source.document = "artist"
    changes.told.put_nowait(None)

    await until(lambda: fields(schemas) == {"artist"})
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


@pytest.mark.parametrize("failure", [UnavailableError("gone"), RuntimeError("a bug")], ids=["known", "unknown"])
async def test_a_reload_that_fails_is_tried_again_at_the_next_change(failure: Exception) -> None:
    source, changes = Source("album"), Changes()
    source.failure = failure
    schemas = schemas_of(source, changes)
    following = asyncio.create_task(schemas.follow())
    changes.told.put_nowait(None)
    await until(lambda: changes.taken == 2)
    assert fields(schemas) == set()

    source.failure = None
    changes.told.put_nowait(None)

    await until(lambda: fields(schemas) == {"album"})
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


async def test_whoever_waits_for_a_build_learns_of_the_new_schema() -> None:
    source = Source("album")
    schemas = schemas_of(source)
    building = asyncio.create_task(schemas.reload(after=0.05))
    await asyncio.sleep(0)

    assert await schemas.renewed("")
    assert fields(schemas) == {"album"}
    await building


async def test_whoever_waits_for_no_build_learns_that_nothing_changed() -> None:
    schemas = schemas_of(Source("album"))
    await schemas.reload()

    assert not await schemas.renewed(schemas.catalog.version)


async def test_whoever_needs_a_change_that_nothing_has_told_of_gets_it() -> None:
    source = Source("album")
    schemas = schemas_of(source)
    version = (await schemas.reload()).version
    source.document = "album artist"

    assert await schemas.renewed(version)
    assert fields(schemas) == {"album", "artist"}


async def test_whoever_needs_a_change_of_a_database_that_is_gone_learns_that_nothing_changed() -> None:
    source = Source("album")
    schemas = schemas_of(source)
    version = (await schemas.reload()).version
    source.document = "artist"
    source.failure = UnavailableError("gone")

    assert not await schemas.renewed(version)
    assert fields(schemas) == {"album"}


async def test_changes_are_told_to_everyone_who_listens() -> None:
    source = Source("album")
    schemas = schemas_of(source)
    listeners = [schemas.changes() for _ in range(2)]
    assert [(await anext(each)).version for each in listeners] == ["", ""]
    waiting = [asyncio.ensure_future(anext(each)) for each in listeners]
    await asyncio.sleep(0)

    await schemas.reload()

    async with asyncio.timeout(PATIENCE):
        assert [catalog.version for catalog in await asyncio.gather(*waiting)] == ["album", "album"]
    for each in listeners:
        await each.aclose()
