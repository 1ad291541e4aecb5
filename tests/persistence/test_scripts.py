from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from persistence.connection import DatabaseOptions
from persistence.script_execution import run_script
from persistence.script_results import Table, results
from persistence.script_session import session
from persistence.scripts import CopyBlock, ScriptError, decode, split

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import asyncpg

DUMP = decode((Path(__file__).parent / "samples" / "dump.sql").read_bytes())


@pytest.fixture
async def connection(any_database: str) -> AsyncGenerator[asyncpg.Connection]:
    async with session(DatabaseOptions(any_database)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        (" ;; \n;", []),
        ("-- only a comment", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';', 'it''s;'; x", ["SELECT ';', 'it''s;'", "x"]),
        (r"SELECT E'\';', e'''\\'; x", [r"SELECT E'\';', e'''\\'", "x"]),
        (r"SELECT 'back\'; x", [r"SELECT 'back\'", "x"]),
        ('SELECT ";""" ; x', ['SELECT ";"""', "x"]),
        ("SELECT $$;'$$; x", ["SELECT $$;'$$", "x"]),
        ("SELECT $a$;$$;$b$;$a$; x", ["SELECT $a$;$$;$b$;$a$", "x"]),
        ("SELECT a$b$, $1; x$b$; y", ["SELECT a$b$, $1", "x$b$", "y"]),
        ("SELECT $ä$;$ä$; x", ["SELECT $ä$;$ä$", "x"]),
        ("SELECT 1 -- ; '\n; x", ["SELECT 1 -- ; '", "x"]),
        ("SELECT /* ; /* ' */ ; */ 1; x", ["SELECT /* ; /* ' */ ; */ 1", "x"]),
        ("/* a */ -- b\n SELECT 1;", ["SELECT 1"]),
        (
            "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); x",
            ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "x"],
        ),
        ("BEGIN; SELECT CASE WHEN a THEN b END; COMMIT;", ["BEGIN", "SELECT CASE WHEN a THEN b END", "COMMIT"]),
        (
            "create or replace procedure p() begin atomic select case 1 when 1 then 2 end; select 3; end; x",
            ["create or replace procedure p() begin atomic select case 1 when 1 then 2 end; select 3; end", "x"],
        ),
        ("\\c shop\n\\set a 'b;c'\n\\echo it's; fine\nSELECT 1;\n\\timing", ["SELECT 1"]),
        ("SELECT 1;\\echo after\nSELECT 2", ["SELECT 1", "SELECT 2"]),
        ("DROP DATABASE a; create database b; ALTER DATABASE b OWNER TO c; COMMENT ON DATABASE b IS 'x'; y", ["y"]),
        ("SET client_encoding = 'LATIN1'; y", ["y"]),
        ("SELECT 1;\r\nSELECT\r\n2;\r\n", ["SELECT 1", "SELECT\r\n2"]),
    ],
)
def test_a_script_is_cut_where_psql_cuts_it(script: str, expected: list[str]) -> None:
    assert [step.text for step in split(script)] == expected


def test_a_step_knows_its_line() -> None:
    script = "-- one\n\nSELECT\n 1; SELECT 2;\n/* five\n*/ SELECT 3;\nCOPY t FROM stdin;\n1\n2\n\\.\nSELECT 4"
    assert [step.line for step in split(script)] == [3, 4, 6, 7, 11]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_rows_of_a_copy_belong_to_it(line_end: str) -> None:
    script = line_end.join(["COPY t (a) FROM STDIN WITH (FORMAT csv);", "1;'", "\\c", "\\.", "SELECT 1;"])
    block, statement = split(script)
    assert block == CopyBlock("COPY t (a) FROM STDIN WITH (FORMAT csv)", 1, f"1;'{line_end}\\c{line_end}", 2)
    assert (statement.text, statement.line) == ("SELECT 1", 5)


def test_a_copy_without_rows_is_empty() -> None:
    (block,) = split("copy t from stdin;\n\\.\n")
    assert isinstance(block, CopyBlock)
    assert block.data == ""


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("SELECT 1;\n\\i other.sql\n", r"line 2: \\i works only in psql"),
        ("SELECT 1 \\gset", r"line 1: \\gset works only in psql"),
        ("\n\\copy t FROM 'file'", r"line 2: \\copy works only in psql"),
        ("SELECT\n\\c other\n1;", r"line 2: \\c works only in psql"),
        ("SELECT 1;\nSELECT 'a\n\n", r"line 2: a ' quote without an end"),
        ("SELECT 'a''", r"line 1: a ' quote without an end"),
        ("SELECT E'a\\'; SELECT", r"line 1: a E' quote without an end"),
        ('\nSELECT "a', r'line 2: a " quote without an end'),
        ("\nSELECT $x$ a $y$", r"line 2: a \$x\$ quote without an end"),
        ("\n\n/* a /* b */", r"line 3: a comment without an end"),
        ("SELECT 1;\nCOPY t FROM stdin;\n1\n", r"line 2: the rows of this COPY have no end"),
    ],
)
def test_what_cannot_be_cut_is_told_with_its_line(script: str, message: str) -> None:
    with pytest.raises(ScriptError, match=f"^{message}"):
        list(split(script))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_text(encoding: str) -> None:
    assert decode("SELECT 'ä'".encode(encoding)) == "SELECT 'ä'"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"SELECT 1;\n-- \xe4", "line 2: not UTF-8"),
        (b"PGDMP\n\x00", "line 2: a NUL byte"),
        (b"\xff\xfeS", "line 1: not UTF-16"),
    ],
)
def test_a_file_in_another_encoding_is_told_with_its_line(content: bytes, message: str) -> None:
    with pytest.raises(ScriptError, match=message):
        decode(content)


async def test_a_dump_loads(connection: asyncpg.Connection) -> None:
    await run_script(connection, DUMP, owners=False)
    rows = await connection.fetch('SELECT id, name, "end" FROM public.item ORDER BY id')
    assert [tuple(row) for row in rows] == [
        (1, "plain", None),
        (2, "semi;colon -- no comment", "'quote"),
        (3, "tab\tand\nline", "$$ dollars \\."),
        (4, "Größe ☃", ""),
        (5, "a, b", None),
    ]
    assert await connection.fetchval("SELECT public.label(7) || public.size(70)") == "no. 7;large"


async def test_owners_that_do_not_exist_are_an_error_unless_left_out(connection: asyncpg.Connection) -> None:
    with pytest.raises(ScriptError, match='line 45: role "keeper" does not exist'):
        await run_script(connection, DUMP)


async def test_a_failing_script_leaves_nothing_behind(connection: asyncpg.Connection) -> None:
    with pytest.raises(ScriptError, match=r'^line 3: relation "nothing" does not exist$'):
        await run_script(connection, "CREATE TABLE kept (id integer);\nINSERT INTO kept VALUES (1);\nTABLE nothing;")
    assert await connection.fetchval("SELECT to_regclass('kept')") is None


async def test_its_own_begin_and_commit_do_not_cut_the_transaction(connection: asyncpg.Connection) -> None:
    with pytest.raises(ScriptError, match="line 5: division by zero"):
        await run_script(connection, "BEGIN;\nCREATE TABLE kept ();\nCOMMIT;\nSTART TRANSACTION;\nSELECT 1/0;\nEND;")
    assert await connection.fetchval("SELECT to_regclass('kept')") is None


async def test_a_rollback_in_a_script_is_refused(connection: asyncpg.Connection) -> None:
    with pytest.raises(ScriptError, match="line 2: ROLLBACK would undo the whole file"):
        await run_script(connection, "SELECT 1;\nROLLBACK;")
    assert await run_script(connection, "SAVEPOINT a; ROLLBACK TO a; ROLLBACK TO SAVEPOINT a;") == 3


async def test_without_a_transaction_each_statement_stands_alone(connection: asyncpg.Connection) -> None:
    with pytest.raises(ScriptError, match="line 3: division by zero"):
        await run_script(
            connection, "CREATE TABLE kept (id integer);\nVACUUM kept;\nSELECT 1/0;", one_transaction=False
        )
    assert await connection.fetchval("SELECT to_regclass('kept')") is not None


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("SELECT 1;\nSELECT\n  2 +\n  FROM t;", 'line 4: syntax error at or near "FROM"'),
        (
            "CREATE TABLE t (id integer PRIMARY KEY);\nINSERT INTO t VALUES (1);\nINSERT INTO t\nVALUES (1);",
            r"line 3: duplicate key .* \(Key \(id\)=\(1\) already exists\.\)$",
        ),
        (
            "CREATE TABLE t (id integer);\nCOPY t FROM stdin;\n1\n2\nthree\n4\n\\.\n",
            'line 5: invalid input syntax for type integer: "three"',
        ),
        ("SELECT 'ä' -- ☃\n, nothing;", 'line 2: column "nothing" does not exist'),
        ("COPY nothing FROM stdin;\n1\n\\.\n", 'line 1: relation "nothing" does not exist'),
        (
            "CREATE TABLE t (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO t VALUES (1), (1);",
            "^duplicate key",
        ),
    ],
)
async def test_a_failure_names_the_line_of_the_script(
    connection: asyncpg.Connection, script: str, message: str
) -> None:
    with pytest.raises(ScriptError, match=message) as caught:
        await run_script(connection, script)
    assert "\n" not in str(caught.value)


async def test_many_rows_and_statements_load_in_their_order(connection: asyncpg.Connection) -> None:
    inserts = "".join(f"INSERT INTO t (text) VALUES ('row {n} {'x' * 40}');\n" for n in range(20_000))
    await run_script(connection, f"CREATE TABLE t (id serial, text text);\n{inserts}")
    assert await connection.fetchval("SELECT count(*) FROM t WHERE text LIKE 'row ' || id - 1 || ' %'") == 20_000


async def shown(connection: asyncpg.Connection, script: str, *, as_json: bool = False) -> list[Table | str]:
    return [result async for result in results(connection, script, as_json=as_json)]


async def test_results_are_shown_as_postgresql_writes_them(connection: asyncpg.Connection) -> None:
    script = r"SELECT 1.10 AS n, true, NULL, '', E'a\tb\\c\nd', '{1,2}'::int[], '\xff'::bytea, '1 day'::interval -- end"
    (table,) = await shown(connection, script)
    assert isinstance(table, Table)
    assert table.columns[0] == "n"
    assert table.rows == (("1.10", "t", None, "", "a\tb\\c\nd", "{1,2}", "\\xff", "1 day"),)


async def test_every_kind_of_statement_has_a_result(connection: asyncpg.Connection) -> None:
    created, inserted, returned, none, setting, plan = await shown(
        connection,
        "CREATE TABLE t (id integer); INSERT INTO t VALUES (1), (2); UPDATE t SET id = 3 RETURNING id;"
        " SELECT id FROM t WHERE false; SHOW standard_conforming_strings; EXPLAIN SELECT 1;",
    )
    assert (created, inserted) == ("CREATE TABLE", "INSERT 0 2")
    assert returned == Table(("id",), (("3",), ("3",)))
    assert none == Table(("id",), ())
    assert setting == Table(("standard_conforming_strings",), (("on",),))
    assert isinstance(plan, Table)
    assert plan.columns == ("QUERY PLAN",)


async def test_results_as_json_keep_their_types(connection: asyncpg.Connection) -> None:
    script = "SELECT 1 AS a, NULL AS b, 'ä' AS c; SELECT 1 AS a WHERE false; SHOW standard_conforming_strings"
    texts = await shown(connection, script, as_json=True)
    assert [json.loads(str(text)) for text in texts] == [
        [{"a": 1, "b": None, "c": "ä"}],
        [],
        [{"standard_conforming_strings": "on"}],
    ]


async def test_a_table_is_made_in_the_users_schema_by_a_user_called_like_the_platforms(empty_database: str) -> None:
    async with session(DatabaseOptions(empty_database)) as opened:
        await run_script(opened, "CREATE SCHEMA selfgraph; CREATE TABLE mine (id integer);")
        assert await opened.fetchval("SELECT to_regclass('public.mine')") is not None
