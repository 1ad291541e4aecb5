from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from persistence.hasura_files import HasuraFilesError, read_hasura

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


V3 = {
    "version.yaml": "version: 3\n",
    "databases/databases.yaml": '- name: default\n  kind: postgres\n  tables: "!include default/tables/tables.yaml"\n',
    "databases/default/tables/tables.yaml": '- "!include public_article.yaml"\n- !include public_author.yaml\n',
    "databases/default/tables/public_article.yaml": "table:\n  name: article\nselect_permissions:\n  - role: user\n",
    "databases/default/tables/public_author.yaml": "table: author\n",
    "actions.yaml": "actions:\n  - name: x\ncustom_types:\n  enums: []\n",
    "actions.graphql": "type Mutation { x: Int }\n",
    "allow_list.yaml": "- collection: x\n",
    "inherited_roles.yaml": "[]\n",
    "network.yaml": "",
}


def test_a_directory_is_one_document(tmp_path: Path) -> None:
    files = read_hasura(write(tmp_path, V3))

    article = {"table": {"name": "article"}, "select_permissions": [{"role": "user"}]}
    assert files.value == {
        "version": 3,
        "actions": [{"name": "x"}],
        "custom_types": {"enums": []},
        "actions.graphql": "type Mutation { x: Int }",
        "allowlist": [{"collection": "x"}],
        "inherited_roles": [],
        "network": None,
        "sources": [{"name": "default", "kind": "postgres", "tables": [article, {"table": "author"}]}],
    }


def test_every_part_is_found_in_its_file(tmp_path: Path) -> None:
    files = read_hasura(write(tmp_path, V3))

    tables = "databases/default/tables"
    assert files.where(("sources", 0, "kind")) == "databases/databases.yaml:2"
    assert (
        files.where(("sources", 0, "tables", 0, "select_permissions", 0, "role")) == f"{tables}/public_article.yaml:4"
    )
    assert files.where(("sources", 0, "tables", 1)) == f"{tables}/public_author.yaml:1"
    assert files.where(("actions", 0)) == "actions.yaml:2"
    assert files.where(("custom_types", "enums")) == "actions.yaml:4"
    assert files.where(("actions.graphql",)) == "actions.graphql"
    assert files.where(("allowlist", 0)) == "allow_list.yaml:1"


def test_the_older_layout_and_a_projects_directory_are_read(tmp_path: Path) -> None:
    files = {"metadata/version.yaml": "version: 2", "metadata/tables.yaml": "- table: article", "metadata/functions.yaml": "- search", "config.yaml": "version: 2"}  # fmt: skip

    whole = read_hasura(write(tmp_path, files)).value

    assert whole == {"version": 2, "tables": [{"table": "article"}], "functions": ["search"]}


def test_one_file_of_json_or_yaml_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"a.json": '{"tables": ["\\ud83d\\ude00"]}', "b.yaml": "tables:\n  - x\n"})

    assert read_hasura(tmp_path / "a.json").value == {"tables": ["\N{GRINNING FACE}"]}
    assert read_hasura(tmp_path / "a.json").where(("tables", 0)) == "a.json"
    assert read_hasura(tmp_path / "b.yaml").where(("tables", 0)) == "b.yaml:2"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"tables.yaml": "- table: 'x"}, "tables.yaml:1: This is no YAML: found unexpected end of stream."),
        ({"tables.yaml": "\n- !include ../x.yaml"}, "tables.yaml:2: ../x.yaml is outside of the directory."),
        ({"tables.yaml": "- !include x.txt"}, "x.txt: The file cannot be read: No such file or directory."),
        ({"tables.yaml": "- !include a/x.yaml", "a/x.yaml": "- !include x.yaml"}, "a/x.yaml:1: At most 10 files include each other."),
        ({"version.yaml": "3"}, "version.yaml: A mapping is expected."),
        ({"readme.md": ""}, "{root}: There is no metadata of Hasura in this directory."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(HasuraFilesError) as refused:
        read_hasura(write(tmp_path, files))

    assert refused.value.message == message.replace("{root}", str(tmp_path))


def test_json_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{\n"a": }')
    (tmp_path / "b.json").write_text("[" * 100_000)
    (tmp_path / "c.json").write_bytes(b"\xff")

    for name, message in {
        "a.json": "a.json:2: This is no JSON: Expecting value.",
        "b.json": "b.json: The document is nested too deeply.",
        "c.json": "c.json: The file is not UTF-8 text.",
    }.items():
        with pytest.raises(HasuraFilesError) as refused:
            read_hasura(tmp_path / name)
        assert refused.value.message == message
