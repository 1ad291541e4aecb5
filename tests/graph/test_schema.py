"""The schema follows the catalog: swapped whole, kept when a reload fails, and never seen half made."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLEnumType

from domain.actor import SUPERADMIN
from domain.errors import UnavailableError
from domain.tables.catalog import Catalog, Column, DataType, ForeignKey, Key, Table, TableKind, TableName, TypeKind
from domain.tables.enums import EnumRows
from domain.tables.metadata import NO_METADATA, Metadata, TableSettings
from domain.tables.rights import InsertRight, TableRights
from graph.schema import MAX_SCHEMAS, REST, Schemas, TableOptions
from graph.tables.naming import CamelNaming
from tests.graph.tables.rights import GivenRights, reads

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Collection, Sequence

    from domain.tables.enums import EnumTable
    from domain.tables.model import Model
    from domain.tables.rights import Rights

PATIENCE = 20
INTEGER = DataType("pg_catalog", "int4", TypeKind.BASE)


class Source:
    """A catalog that a test writes: the document is the names of its tables, each with one column."""

    def __init__(self, *names: str) -> None:
        self.document = " ".join(names)
        self.failure: Exception | None = None
        self.reads = 0
        self.looks = 0
        self.altered: list[Collection[int] | None] = []

    async def read(self, altered: Collection[int] | None = None) -> Sequence[str]:
        self.reads += 1
        self.altered.append(altered)
        if self.failure is not None:
            raise self.failure
        return self.document.split()

    async def fingerprint(self) -> str:
        self.looks += 1
        return self.document


class Changes:
    """Tells a change whenever a test does."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[Collection[int] | None] = asyncio.Queue()
        self.taken = 0

    async def listen(self) -> AsyncGenerator[Collection[int] | None]:
        while True:
            self.taken += 1
            yield await self.told.get()


def parse(names: Sequence[str]) -> Catalog:
    tables = tuple(
        Table(TableName("public", name), TableKind.TABLE, (Column("id", INTEGER, "integer", nullable=False),))
        for name in names
    )
    return Catalog(" ".join(names), tables)


class Said:
    """Metadata that a test writes."""

    def __init__(self) -> None:
        self.said = NO_METADATA
        self.reads = 0
        self.failure: Exception | None = None

    async def read(self) -> Metadata:
        self.reads += 1
        return self.said

    async def version(self) -> str:
        if self.failure is not None:
            raise self.failure
        return self.said.version


def schemas_of(
    source: Source, changes: Changes | None = None, read: Callable[[Sequence[str]], Catalog] = parse, **further: Any
) -> Schemas:
    return Schemas(source, changes or Changes(), read, TableOptions(CamelNaming(), "public"), **further)


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


async def test_every_role_has_a_schema_of_its_own_rights() -> None:
    asked: list[tuple[str, bool]] = []

    def rights_of(_: Model, role: str, backend: bool) -> Rights:  # noqa: FBT001 - as `RightsOf`
        asked.append((role, backend))
        return GivenRights(**{role: TableRights(reads("id"), InsertRight(frozenset({"id"})) if backend else None)})

    schemas = schemas_of(Source("album", "artist"), rights_of=rights_of)
    await schemas.reload()

    assert fields(schemas, "album") == {"album"}
    assert fields(schemas, "artist") == {"artist"}
    assert schemas.for_role("album") is schemas.for_role("album")
    backend = schemas.for_role("album", backend=True)
    assert backend is not schemas.for_role("album")
    assert backend.rights.of(schemas.catalog.tables[0]).insert
    assert asked == [("album", False), ("artist", False), ("album", True)]


async def test_the_schema_of_a_role_is_forgotten_when_many_others_have_asked_since() -> None:
    schemas = schemas_of(Source("album"))
    await schemas.reload()
    kept = [schemas.for_role(f"role{number}") for number in range(MAX_SCHEMAS)]

    assert all(schemas.for_role(each.role) is each for each in kept)
    schemas.for_role("another")
    assert schemas.for_role("role0") is not kept[0]
    assert schemas.for_role("role49") is kept[49]


async def test_a_change_of_the_metadata_is_a_change() -> None:
    metadata = Said()
    schemas = schemas_of(Source("album"), metadata=metadata)
    await schemas.reload()
    before = schemas.for_role(SUPERADMIN)

    assert not await schemas.renewed(before.version)
    metadata.said = replace(NO_METADATA, version="2")

    assert await schemas.renewed(before.version)
    assert schemas.for_role(SUPERADMIN) is not before


async def test_metadata_that_have_not_changed_are_not_read_again() -> None:
    source, metadata = Source("album"), Said()
    schemas = schemas_of(source, metadata=metadata)
    await schemas.reload()
    source.document = "artist"

    await schemas.reload()

    assert fields(schemas) == {"artist"}
    assert metadata.reads == 1


async def test_a_build_lets_requests_go_first_and_leaves_the_interpreter_as_it_was() -> None:
    usual, during = sys.getswitchinterval(), list[float]()

    def read(names: Sequence[str]) -> Catalog:
        during.append(sys.getswitchinterval())
        return parse(names)

    await schemas_of(Source("album"), read=read).reload()

    assert during[0] < usual
    assert sys.getswitchinterval() == usual


async def test_builds_beside_each_other_leave_the_interpreter_as_it_was() -> None:
    usual, begun = sys.getswitchinterval(), threading.Barrier(2, timeout=PATIENCE)

    def read(names: Sequence[str]) -> Catalog:
        begun.wait()
        return parse(names)

    await asyncio.gather(*(schemas_of(Source("album"), read=read).reload() for _ in range(2)))

    assert sys.getswitchinterval() == usual


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

    def broken(_: Sequence[str]) -> Catalog:
        raise KeyError("tables")

    schemas._parse = broken
    with pytest.raises(KeyError):
        await schemas.reload()

    assert fields(schemas) == {"album"}


async def test_a_schema_is_built_beside_the_requests() -> None:
    source = Source("album")
    building, go_on = threading.Event(), threading.Event()

    def slow(names: Sequence[str]) -> Catalog:
        building.set()
        assert go_on.wait(PATIENCE)
        return parse(names)

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

    def counting(names: Sequence[str]) -> Catalog:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        catalog = parse(names)
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
    changes.told.put_nowait({7})

    await until(lambda: fields(schemas) == {"artist"})
    assert source.altered == [None, {7}]
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


async def test_a_reload_lets_requests_be_for_longer_than_it_takes_itself() -> None:
    source, changes, took = Source("album"), Changes(), 0.1
    began: list[float] = []

    def slowly(names: Sequence[str]) -> Catalog:
        began.append(time.monotonic())
        time.sleep(took)
        return parse(names)

    schemas = schemas_of(source, changes, slowly)
    following = asyncio.create_task(schemas.follow())
    changes.told.put_nowait(None)
    changes.told.put_nowait(None)

    await until(lambda: len(began) == 2)

    assert began[1] - began[0] - took > REST * took
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


@pytest.mark.parametrize("failing", ["metadata", "catalog", "parser"])
async def test_what_was_told_before_a_reload_that_failed_is_looked_for_after_it(failing: str) -> None:
    source, said = Source("album"), Said()
    fails = False

    def read(names: Sequence[str]) -> Catalog:
        if fails and failing == "parser":
            raise UnavailableError("gone")
        return parse(names)

    schemas = schemas_of(source, read=read, metadata=said)
    await schemas.reload()
    fails = True
    source.failure = UnavailableError("gone") if failing == "catalog" else None
    said.failure = UnavailableError("gone") if failing == "metadata" else None
    with pytest.raises(UnavailableError):
        await schemas.reload(altered={7})
    fails, source.failure, said.failure = False, None, None

    await schemas.reload(altered={8})
    await schemas.reload(altered={9})

    assert source.altered[-2:] == [None, {9}]


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


async def test_who_is_told_of_a_change_reads_without_a_look_and_who_is_not_reads_once_a_look_has_found_it() -> None:
    source = Source("album")
    schemas = schemas_of(source)
    version = (await schemas.reload()).version
    assert (source.reads, source.looks) == (1, 0)

    # Nobody has looked at what was read, so that the first look cannot tell whether it is as it was.
    for looks in (1, 2, 3):
        assert not await schemas.renewed(version)
        assert (source.reads, source.looks) == (2, looks)

    source.document = "album artist"
    assert await schemas.renewed(version)
    assert (source.reads, source.looks) == (3, 4)


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


# --- tables that are enums ---------------------------------------------------------------------------------------

KEYED = "color car"
COLOR = TableName("public", "color")


class Values:
    """The values of the enum that a test writes."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.asked = 0
        self.failure: Exception | None = None

    async def read(self, tables: Sequence[EnumTable]) -> EnumRows:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        rows = tuple((name, None) for name in self.names)
        return EnumRows({table.name: rows for table in tables}, " ".join(self.names))


def parse_cars(_: Sequence[str]) -> Catalog:
    """A car that refers to its color."""
    text = Column("value", DataType("pg_catalog", "text", TypeKind.BASE), "text", nullable=False)
    car = TableName("public", "car")
    color = Table(COLOR, TableKind.TABLE, (text,), primary_key=Key("pk", ("value",)))
    key = ForeignKey("f", ("value",), COLOR, ("value",))
    return Catalog(KEYED, (color, Table(car, TableKind.TABLE, (text,), foreign_keys=(key,))))


def cars(values: Values, *, is_enum: bool = True) -> Schemas:
    said = Said()
    said.said = Metadata({COLOR: TableSettings(COLOR, is_enum=is_enum)}, version="1")
    return schemas_of(Source(KEYED), read=parse_cars, metadata=said, enums=values)


def values_of(schemas: Schemas) -> set[str]:
    enum = schemas.for_role(SUPERADMIN).graphql.type_map.get("ColorEnum")
    return set(enum.values) if isinstance(enum, GraphQLEnumType) else set()


async def test_a_reload_serves_the_values_of_enums() -> None:
    schemas = cars(Values("red", "blue"))

    await schemas.reload()

    assert values_of(schemas) == {"red", "blue"}


async def test_other_values_are_served_once_they_are_looked_at() -> None:
    values = Values("red")
    schemas = cars(values)
    await schemas.reload()
    looking = asyncio.create_task(schemas.follow_values(0.01))

    values.names = ("red", "green")
    await until(lambda: values_of(schemas) == {"red", "green"})

    looking.cancel()


async def test_equal_values_leave_the_schema_as_it_is() -> None:
    values = Values("red")
    schemas = cars(values)
    await schemas.reload()
    served = schemas.for_role(SUPERADMIN)
    looking = asyncio.create_task(schemas.follow_values(0.001))

    asked = values.asked
    await until(lambda: values.asked > asked + 3)

    assert schemas.for_role(SUPERADMIN) is served
    looking.cancel()


async def test_values_that_cannot_be_read_are_looked_at_again() -> None:
    values = Values("red")
    schemas = cars(values)
    await schemas.reload()
    looking = asyncio.create_task(schemas.follow_values(0.001))

    values.failure = UnavailableError("gone")
    asked = values.asked
    await until(lambda: values.asked > asked + 1)
    assert values_of(schemas) == {"red"}
    values.names, values.failure = ("blue",), None
    await until(lambda: values_of(schemas) == {"blue"})

    looking.cancel()


async def test_a_document_that_does_not_fit_has_the_values_looked_at() -> None:
    values = Values("red")
    schemas = cars(values)
    await schemas.reload()
    version = schemas.for_role(SUPERADMIN).version
    assert not await schemas.renewed(version)

    values.names = ("green",)

    assert await schemas.renewed(version)
    assert values_of(schemas) == {"green"}


async def test_without_enums_no_values_are_looked_at() -> None:
    values = Values("red")
    schemas = cars(values, is_enum=False)
    await schemas.reload()
    asked = values.asked

    await schemas.renewed(schemas.for_role(SUPERADMIN).version)

    assert values.asked == asked
    assert values_of(schemas) == set()
