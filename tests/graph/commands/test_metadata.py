from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.graph.commands.conftest import Call

TABLES = """
CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE article (id int PRIMARY KEY, author_id int REFERENCES author, title text);
CREATE TABLE secret (id int PRIMARY KEY);
"""
METADATA = """\
version: 1
tables:
  public:
    article:
      relationships:
        writer:
          kind: object
          foreign_key:
            - author_id
      permissions:
        reader:
          select:
            columns:
              - id
              - title
            filter:
              writer:
                id:
                  _eq: X-User-Id
    author:
      custom_name: person
roles:
  editor:
    inherits:
      - reader
"""


@pytest.fixture
def given(call: Call, migrated_database: str, tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "tables.sql").write_text(TABLES)
    assert call("sql", tmp_path / "tables.sql", DATABASE_URL=migrated_database).code == 0
    return {"DATABASE_URL": migrated_database}


def test_what_is_applied_is_exported_again(call: Call, given: dict[str, Any], tmp_path: Path) -> None:
    file, copy = tmp_path / "metadata.yaml", tmp_path / "copy.yaml"
    file.write_text(METADATA)

    applied = call("metadata", "apply", file, **given)
    exported = call("metadata", "export", **given)
    call("metadata", "export", copy, **given)
    again = call("metadata", "apply", file, **given)

    assert (applied.code, applied.err) == (0, "")
    assert applied.out == "Applied: 1 tables, 1 permissions; made the roles editor, reader.\n"
    assert exported.out == METADATA
    assert copy.read_text() == METADATA
    assert again.out == "Nothing is another than before.\n"


def test_a_difference_is_shown_and_told_by_the_exit_code(call: Call, given: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "metadata.yaml"
    file.write_text(METADATA)
    call("metadata", "apply", file, **given)

    same = call("metadata", "diff", file, **given)
    file.write_text(METADATA.replace("custom_name: person", "custom_name: human"))
    other = call("metadata", "diff", file, **given)

    assert (same.code, same.out) == (0, "")
    assert other.code == 1
    assert other.out.splitlines()[:2] == ["--- the database", f"+++ {file}"]
    assert [line for line in other.out.splitlines()[2:] if line[0] in "+-"] == [
        "-      custom_name: person",
        "+      custom_name: human",
    ]


def test_what_does_not_fit_changes_nothing(call: Call, given: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "metadata.yaml"
    file.write_text(METADATA.replace("- title", "- headline").replace("author:", "authors:"))

    refused = call("metadata", "apply", file, **given)

    assert refused.code == 1
    assert "headline" in refused.err
    assert "public.authors" in refused.err
    assert refused.err.splitlines()[-1] == "selfgraph: The metadata do not fit; nothing was changed."
    assert call("metadata", "export", **given).out == "version: 1\n"


def test_what_does_not_fit_yet_may_be_taken(call: Call, given: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "metadata.yaml"
    file.write_text(METADATA.replace("author:", "authors:"))

    applied = call("metadata", "apply", "--allow-misfits", file, **given)

    assert applied.code == 0
    assert "left out until it fits: table of public.authors" in applied.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 1\ntables:\n  public:\n    article:\n      is_enum: maybe\n", "{file}:5: tables.public.article.is_enum: true or false is expected."),
        ("version: 1\ntables: [\n", "{file}:3: This is no YAML: did not find expected node content."),
        ("", "{file}:1: The document: A mapping is expected."),
        (None, "{file} cannot be read: No such file or directory"),
        (b"\xff", "{file} is not UTF-8 text."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["apply", "diff"])
def test_a_file_that_cannot_be_read_is_told_with_the_line(
    call: Call, tmp_path: Path, command: str, text: str | bytes | None, message: str
) -> None:
    file = tmp_path / "metadata.yaml"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    # Nothing listens there: the file is read before the database is asked.
    refused = call("metadata", command, file, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert (refused.code, refused.err) == (1, f"selfgraph: {message.format(file=file)}\n")


OWN = "X-Hasura-User-Id"
HASURA = {
    "version": 3,
    "sources": [
        {
            "name": "default",
            "kind": "postgres",
            "tables": [
                {
                    "table": {"schema": "public", "name": "article"},
                    "object_relationships": [{"name": "writer", "using": {"foreign_key_constraint_on": "author_id"}}],
                    "select_permissions": [
                        {
                            "role": "reader",
                            "permission": {"columns": ["id", "title"], "filter": {"writer": {"id": OWN}}},
                        }
                    ],
                    "event_triggers": [{"name": "tell"}],
                },
                {"table": "author", "configuration": {"custom_name": "person"}},
            ],
        }
    ],
    "inherited_roles": [{"role_name": "editor", "role_set": ["reader"]}],
    "actions": [{"name": "act"}],
}
IMPORTED = METADATA.replace("X-User-Id", OWN)
REPORT = """\
hasura.json: not taken: actions: There are no actions.
hasura.json: not taken: sources[0].tables[0].event_triggers: There are no event triggers.
2 parts were not taken.
"""


@pytest.fixture
def hasura(tmp_path: Path) -> Path:
    file = tmp_path / "hasura.json"
    file.write_text(json.dumps(HASURA))
    return file


def test_hasuras_metadata_become_ours_without_a_database(call: Call, hasura: Path, tmp_path: Path) -> None:
    output = tmp_path / "metadata.yaml"

    printed = call("metadata", "import-hasura", hasura)
    written = call("metadata", "import-hasura", hasura, "--output", output)

    assert (printed.code, printed.out, written.code, written.out) == (0, IMPORTED, 0, "")
    for said in (printed.err, written.err):
        assert said.startswith(REPORT)
        assert "--only-tracked" in said
    assert output.read_text() == IMPORTED


def test_hasuras_metadata_are_applied(call: Call, given: dict[str, Any], hasura: Path) -> None:
    applied = call("metadata", "import-hasura", hasura, "--apply", "--only-tracked", **given)
    exported = call("metadata", "export", **given)

    assert (applied.code, applied.err) == (0, REPORT)
    assert applied.out.startswith("Applied: ")
    assert exported.out == IMPORTED.replace("roles:", "    secret:\n      tracked: false\nroles:")


def test_a_tracked_table_that_is_not_there_is_told_of(call: Call, given: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "tables.json"
    file.write_text(json.dumps({"version": 3, "tables": [{"table": {"schema": "other", "name": "thing"}}]}))

    applied = call("metadata", "import-hasura", file, "--apply", "--only-tracked", **given)

    assert applied.code == 1
    assert "table of other.thing: There is no such table or view in the exposed schemas." in applied.err


def test_what_is_not_hasuras_is_told_with_its_place(call: Call, tmp_path: Path) -> None:
    (tmp_path / "tables.yaml").write_text("- table: author\n- tabel: article\n")

    refused = call("metadata", "import-hasura", tmp_path)

    assert (refused.code, refused.err) == (1, "selfgraph: tables.yaml:2: tables[1]: table is missing.\n")
