"""The catalog of each kind of object, on every tested version of PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from domain.tables.catalog import (
    Catalog,
    Column,
    DataType,
    ForeignKey,
    Function,
    FunctionArgument,
    Index,
    Key,
    Table,
    TableKind,
    TableName,
    TypeKind,
    Volatility,
)
from persistence.catalog import CatalogReader, parse_catalog
from tests.persistence.structure import execute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persistence.database import Database

INTEGER = DataType("pg_catalog", "int4", TypeKind.BASE)
TEXT = DataType("pg_catalog", "text", TypeKind.BASE)


async def read(database: Database, *schemas: str) -> Catalog:
    return parse_catalog(await CatalogReader(database, schemas or ("public",)).read())


class On:
    """A database that is one connection, in whatever role that is."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch_row(self, sql: str, arguments: Sequence[object] = ()) -> Any:
        return await self._connection.fetchrow(sql, *arguments)


def reader_on(connection: object, *schemas: str) -> CatalogReader:
    return CatalogReader(cast("Database", On(connection)), schemas)


async def catalog_of(database: Database, script: str, *schemas: str) -> Catalog:
    await execute(database.options.url, script)
    return await read(database, *schemas)


async def table_of(database: Database, script: str, name: str = "t") -> Table:
    return (await catalog_of(database, script)).by_name[TableName("public", name)]


async def type_of(database: Database, script: str, declared: str) -> DataType:
    return (await table_of(database, f"{script} CREATE TABLE t (c {declared});")).columns[0].type


async def test_an_empty_schema_has_nothing(database: Database) -> None:
    catalog = await read(database)

    assert (catalog.tables, catalog.functions) == ((), ())


async def test_a_schema_that_does_not_exist_has_nothing(database: Database) -> None:
    assert (await read(database, "nowhere")).tables == ()


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("CREATE TABLE t (c integer)", TableKind.TABLE),
        ("CREATE UNLOGGED TABLE t (c integer)", TableKind.TABLE),
        ("CREATE TABLE t (c integer) PARTITION BY LIST (c)", TableKind.PARTITIONED_TABLE),
        ("CREATE VIEW t AS SELECT 1 AS c", TableKind.VIEW),
        ("CREATE MATERIALIZED VIEW t AS SELECT 1 AS c", TableKind.MATERIALIZED_VIEW),
    ],
)
async def test_each_kind_of_relation_is_told(database: Database, script: str, kind: TableKind) -> None:
    table = await table_of(database, script)

    assert table.kind is kind
    assert table.columns == (Column("c", INTEGER, "integer", nullable=True, read_only=kind is TableKind.VIEW),)


async def test_a_foreign_table_is_told(database: Database) -> None:
    table = await table_of(
        database,
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE t (c integer) SERVER s",
    )

    assert table.kind is TableKind.FOREIGN_TABLE


async def test_partitions_are_part_of_their_table(database: Database) -> None:
    catalog = await catalog_of(
        database,
        "CREATE TABLE t (c integer PRIMARY KEY) PARTITION BY LIST (c); CREATE TABLE one PARTITION OF t FOR VALUES IN (1);"
        "CREATE TABLE r (c integer REFERENCES t);",
    )

    assert [table.name.name for table in catalog.tables] == ["r", "t"]
    assert [key.referenced.name for key in catalog.tables[0].foreign_keys] == ["t"]


async def test_children_of_a_table_are_tables(database: Database) -> None:
    catalog = await catalog_of(database, "CREATE TABLE t (c integer); CREATE TABLE child (d text) INHERITS (t);")

    assert [column.name for column in catalog.tables[0].columns] == ["c", "d"]


async def test_temporary_tables_are_left_out(database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute("CREATE TEMP TABLE t (c integer)")
        assert (await read(database)).tables == ()


async def test_only_exposed_schemas_are_read_in_their_order(database: Database) -> None:
    catalog = await catalog_of(
        database,
        "CREATE SCHEMA sales; CREATE SCHEMA hidden; CREATE TABLE b (c integer); CREATE TABLE a (c integer);"
        "CREATE TABLE sales.a (c integer); CREATE TABLE hidden.a (c integer);",
        "sales",
        "public",
    )

    assert [str(table.name) for table in catalog.tables] == ["sales.a", "public.a", "public.b"]


async def test_a_schema_that_is_exposed_twice_is_read_once(database: Database) -> None:
    catalog = await catalog_of(database, "CREATE TABLE t (c integer);", "public", "public")

    assert [str(table.name) for table in catalog.tables] == ["public.t"]


async def test_columns_tell_default_identity_generation_and_comment(database: Database) -> None:
    table = await table_of(
        database,
        "CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY, b integer NOT NULL DEFAULT 1 + 1,"
        " c integer GENERATED ALWAYS AS (b * 2) STORED, d integer, e varchar(7)); ALTER TABLE t DROP COLUMN d;"
        " COMMENT ON COLUMN t.e IS 'what''s it'; COMMENT ON TABLE t IS 'about';",
    )

    assert table.comment == "about"
    assert table.columns == (
        Column("a", INTEGER, "integer", nullable=False, identity=True, read_only=True),
        Column("b", INTEGER, "integer", nullable=False, default="(1 + 1)"),
        Column("c", INTEGER, "integer", nullable=True, generated=True, read_only=True),
        Column(
            "e",
            DataType("pg_catalog", "varchar", TypeKind.BASE),
            "character varying(7)",
            nullable=True,
            comment="what's it",
        ),
    )


async def test_domains_are_known_with_what_is_below_all_of_them(database: Database) -> None:
    found = await type_of(database, "CREATE DOMAIN a AS integer; CREATE DOMAIN b AS a;", "b")

    assert found == DataType("public", "b", TypeKind.DOMAIN, base=INTEGER)
    assert found.bare == INTEGER


async def test_a_domain_over_an_array_is_known_with_its_element(database: Database) -> None:
    found = await type_of(database, "CREATE DOMAIN a AS integer[];", "a")

    assert found.bare == DataType("pg_catalog", "_int4", TypeKind.ARRAY, element=INTEGER)
    assert found.kind is TypeKind.DOMAIN


async def test_an_array_of_a_domain_is_known_with_the_domain(database: Database) -> None:
    found = await type_of(database, "CREATE DOMAIN a AS integer;", "a[]")

    assert found.kind is TypeKind.ARRAY
    assert found.element == DataType("public", "a", TypeKind.DOMAIN, base=INTEGER)


async def test_enums_are_known_with_their_labels_in_order(database: Database) -> None:
    found = await type_of(
        database, "CREATE TYPE mood AS ENUM ('sad', 'happy'); ALTER TYPE mood ADD VALUE 'ok' BEFORE 'happy';", "mood"
    )

    assert found == DataType("public", "mood", TypeKind.ENUM, labels=("sad", "ok", "happy"))


async def test_arrays_of_any_depth_are_known_with_their_element(database: Database) -> None:
    found = await type_of(database, "CREATE TYPE mood AS ENUM ('sad');", "mood[][]")

    assert found.element == DataType("public", "mood", TypeKind.ENUM, labels=("sad",))


@pytest.mark.parametrize(
    ("script", "declared", "kind"),
    [
        ("CREATE TYPE pair AS (a integer, b text);", "pair", TypeKind.COMPOSITE),
        ("", "int4range", TypeKind.RANGE),
        ("", "int4multirange", TypeKind.MULTIRANGE),
        ("CREATE TYPE spread AS RANGE (subtype = numeric);", "spread", TypeKind.RANGE),
        ("", "jsonb", TypeKind.BASE),
        ("", "point", TypeKind.BASE),
        ("", "int2vector", TypeKind.BASE),
        ("", "name", TypeKind.BASE),
    ],
)
async def test_each_kind_of_type_is_told(database: Database, script: str, declared: str, kind: TypeKind) -> None:
    assert (await type_of(database, script, declared)).kind is kind


async def test_keys_are_known_with_their_columns_in_order(database: Database) -> None:
    table = await table_of(
        database,
        "CREATE TABLE t (a integer, b integer, c text NOT NULL, d text,"
        " CONSTRAINT pk PRIMARY KEY (b, a), CONSTRAINT z UNIQUE (c), CONSTRAINT u UNIQUE (d, c));",
    )

    assert table.primary_key == Key("pk", ("b", "a"))
    assert table.unique_keys == (Key("u", ("d", "c")), Key("z", ("c",)))
    assert table.row_key == ("b", "a")


async def test_a_unique_key_without_nulls_stands_in_for_a_primary_key(database: Database) -> None:
    table = await table_of(database, "CREATE TABLE t (a integer UNIQUE, b text NOT NULL UNIQUE);")

    assert table.primary_key is None
    assert table.row_key == ("b",)


async def test_foreign_keys_pair_their_columns(database: Database) -> None:
    table = await table_of(
        database,
        "CREATE TABLE one (a integer, b integer, PRIMARY KEY (a, b));"
        "CREATE TABLE t (x integer, y integer, CONSTRAINT f FOREIGN KEY (y, x) REFERENCES one (a, b));",
    )

    assert table.foreign_keys == (ForeignKey("f", ("y", "x"), TableName("public", "one"), ("a", "b")),)


async def test_a_foreign_key_that_is_not_validated_says_so(database: Database) -> None:
    table = await table_of(
        database,
        "CREATE TABLE one (a integer PRIMARY KEY); CREATE TABLE t (x integer);"
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES one NOT VALID;",
    )

    assert [key.validated for key in table.foreign_keys] == [False]


async def test_a_foreign_key_to_a_table_that_is_not_served_is_left_out(database: Database) -> None:
    table = await table_of(
        database,
        "CREATE SCHEMA hidden; CREATE TABLE hidden.one (a integer PRIMARY KEY);"
        "CREATE TABLE t (x integer REFERENCES hidden.one);",
    )

    assert table.foreign_keys == ()


async def test_indexes_are_told_with_their_commands(database: Database) -> None:
    table = await table_of(
        database, "CREATE TABLE t (a integer, b text); CREATE UNIQUE INDEX i ON t USING btree (lower(b), a);"
    )

    assert table.indexes == (
        Index(
            "i", unique=True, method="btree", definition="CREATE UNIQUE INDEX i ON public.t USING btree (lower(b), a)"
        ),
    )


async def test_functions_are_told_with_their_arguments(database: Database) -> None:
    catalog = await catalog_of(
        database,
        "CREATE FUNCTION f(integer, named text DEFAULT 'x', VARIADIC rest integer[] DEFAULT '{}') RETURNS text"
        " STABLE LANGUAGE sql AS $$ SELECT 'x' $$; COMMENT ON FUNCTION f IS 'about';",
    )

    assert catalog.functions == (
        Function(
            name=TableName("public", "f"),
            arguments=(
                FunctionArgument("", INTEGER, has_default=False),
                FunctionArgument("named", TEXT, has_default=True),
                FunctionArgument(
                    "rest", DataType("pg_catalog", "_int4", TypeKind.ARRAY, element=INTEGER), has_default=True
                ),
            ),
            returns=TEXT,
            returns_table=None,
            returns_set=False,
            volatility=Volatility.STABLE,
            comment="about",
            variadic=True,
        ),
    )


async def test_output_arguments_are_not_given(database: Database) -> None:
    catalog = await catalog_of(
        database,
        "CREATE FUNCTION f(OUT a integer, b text, INOUT c integer) IMMUTABLE LANGUAGE sql AS $$ SELECT 1, 2 $$;",
    )

    assert [argument.name for argument in catalog.functions[0].arguments] == ["b", "c"]
    assert catalog.functions[0].volatility is Volatility.IMMUTABLE


async def test_a_function_that_returns_rows_of_a_table_names_it(database: Database) -> None:
    catalog = await catalog_of(
        database,
        "CREATE TABLE t (c integer); CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS $$ SELECT * FROM t $$;",
    )

    function = catalog.functions[0]
    assert (function.returns_table, function.returns_set) == (TableName("public", "t"), True)


async def test_an_argument_that_takes_a_row_of_a_table_names_it(database: Database) -> None:
    catalog = await catalog_of(
        database,
        "CREATE TABLE t (c integer); CREATE TYPE pair AS (a integer, b integer);"
        "CREATE FUNCTION f(t, pair, t[]) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;",
    )

    assert [argument.row for argument in catalog.functions[0].arguments] == [TableName("public", "t"), None, None]


async def test_a_function_that_may_not_be_called_is_left_out(database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute("CREATE ROLE stranger")
        try:
            await connection.execute("CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
            await connection.execute("REVOKE EXECUTE ON FUNCTION public.f FROM PUBLIC")
            await connection.execute("GRANT USAGE ON SCHEMA public TO stranger; SET ROLE stranger")
            documents = await reader_on(connection, "public").read()
        finally:
            await connection.execute("RESET ROLE; DROP OWNED BY stranger; DROP ROLE stranger")

    assert parse_catalog(documents).functions == ()


async def test_whatever_has_the_name_of_a_function_overloads_it(database: Database) -> None:
    catalog = await catalog_of(
        database,
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        "CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE g(integer) LANGUAGE sql AS '';",
    )

    assert [(function.name.name, function.overloaded) for function in catalog.functions] == [("f", False), ("g", True)]


async def test_overloaded_functions_are_all_told(database: Database) -> None:
    catalog = await catalog_of(
        database,
        "CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS 'SELECT $1';"
        "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';",
    )

    assert [function.arguments[0].type.name for function in catalog.functions] == ["int4", "text"]


async def test_procedures_triggers_and_aggregates_are_left_out(database: Database) -> None:
    catalog = await catalog_of(
        database,
        "CREATE PROCEDURE p() LANGUAGE sql AS ''; CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE AGGREGATE a (integer) (SFUNC = int4pl, STYPE = integer);",
    )

    assert catalog.functions == ()


async def test_what_belongs_to_an_extension_is_left_out(database: Database) -> None:
    async with database.acquire() as connection:
        if not await connection.fetchval("SELECT true FROM pg_available_extensions WHERE name = 'citext'"):
            pytest.skip("this PostgreSQL has no contrib extensions")
    catalog = await catalog_of(database, "CREATE EXTENSION citext; CREATE TABLE t (c citext);")

    assert catalog.functions == ()
    assert catalog.tables[0].columns[0].type == DataType("public", "citext", TypeKind.BASE)


async def test_a_table_of_an_extension_is_left_out(database: Database) -> None:
    catalog = await catalog_of(
        database,
        "CREATE TABLE mine (c integer); CREATE TABLE theirs (c integer); ALTER EXTENSION plpgsql ADD TABLE theirs;",
    )

    assert [table.name.name for table in catalog.tables] == ["mine"]


async def test_what_the_user_of_the_database_may_not_use_is_left_out(database: Database) -> None:
    await execute(
        database.options.url,
        "CREATE TABLE open (c integer); CREATE TABLE closed (c integer); CREATE SCHEMA locked; CREATE TABLE locked.t (c integer);",
    )
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("CREATE ROLE narrow; GRANT SELECT (c) ON public.open TO narrow; SET LOCAL ROLE narrow")
        documents = await reader_on(connection, "public", "locked").read()
        await connection.execute("RESET ROLE; DROP OWNED BY narrow; DROP ROLE narrow")

    assert [str(table.name) for table in parse_catalog(documents).tables] == ["public.open"]


async def test_platform_tables_are_never_in_it(database: Database) -> None:
    catalog = await catalog_of(
        database, "CREATE SCHEMA selfgraph; CREATE TABLE selfgraph.instance (c integer); CREATE TABLE t (c integer);"
    )

    assert [str(table.name) for table in catalog.tables] == ["public.t"]


async def test_names_and_comments_of_any_characters_are_read(database: Database) -> None:
    table = await table_of(
        database,
        'CREATE TABLE "a""b\\\'$1😀" ("c d" integer DEFAULT 1); COMMENT ON TABLE "a""b\\\'$1😀" IS E\'\\\\ "\n\';',
        "a\"b\\'$1😀",
    )

    assert table.columns[0].name == "c d"
    assert table.comment == '\\ "\n'
