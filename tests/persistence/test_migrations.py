from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import pytest

from domain.errors import PayloadTooLargeError
from persistence.database import Database, DatabaseOptions
from persistence.errors import DatabaseRefusedError, DatabaseUnreachableError
from persistence.migration_commands import Migrations
from persistence.migration_files import configuration
from persistence.migration_verification import verify
from persistence.migrations import FOLDER, MigrationError, at_head, newest_revisions, upgrade_to_head
from tests.persistence.notices import notices_of
from tests.persistence.structure import execute, oid_of

if TYPE_CHECKING:
    from persistence.embedded import EmbeddedServer

ROOT = Path(__file__).parents[2]
FIRST = "7c1f0a4be2d9"


@pytest.fixture
async def migrated(database: Database) -> Database:
    await upgrade_to_head(database)
    return database


async def test_an_empty_database_is_not_at_head(database: Database) -> None:
    assert not await at_head(database)


async def test_an_upgrade_brings_it_there(database: Database) -> None:
    assert await upgrade_to_head(database)
    assert await at_head(database)


async def test_an_upgrade_at_head_has_nothing_to_do(migrated: Database) -> None:
    assert not await upgrade_to_head(migrated)


async def test_a_database_ahead_of_this_version_is_not_at_head(migrated: Database) -> None:
    async with migrated.acquire() as connection:
        await connection.execute("UPDATE selfgraph.alembic_version SET version_num = 'from the future'")
    assert not await at_head(migrated)
    with pytest.raises(MigrationError, match=r"at migration from the future, .* a newer selfgraph"):
        await upgrade_to_head(migrated)


async def test_pending_migrations_are_named_until_they_are_applied(database: Database) -> None:
    migrations = Migrations(database.options)
    assert await migrations.current() == ()
    assert set(await migrations.pending()) >= newest_revisions()
    await migrations.upgrade()
    assert set(await migrations.current()) == newest_revisions()
    assert await migrations.pending() == ()


async def test_models_and_migrations_agree_and_every_downgrade_cleans_up(embedded_server: EmbeddedServer) -> None:
    assert await verify(DatabaseOptions(embedded_server.url)) is None


async def test_a_model_that_no_migration_has_is_a_difference(migrated: Database) -> None:
    async with migrated.acquire() as connection:
        await connection.execute("ALTER TABLE selfgraph.instance DROP COLUMN initialized_at")
    assert "initialized_at" in (await Migrations(migrated.options).differences() or "")


async def test_the_users_tables_are_no_difference(migrated: Database) -> None:
    async with migrated.acquire() as connection:
        await connection.execute(
            "CREATE TABLE public.mine (id integer); CREATE SCHEMA more CREATE TABLE also (id integer)"
        )
    assert await Migrations(migrated.options).differences() is None


def test_starters_at_once_wait_for_each_other(empty_database: str) -> None:
    code = (
        "import asyncio, sys\nfrom persistence.database import *\nfrom persistence.migrations import *\n"
        "async def main():\n    database = await Database.connect(DatabaseOptions(sys.argv[1]))\n"
        "    await upgrade_to_head(database)\n    assert await at_head(database)\n    await database.close()\n"
        "asyncio.run(main())"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, empty_database], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    said = [process.communicate(timeout=100)[1] for process in started]
    assert [process.returncode for process in started] == [0] * 5, said


async def test_a_failed_migration_leaves_nothing_half_done(database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute("CREATE SCHEMA selfgraph CREATE TABLE instance (id integer)")
    with pytest.raises(
        DatabaseRefusedError, match=r'cannot migrate PostgreSQL at .*: relation "instance" already exists$'
    ):
        await upgrade_to_head(database)
    assert (
        await database.fetch_value("SELECT count(*) FROM pg_proc WHERE pronamespace = 'selfgraph'::regnamespace") == 0
    )


async def test_a_table_that_somebody_holds_is_waited_for_and_then_told(migrated: Database) -> None:
    options = DatabaseOptions(migrated.options.url, connect_timeout=0.1)
    migrations = Migrations(options)
    migrations._options = DatabaseOptions(options.url, connect_timeout=0.1, lock_timeout=0.1, search_path="pg_catalog")
    async with migrated.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM selfgraph.instance")
        with pytest.raises(DatabaseUnreachableError, match="lock timeout"):
            await migrations.downgrade("base")
    assert await Migrations(migrated.options).current() == (FIRST,)


async def test_the_instance_has_one_row_with_a_uuid_of_version_7(migrated: Database) -> None:
    identifier = await migrated.fetch_value("SELECT id FROM selfgraph.instance")
    made = await migrated.fetch_value("SELECT extract(epoch FROM initialized_at)::float FROM selfgraph.instance")
    parsed = uuid.UUID(str(identifier))
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert abs((parsed.int >> 80) / 1000 - made) < 60


async def test_the_instance_cannot_have_a_second_row(migrated: Database) -> None:
    async with migrated.acquire() as connection:
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute("INSERT INTO selfgraph.instance (id) VALUES (gen_random_uuid())")
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("UPDATE selfgraph.instance SET singleton = false")


@pytest.mark.parametrize(("rows", "expected"), [(3, b"[1, 2, 3]"), (4, None)])
async def test_too_many_rows_are_refused(migrated: Database, rows: int, expected: bytes | None) -> None:
    statement = "SELECT CASE WHEN count(*) > 3 THEN selfgraph.refuse_rows(3) ELSE json_agg(n) END FROM generate_series(1, $1::integer) n"
    if expected is not None:
        assert await migrated.fetch_value(statement, [rows]) == expected
        return
    with pytest.raises(PayloadTooLargeError, match=r"more than 3 rows"):
        await migrated.fetch_value(statement, [rows])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("CREATE TABLE fresh (id integer)", ["fresh"]),
        ("ALTER TABLE item ADD more integer", ["item"]),
        ("ALTER TABLE item ADD more integer, ADD UNIQUE (id), ALTER id TYPE bigint", ["item"]),
        ("ALTER TABLE item RENAME TO thing", ["thing"]),
        ("DROP TABLE item", [""]),
        ("ALTER TABLE item DROP COLUMN id", ["", "item"]),
        ("COMMENT ON COLUMN item.id IS 'a number'", ["item"]),
        ("CREATE INDEX other ON item (id)", ["other"]),
        ("ALTER INDEX item_id RENAME TO other", ["other"]),
        ("DROP INDEX item_id", [""]),
        ("CREATE VIEW seen AS SELECT 1 AS one", ["seen"]),
        ("CREATE TYPE mood AS ENUM ('good')", [""]),
        ("ALTER TABLE item ADD more integer; CREATE TYPE mood AS ENUM ('good')", ["item", ""]),
        ("CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'", [""]),
        ("CREATE SCHEMA more", [""]),
        ("GRANT SELECT ON item TO PUBLIC", [""]),
    ],
)
async def test_a_changed_structure_is_told_once(migrated: Database, change: str, told: list[str]) -> None:
    """What is told are the OIDs of tables and indexes, or nothing where more has changed than they."""
    await execute(migrated.options.url, "CREATE TABLE item (id integer); CREATE INDEX item_id ON item (id)")

    payloads = await notices_of(migrated, change)

    assert payloads == [str(await oid_of(migrated.options.url, name)) if name else "" for name in told]


async def test_more_tables_than_a_notice_can_name_are_told_without_names(migrated: Database) -> None:
    tables = " ".join(f"CREATE TABLE t{number} (id integer)" for number in range(1700))

    assert await notices_of(migrated, f"CREATE SCHEMA many {tables}") == [""]


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TEMP TABLE passing (id integer); CREATE INDEX ON passing (id); DROP TABLE passing",
        "CREATE TABLE selfgraph.ours (id integer); DROP TABLE selfgraph.ours",
        "REFRESH MATERIALIZED VIEW stored",
        "INSERT INTO item VALUES (1); TRUNCATE item; ANALYZE item",
    ],
)
async def test_what_changes_nothing_for_the_user_is_not_told(migrated: Database, change: str) -> None:
    await execute(
        migrated.options.url, "CREATE TABLE item (id integer); CREATE MATERIALIZED VIEW stored AS SELECT 1 AS one"
    )

    assert await notices_of(migrated, change) == []


async def test_a_user_who_may_not_see_the_platform_can_change_structures(migrated: Database) -> None:
    async with migrated.acquire() as connection:
        await connection.execute("GRANT CREATE ON SCHEMA public TO pg_monitor; SET ROLE pg_monitor")
        await connection.execute("CREATE TABLE theirs (id integer); DROP TABLE theirs")
        await connection.execute("RESET ROLE")


async def test_the_owner_of_a_database_needs_no_superuser(machine_database: str) -> None:
    name = f"owner_{uuid.uuid4().hex}"
    administrator = await asyncpg.connect(machine_database)
    await administrator.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'")
    await administrator.execute(f"ALTER DATABASE {urlsplit(machine_database).path[1:]} OWNER TO {name}")
    host = urlsplit(machine_database).netloc.rpartition("@")[2]
    owned = await Database.connect(
        DatabaseOptions(urlsplit(machine_database)._replace(netloc=f"{name}:secret@{host}").geturl())
    )
    assert await upgrade_to_head(owned)
    assert json.loads(await owned.fetch_value("SELECT to_json(count(*)) FROM pg_event_trigger")) == 0
    await Migrations(owned.options).downgrade("base")
    assert not await at_head(owned)
    await owned.close()
    await administrator.execute(f"DROP OWNED BY {name} CASCADE; REASSIGN OWNED BY {name} TO postgres; DROP ROLE {name}")
    await administrator.close()


async def test_a_user_called_like_the_platforms_schema_does_not_write_into_it(empty_database: str) -> None:
    opened = await Database.connect(DatabaseOptions(empty_database))
    await upgrade_to_head(opened)
    assert await opened.fetch_value("SELECT current_user") == "selfgraph"
    async with opened.acquire() as connection:
        await connection.execute("CREATE TABLE mine (id integer)")
    elsewhere = await asyncpg.connect(empty_database)
    await elsewhere.execute("CREATE TABLE also_mine (id integer)")
    await elsewhere.close()
    tables = "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'"
    assert await opened.fetch_value(tables) == "also_mine mine"
    await opened.close()


def test_the_folder_of_migrations_never_shadows_the_library() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import alembic; print(alembic.__version__, alembic.__file__)"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "site-packages" in found.stdout
    assert not (FOLDER / "__init__.py").exists()


def test_a_warm_start_does_not_import_alembic() -> None:
    code = "import sys, persistence.migrations; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=False).returncode == 0


def test_migrations_are_found_from_any_working_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert newest_revisions()
    assert configuration().get_main_option("script_location") == str(ROOT / "alembic")


def test_every_migration_is_named_by_its_time() -> None:
    names = [path.name for path in (FOLDER / "versions").glob("*.py")]
    assert [name for name in names if not re.fullmatch(r"\d{8}_\d{4}_[a-z0-9_]+\.py", name)] == []
