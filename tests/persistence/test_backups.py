from __future__ import annotations

import asyncio
import stat
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from persistence.backups import BackupError, backup, database, psql_command, restore

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = """
CREATE EXTENSION pg_trgm;
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('new', 'old');
CREATE TABLE shop.item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, state shop.state);
CREATE INDEX ON shop.item USING gin (name gin_trgm_ops);
INSERT INTO shop.item (name, state) VALUES ('it''s \\ "ä"', 'new'), (E'two\\nlines', NULL);
CREATE FUNCTION shop.count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM shop.item';
CREATE TABLE public.note (text text);
SELECT lo_from_bytea(0, 'large');
"""


def value(url: str, statement: str) -> Any:
    """The first value of the statement's answer."""

    async def fetch() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def run(url: str, statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statements)
        finally:
            await connection.close()

    asyncio.run(execute())


@pytest.fixture
def archive(any_database: str, tmp_path: Path) -> Path:
    """A backup of `CONTENT`, which is in the database still."""
    run(any_database, CONTENT)
    backup(database(any_database), tmp_path / "archive")
    return tmp_path / "archive"


def test_only_the_owner_may_read_a_backup(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_a_backup_leaves_no_other_file(archive: Path) -> None:
    assert list(archive.parent.iterdir()) == [archive]


def test_a_backup_replaces_an_older_file(archive: Path, any_database: str) -> None:
    archive.write_text("old")

    backup(database(any_database), archive)

    assert archive.read_bytes().startswith(b"PGDMP")


def test_a_failed_backup_keeps_the_older_file_and_leaves_no_other(tmp_path: Path, any_database: str) -> None:
    (tmp_path / "archive").write_text("old")
    wrong = any_database.replace("/test_", "/no_such_")

    with pytest.raises(BackupError, match="does not exist"):
        backup(database(wrong), tmp_path / "archive")

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("archive", "old")]


def test_a_backup_into_a_missing_folder_is_refused_in_one_line(tmp_path: Path, any_database: str) -> None:
    with pytest.raises(BackupError, match=r"cannot be written: No such file or directory$"):
        backup(database(any_database), tmp_path / "missing" / "archive")


def test_a_restore_with_force_brings_everything_back(archive: Path, any_database: str) -> None:
    run(any_database, "DROP SCHEMA shop CASCADE; CREATE TABLE public.later (); DROP TABLE public.note")

    restore(database(any_database), archive, force=True)

    assert value(any_database, "SELECT array_agg(name ORDER BY id) FROM shop.item") == [
        'it\'s \\ "ä"',
        "two\nlines",
    ]
    assert value(any_database, "SELECT shop.count()") == 2
    assert value(any_database, "SELECT to_regclass('public.note') IS NOT NULL")
    assert value(any_database, "SELECT count(*) FROM pg_largeobject_metadata") == 1


def test_a_restore_with_force_removes_what_the_backup_lacks(archive: Path, any_database: str) -> None:
    run(any_database, "CREATE TABLE public.later (); CREATE SCHEMA newer; CREATE PUBLICATION newest FOR ALL TABLES")

    restore(database(any_database), archive, force=True)

    assert value(any_database, "SELECT to_regclass('public.later') IS NULL AND to_regnamespace('newer') IS NULL")
    assert value(any_database, "SELECT count(*) FROM pg_publication") == 0


@pytest.mark.parametrize(
    "content",
    [
        "CREATE TABLE kept ()",
        "CREATE SCHEMA kept",
        "CREATE TYPE kept AS ENUM ()",
        "CREATE FUNCTION kept() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT lo_create(0)",
    ],
)
def test_a_database_that_holds_anything_is_not_overwritten(archive: Path, any_database: str, content: str) -> None:
    run(
        any_database,
        "DROP SCHEMA shop, public CASCADE; CREATE SCHEMA public; SELECT lo_unlink(oid) FROM pg_largeobject_metadata",
    )
    run(any_database, content)

    with pytest.raises(BackupError, match="not empty; use --force"):
        restore(database(any_database), archive)

    assert value(any_database, "SELECT to_regclass('shop.item') IS NULL")


def test_an_empty_database_is_filled_without_force(archive: Path, any_database: str) -> None:
    run(
        any_database,
        "DROP SCHEMA shop, public CASCADE; CREATE SCHEMA public; SELECT lo_unlink(oid) FROM pg_largeobject_metadata",
    )
    run(any_database, "CREATE EXTENSION pg_trgm")

    restore(database(any_database), archive)

    assert value(any_database, "SELECT shop.count()") == 2


def test_a_restore_that_fails_half_way_changes_nothing(archive: Path, any_database: str) -> None:
    run(any_database, "CREATE TABLE public.later ()")
    content = archive.read_bytes()
    archive.write_bytes(content[: len(content) * 9 // 10])

    with pytest.raises(BackupError):
        restore(database(any_database), archive, force=True)

    assert value(any_database, "SELECT to_regclass('public.later') IS NOT NULL AND shop.count() = 2")


def test_a_file_that_is_no_backup_is_refused_in_one_line(any_database: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("SELECT 1;\n" * 1000)

    with pytest.raises(BackupError, match=r"^pg_restore: error: .*archive") as refused:
        restore(database(any_database), tmp_path / "text", force=True)

    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused_in_one_line(any_database: str, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="No such file or directory"):
        restore(database(any_database), tmp_path / "missing")


def test_the_password_is_on_no_command_line() -> None:
    target = database("postgresql://owner:p%40ss@db.example:5433/shop?sslmode=require")

    assert target.url == "postgresql://owner@db.example:5433/shop?sslmode=require"
    assert target.environment["PGPASSWORD"] == "p@ss"
    assert "p@ss" not in " ".join(psql_command(target, []))


def test_the_tls_mode_of_the_url_beats_the_setting() -> None:
    assert database("postgresql://db/shop?sslmode=disable", ssl="verify-full").environment["PGSSLMODE"] == "disable"


def test_a_database_over_tls_needs_programs_with_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(BackupError, match="over TLS needs psql"):
        psql_command(database("postgresql://db/shop", ssl="require"), [])
