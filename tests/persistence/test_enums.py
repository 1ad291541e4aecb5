"""The rows of tables that are enums, on every tested version of PostgreSQL."""

from __future__ import annotations

import uuid
from typing import Final

from domain.tables.catalog import TableName
from domain.tables.enums import MAX_VALUES, EnumTable
from persistence.database import Database, DatabaseOptions
from persistence.enums import EnumReader
from tests.persistence.structure import execute

COLOR, SIZE = TableName("public", "color"), TableName("public", 'the "size" s')
COLORS, SIZES = EnumTable(COLOR, "value", "comment"), EnumTable(SIZE, "the name", None)
SCRIPT: Final = """
CREATE TABLE color (value text PRIMARY KEY, comment text);
INSERT INTO color VALUES ('red', '#F00'), ('blue', NULL), ('Zinnober', 'it''s "red"');
CREATE TABLE "the ""size"" s" ("the name" varchar(9) PRIMARY KEY);
INSERT INTO "the ""size"" s" VALUES ('small');
"""


async def test_every_value_is_read_by_one_statement(database: Database) -> None:
    await execute(database.options.url, SCRIPT)

    found = await EnumReader(database).read([SIZES, COLORS])

    assert found.values == {
        SIZE: (("small", None),),
        COLOR: (("Zinnober", 'it\'s "red"'), ("blue", None), ("red", "#F00")),
    }


async def test_the_version_follows_the_values(database: Database) -> None:
    reader = EnumReader(database)
    await execute(database.options.url, SCRIPT)
    first = (await reader.read([COLORS])).version

    assert (await reader.read([COLORS])).version == first
    await execute(database.options.url, "UPDATE color SET comment = 'other' WHERE value = 'red'")
    second = (await reader.read([COLORS])).version
    await execute(database.options.url, "DELETE FROM color")
    assert len({first, second, (await reader.read([COLORS])).version}) == 3


async def test_one_value_more_than_there_may_be_is_read(database: Database) -> None:
    await execute(database.options.url, SCRIPT + "INSERT INTO color SELECT 'v' || n FROM generate_series(1, 1000) AS n")

    assert len((await EnumReader(database).read([COLORS])).values[COLOR]) == MAX_VALUES + 1


async def test_of_no_tables_nothing_is_asked(database: Database) -> None:
    found = await EnumReader(database).read([])

    assert (found.values, found.version) == ({}, "")


async def test_a_table_that_may_not_be_read_is_left_out(database: Database) -> None:
    await execute(database.options.url, SCRIPT)
    role = f"narrow_{uuid.uuid4().hex}"
    await execute(database.options.url, f"CREATE ROLE {role}; GRANT SELECT ON color TO {role}")
    url = database.options.url
    narrow = await Database.connect(DatabaseOptions(f"{url}{'&' if '?' in url else '?'}role={role}"))
    try:
        found = await EnumReader(narrow).read([SIZES, COLORS])
    finally:
        await narrow.close()
        await execute(url, f"DROP OWNED BY {role}; DROP ROLE {role}")

    assert list(found.values) == [COLOR]
