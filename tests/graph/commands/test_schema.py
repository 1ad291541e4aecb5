"""`selfgraph export-schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import build_schema

from tests.graph.commands.process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.graph.commands.conftest import Call

SDL = ROOT / "graph" / "schema.graphql"


def test_the_platform_s_schema_needs_no_database_and_is_the_one_in_the_repository(call: Call, tmp_path: Path) -> None:
    called = call("export-schema", "--platform", DATA_DIR=tmp_path / "unused")
    assert (called.code, called.out) == (0, SDL.read_text(encoding="utf-8"))
    assert not (tmp_path / "unused").exists()


def test_a_check_passes_on_the_current_schema(call: Call) -> None:
    assert call("export-schema", "--platform", "--check", SDL).code == 0


def test_a_check_fails_with_one_line_on_any_other(call: Call, tmp_path: Path) -> None:
    other = tmp_path / "schema.graphql"
    other.write_text("type Query { other: Int }\n", encoding="utf-8")
    called = call("export-schema", "--platform", "--check", other)
    assert (called.code, called.err.count("\n")) == (1, 1)
    assert str(other) in called.err


def test_a_check_of_a_missing_file_fails_with_one_line(call: Call, tmp_path: Path) -> None:
    called = call("export-schema", "--platform", "--check", tmp_path / "missing")
    assert (called.code, called.err.count("\n")) == (1, 1)


def test_the_tables_of_the_database_are_in_the_superadmin_s_schema(call: Call, migrated_database: str) -> None:
    assert call("sql", "-c", "CREATE TABLE book (id integer PRIMARY KEY)", DATABASE_URL=migrated_database).code == 0
    called = call("export-schema", DATABASE_URL=migrated_database)
    assert called.code == 0
    fields = build_schema(called.out).get_type("Query")
    assert fields is not None
    assert {"book", "bookByPk", "tables"} <= set(fields.fields)  # type: ignore[attr-defined]  # an object type


def test_another_role_sees_no_table(call: Call, migrated_database: str) -> None:
    assert call("sql", "-c", "CREATE TABLE book (id integer PRIMARY KEY)", DATABASE_URL=migrated_database).code == 0
    assert "type Book" not in call("export-schema", "--role", "user", DATABASE_URL=migrated_database).out


def test_the_schema_is_written_to_a_file(call: Call, tmp_path: Path) -> None:
    assert call("export-schema", "--platform", "--output", tmp_path / "out.graphql").out == ""
    assert (tmp_path / "out.graphql").read_text(encoding="utf-8") == SDL.read_text(encoding="utf-8")
