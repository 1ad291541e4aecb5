from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.document import DocumentError, Node
from domain.tables.catalog import TableName
from domain.tables.metadata import (
    Action,
    ByColumns,
    ByForeignKey,
    ComputedFieldDefinition,
    ExposedAs,
    FunctionSettings,
    Metadata,
    Permission,
    RelationshipDefinition,
    RelationshipKind,
    RootField,
    TableSettings,
)
from domain.tables.metadata_document import to_document
from domain.tables.metadata_reading import from_document

ARTICLE = TableName("public", "article")
AUTHOR = TableName("my.schema", "the.author")

WHOLE = Metadata(
    tables={
        ARTICLE: TableSettings(ARTICLE, custom_name="post", column_names={"id": "postId"}, root_fields={RootField.SELECT: "posts"}),
        AUTHOR: TableSettings(AUTHOR, tracked=False, is_enum=True, hidden_relationships=("article", "book")),
    },
    relationships=(
        RelationshipDefinition(ARTICLE, "reviews", RelationshipKind.ARRAY, ByColumns(AUTHOR, (("a", "b"), ("a", "c")), inserted_after=True)),
        RelationshipDefinition(ARTICLE, "writer", RelationshipKind.OBJECT, ByForeignKey(("author_id",)), "who wrote it"),
        RelationshipDefinition(AUTHOR, "articles", RelationshipKind.ARRAY, ByForeignKey(("b", "a"), ARTICLE)),
    ),
    computed_fields=(ComputedFieldDefinition(AUTHOR, "full_name", TableName("public", "full_name"), "row", "session", "both names"),),
    functions={AUTHOR: FunctionSettings(AUTHOR, False, ExposedAs.MUTATION, "session", "search", frozenset({"b", "a"}), "finds")},
    permissions=(
        Permission(ARTICLE, "user", Action.SELECT, None, ("excerpt",), {}, limit=0, allow_aggregations=True, comment="all"),
        Permission(ARTICLE, "user", Action.INSERT, ("title",), check={"a": {"_eq": None}}, presets={"author_id": "X-User-Id", "b": None}),
        Permission(ARTICLE, "user", Action.UPDATE, ("title",), filter={}, check=None),
        Permission(AUTHOR, "user", Action.DELETE, filter={"id": {"_eq": 1}}, backend_only=True),
    ),
    inherits={"editor": frozenset({"user", "author"})},
)  # fmt: skip

DOCUMENT: dict[str, Any] = {
    "version": 1,
    "tables": {
        "my.schema": {
            "the.author": {
                "tracked": False,
                "is_enum": True,
                "hidden_relationships": ["article", "book"],
                "relationships": {
                    "articles": {"kind": "array", "foreign_key": {"table": "public.article", "columns": ["b", "a"]}}
                },
                "computed_fields": {
                    "full_name": {
                        "function": "public.full_name",
                        "table_argument": "row",
                        "session_argument": "session",
                        "comment": "both names",
                    }
                },
                "permissions": {"user": {"delete": {"filter": {"id": {"_eq": 1}}, "backend_only": True}}},
            }
        },
        "public": {
            "article": {
                "custom_name": "post",
                "column_names": {"id": "postId"},
                "root_fields": {"select": "posts"},
                "relationships": {
                    "reviews": {
                        "kind": "array",
                        "target": {"schema": "my.schema", "name": "the.author"},
                        "columns": [["a", "b"], ["a", "c"]],
                        "inserted_after": True,
                    },
                    "writer": {"kind": "object", "foreign_key": ["author_id"], "comment": "who wrote it"},
                },
                "permissions": {
                    "user": {
                        "select": {
                            "columns": "*",
                            "computed_fields": ["excerpt"],
                            "filter": {},
                            "limit": 0,
                            "allow_aggregations": True,
                            "comment": "all",
                        },
                        "insert": {
                            "columns": ["title"],
                            "check": {"a": {"_eq": None}},
                            "presets": {"author_id": "X-User-Id", "b": None},
                        },
                        "update": {"columns": ["title"], "filter": {}},
                    }
                },
            }
        },
    },
    "functions": {
        "my.schema": {
            "the.author": {
                "tracked": False,
                "exposed_as": "mutation",
                "session_argument": "session",
                "custom_name": "search",
                "roles": ["a", "b"],
                "comment": "finds",
            }
        }
    },
    "roles": {"editor": {"inherits": ["author", "user"]}},
}


def ordered(metadata: Metadata) -> Metadata:
    """The same with everything whose order says nothing in one order."""
    return replace(
        metadata,
        relationships=tuple(sorted(metadata.relationships, key=lambda each: (each.table, each.name))),
        permissions=tuple(sorted(metadata.permissions, key=lambda each: (each.table, each.role, each.action))),
    )


def test_everything_that_can_be_said_has_its_place() -> None:
    document = to_document(WHOLE)

    assert document == DOCUMENT
    assert [*document] == ["version", "tables", "functions", "roles"]


def test_what_is_written_is_read_again() -> None:
    assert ordered(from_document(Node(DOCUMENT))) == ordered(WHOLE)


@given(st.randoms())
def test_the_order_of_what_is_said_changes_nothing(random: Any) -> None:
    def shuffled(items: Any) -> Any:
        items = [*items]
        random.shuffle(items)
        return items

    other = replace(
        WHOLE,
        tables=dict(shuffled(WHOLE.tables.items())),
        relationships=tuple(shuffled(WHOLE.relationships)),
        permissions=tuple(shuffled(WHOLE.permissions)),
    )

    assert list(walked(to_document(other))) == list(walked(DOCUMENT))


def walked(value: Any) -> Any:
    """The names of a document in the order of the text."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from walked(each)


def test_defaults_are_left_out() -> None:
    plain = Metadata(
        tables={ARTICLE: TableSettings(ARTICLE)},
        functions={ARTICLE: FunctionSettings(ARTICLE)},
        inherits={"user": frozenset()},
        version="7",
    )

    assert to_document(plain) == {"version": 1}


def test_a_document_may_say_nothing() -> None:
    assert from_document(Node({"version": 1, "tables": {"public": {"article": {}}}})) == Metadata()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "The document: A mapping is expected."),
        ({}, "The document: version: 1 is expected."),
        ({"version": 2}, "The document: version: 1 is expected."),
        ({"tabels": {}}, "tabels: Unknown; there is version, tables, functions, roles."),
        ({"tables": {"public": []}}, "tables.public: A mapping is expected."),
        ({"tables": {"public": {1: {}}}}, "tables.public.1: A name is a text; write it in quotes."),
        ({"roles": {"editor": None}}, "roles.editor: Something is expected here."),
        ({"roles": {"editor": {}}}, "roles.editor: inherits is missing."),
        ({"functions": {"public": {"f": {"exposed_as": "field"}}}}, "functions.public.f.exposed_as: One of query, mutation is expected."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(document: Any, message: str) -> None:
    if isinstance(document, dict) and document and "version" not in document:
        document["version"] = 1

    assert refusal(document) == message


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"root_fields": {"list": "x"}}, "root_fields.list: Unknown; there is select, select_by_pk, select_aggregate"),
        ({"is_enum": "yes"}, "is_enum: true or false is expected."),
        ({"column_names": {"id": 7}}, "column_names.id: A text is expected."),
        ({"relationships": {"a": {"foreign_key": ["x"]}}}, "relationships.a: kind is missing."),
        ({"relationships": {"a": {"kind": "object", "foreign_key": []}}}, "relationships.a.foreign_key: One name is needed."),
        ({"relationships": {"a": {"kind": "object", "foreign_key": ["x"], "target": "p.t"}}}, "relationships.a.target: Either foreign_key or target and columns."),
        ({"relationships": {"a": {"kind": "object", "target": "article", "columns": {"a": "b"}}}}, "relationships.a.target: A name with its schema is expected, as public.article."),
        ({"relationships": {"a": {"kind": "object", "target": {"schema": "p"}, "columns": {"a": "b"}}}}, "relationships.a.target: name is missing."),
        ({"relationships": {"a": {"kind": "object", "target": "p.t", "columns": [["a"]]}}}, "relationships.a.columns[0]: Two columns are expected."),
        ({"relationships": {"a": {"kind": "object", "target": "p.t", "columns": {}}}}, "relationships.a.columns: One pair of columns is needed."),
        ({"permissions": {"user": {"delete": None}}}, "permissions.user.delete: Something is expected here."),
        ({"permissions": {"user": {"read": {}}}}, "permissions.user.read: Unknown; there is select, insert, update, delete."),
        ({"permissions": {"user": {"delete": {"columns": "*"}}}}, "permissions.user.delete.columns: Unknown; there is filter, backend_only, comment."),
        ({"permissions": {"user": {"select": {"limit": -1}}}}, "permissions.user.select.limit: A whole number from 0 on is expected."),
        ({"permissions": {"user": {"select": {"limit": True}}}}, "permissions.user.select.limit: A whole number from 0 on is expected."),
        ({"permissions": {"user": {"select": {"filter": {"a": float("nan")}}}}}, "permissions.user.select.filter.a: A value of JSON is expected."),
        ({"permissions": {"user": {"select": {"filter": []}}}}, "permissions.user.select.filter: A mapping is expected."),
    ],
)  # fmt: skip
def test_what_does_not_fit_in_a_table_is_refused_with_its_place(table: Any, message: str) -> None:
    assert refusal({"version": 1, "tables": {"public": {"t": table}}}).startswith(f"tables.public.t.{message}")


def refusal(document: Any) -> str:
    with pytest.raises(DocumentError) as refused:
        from_document(Node(document))
    return refused.value.message
