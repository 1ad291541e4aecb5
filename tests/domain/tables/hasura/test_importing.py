from __future__ import annotations

from typing import Any

import pytest

from domain.document import DocumentError, Node, place
from domain.tables.catalog import TableName
from domain.tables.hasura.importing import Imported, import_hasura
from domain.tables.metadata import (
    Action,
    ByColumns,
    ByForeignKey,
    ComputedFieldDefinition,
    ExposedAs,
    FunctionSettings,
    Permission,
    RelationshipDefinition,
    RelationshipKind,
    RootField,
    TableSettings,
)

ARTICLE = TableName("public", "article")
AUTHOR = TableName("public", "author")
STATS = TableName("reports", "stats")


def imported(tables: Any = (), functions: Any = (), **others: Any) -> Imported:
    """What is made of a source's tables and functions."""
    source = {"name": "default", "kind": "postgres", "tables": [*tables], "functions": [*functions]}
    return import_hasura(Node({"version": 3, "sources": [source], **others}))


def left_out(found: Imported) -> dict[str, str]:
    """Reasons by places below the source."""
    return {place(each.path).removeprefix("sources[0]."): each.why for each in found.not_taken}


def permission(action: str, definition: Any, **others: Any) -> Imported:
    entry = {"role": "user", "permission": definition, **others}
    return imported([{"table": "article", f"{action}_permissions": [entry]}])


def filter_of(rule: Any) -> Any:
    (found,) = permission("delete", {"filter": rule}).metadata.permissions
    return found.filter


def test_a_table_has_its_names() -> None:
    configuration = {
        "custom_name": "post",
        "custom_column_names": {"id": "postId", "title": "old"},
        "column_config": {"title": {"custom_name": "headline", "comment": "shown on top"}, "body": {"comment": "long"}},
        "custom_root_fields": {"select": "posts", "insert_one": {"name": "addPost", "comment": "adds one"}, "delete": "", "select_stream": "stream"},
        "comment": "of the blog",
    }  # fmt: skip

    found = imported(
        [{"table": {"schema": "public", "name": "article"}, "is_enum": True, "configuration": configuration}]
    )

    assert found.metadata.tables == {
        ARTICLE: TableSettings(
            ARTICLE,
            is_enum=True,
            custom_name="post",
            column_names={"id": "postId", "title": "headline"},
            root_fields={RootField.SELECT: "posts", RootField.INSERT_ONE: "addPost"},
        )
    }
    assert left_out(found).keys() == {
        "tables[0].configuration.comment",
        "tables[0].configuration.column_config.title.comment",
        "tables[0].configuration.column_config.body.comment",
        "tables[0].configuration.custom_root_fields.insert_one.comment",
        "tables[0].configuration.custom_root_fields.select_stream",
    }


def test_relationships_are_taken_in_every_form() -> None:
    mapping = {
        "remote_table": {"schema": "reports", "name": "stats"},
        "column_mapping": {"id": "article_id", "lang": "lang"},
    }
    article = {
        "table": "article",
        "object_relationships": [
            {"name": "author", "using": {"foreign_key_constraint_on": "author_id"}, "comment": "who wrote it"},
            {"name": "draft", "using": {"foreign_key_constraint_on": ["draft_id", "lang"]}},
            {"name": "cover", "using": {"foreign_key_constraint_on": {"table": "cover", "column": "article_id"}}},
            {"name": "stats", "using": {"manual_configuration": {**mapping, "insertion_order": "after_parent"}}},
        ],
        "array_relationships": [
            {"name": "tags", "using": {"foreign_key_constraint_on": {"table": {"schema": "reports", "name": "stats"}, "columns": ["a", "b"]}}},
            {"name": "views", "using": {"manual_configuration": {**mapping, "insertion_order": None}}},
        ],
    }  # fmt: skip

    found = imported([article])

    by_hand = ByColumns(STATS, (("id", "article_id"), ("lang", "lang")))
    assert [(each.name, each.kind, each.using) for each in found.metadata.relationships] == [
        ("author", RelationshipKind.OBJECT, ByForeignKey(("author_id",))),
        ("draft", RelationshipKind.OBJECT, ByForeignKey(("draft_id", "lang"))),
        ("cover", RelationshipKind.OBJECT, ByForeignKey(("article_id",), TableName("public", "cover"))),
        ("stats", RelationshipKind.OBJECT, ByColumns(STATS, by_hand.columns, inserted_after=True)),
        ("tags", RelationshipKind.ARRAY, ByForeignKey(("a", "b"), STATS)),
        ("views", RelationshipKind.ARRAY, by_hand),
    ]
    assert found.metadata.relationships[0] == RelationshipDefinition(
        ARTICLE, "author", RelationshipKind.OBJECT, ByForeignKey(("author_id",)), "who wrote it"
    )
    assert not found.not_taken


def test_computed_fields_and_functions_are_taken() -> None:
    definition = {"function": "full_name", "table_argument": "row", "session_argument": "session"}
    fields = [
        {"name": "name", "definition": definition, "comment": "both"},
        {"name": "x", "definition": {"function": {"schema": "reports", "name": "x"}}},
    ]
    functions = [
        "search",
        {"function": {"schema": "reports", "name": "top"}},
        {"name": "flat", "schema": "reports"},
        {
            "function": "score",
            "configuration": {"exposed_as": "mutation", "session_argument": "s", "custom_name": "addScore", "custom_root_fields": {"function": "score_it", "function_aggregate": "score_sum"}},
            "permissions": [{"role": "user"}, {"role": "editor"}],
            "comment": "adds",
        },
        {"function": "named", "configuration": {"custom_root_fields": {"function": "it", "function_aggregate": "it_aggregate"}}},
    ]  # fmt: skip

    found = imported([{"table": "author", "computed_fields": fields}], functions)

    assert found.metadata.computed_fields == (
        ComputedFieldDefinition(AUTHOR, "name", TableName("public", "full_name"), "row", "session", "both"),
        ComputedFieldDefinition(AUTHOR, "x", TableName("reports", "x")),
    )
    assert list(found.metadata.functions.values()) == [
        FunctionSettings(TableName("public", "search")),
        FunctionSettings(TableName("reports", "top")),
        FunctionSettings(TableName("reports", "flat")),
        FunctionSettings(TableName("public", "score"), True, ExposedAs.MUTATION, "s", "score_it", frozenset({"user", "editor"}), "adds"),
        FunctionSettings(TableName("public", "named"), custom_name="it"),
    ]  # fmt: skip
    assert left_out(found).keys() == {"functions[3].configuration.custom_root_fields.function_aggregate"}


def test_permissions_are_taken() -> None:
    table = {
        "table": "article",
        "select_permissions": [
            {"role": "user", "permission": {"columns": "*", "computed_fields": ["a"], "filter": {}, "limit": 10, "allow_aggregations": True}, "comment": "all"},
            {"role": "anonymous", "permission": {"columns": ["id"], "filter": {"published": True}}},
        ],
        "insert_permissions": [
            {"role": "user", "permission": {"check": {}, "set": {"author_id": "x-hasura-user-id", "x": None}, "columns": ["title"], "backend_only": True}},
            {"role": "editor", "permission": {"check": {"id": {"_gt": 1}}}},
        ],
        "update_permissions": [
            {"role": "user", "permission": {"columns": ["title"], "filter": {"id": 1}, "check": None}},
            {"role": "editor", "permission": {"columns": "*", "filter": {}, "check": {"id": 2}, "set": {"at": "now()"}}},
        ],
        "delete_permissions": [{"role": "user", "permission": {"filter": {"id": {"_eq": 1}}, "backend_only": False}}],
    }  # fmt: skip

    found = imported([table])

    assert found.metadata.permissions == (
        Permission(ARTICLE, "user", Action.SELECT, None, ("a",), {}, limit=10, allow_aggregations=True, comment="all"),
        Permission(ARTICLE, "anonymous", Action.SELECT, ("id",), filter={"published": {"_eq": True}}),
        Permission(ARTICLE, "user", Action.INSERT, ("title",), check={}, presets={"author_id": "x-hasura-user-id", "x": None}, backend_only=True),
        Permission(ARTICLE, "editor", Action.INSERT, None, check={"id": {"_gt": 1}}),
        Permission(ARTICLE, "user", Action.UPDATE, ("title",), filter={"id": {"_eq": 1}}),
        Permission(ARTICLE, "editor", Action.UPDATE, None, filter={}, check={"id": {"_eq": 2}}, presets={"at": "now()"}),
        Permission(ARTICLE, "user", Action.DELETE, filter={"id": {"_eq": 1}}),
    )  # fmt: skip
    assert not found.not_taken


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({}, {}),
        ({"id": "X-Hasura-User-Id"}, {"id": {"_eq": "X-Hasura-User-Id"}}),
        ({"$and": [{"id": {"$eq": 1}}, {"$not": {"id": {"$ne": 2}}}]}, {"_and": [{"id": {"_eq": 1}}, {"_not": {"id": {"_neq": 2}}}]}),
        ({"_or": []}, {"_or": []}),
        ({"name": "X-Men"}, {"name": {"_eq": {"_text": "X-Men"}}}),
        ({"name": {"_in": ["x-ray", "x-hasura-a", "b", "X-User-Id"]}}, {"name": {"_in": [{"_text": "x-ray"}, "x-hasura-a", "b", {"_text": "X-User-Id"}]}}),
        ({"id": {"_eq": "REQ_USER_ID"}}, {"id": {"_eq": "x-hasura-user-id"}}),
        ({"author": {"name": {"_in": ["a"]}, "id": 7}}, {"author": {"name": {"_in": ["a"]}, "id": {"_eq": 7}}}),
        ({"author": {}}, {"author": {}}),
        ({"price": {"$cgt": "cost", "_clt": ["$", "limit"]}}, {"price": {"_cgt": "cost", "_clt": ["$", "limit"]}}),
        ({"info": {"_cast": {"String": {"$like": "%a"}}}}, {"info": {"_cast": {"String": {"_like": "%a"}}}}),
        ({"info": {"_contains": {"$eq": 1}}}, {"info": {"_contains": {"$eq": 1}}}),
        ({"_exists": {"_table": "author", "_where": {"id": 1}}}, {"_exists": {"_table": {"schema": "public", "name": "author"}, "_where": {"id": {"_eq": 1}}}}),
        ({"$exists": {"$table": {"schema": "reports", "name": "stats"}, "$where": {}}}, {"_exists": {"_table": {"schema": "reports", "name": "stats"}, "_where": {}}}),
    ],
)  # fmt: skip
def test_rules_are_put_in_one_spelling(given: Any, taken: Any) -> None:
    assert filter_of(given) == taken


def test_a_rule_that_cannot_be_kept_leaves_the_permission_out() -> None:
    found = permission("select", {"columns": "*", "filter": {"_or": [{"place": {"_st_within": 1}}]}})

    assert found.metadata.permissions == ()
    assert left_out(found) == {
        "tables[0].select_permissions[0].permission.filter._or[0].place._st_within": (
            "There is no _st_within: PostGIS has no operators here. The permission is left out."
        )
    }


@pytest.mark.parametrize("action", ["insert", "update", "delete"])
def test_rows_that_a_webhook_checks_are_not_written_unchecked(action: str) -> None:
    definition = {"columns": "*", "filter": {}, "check": {}, "validate_input": {"type": "http"}}

    found = permission(action, definition)

    assert found.metadata.permissions == ()
    assert "tables[0]." + f"{action}_permissions[0].permission.validate_input" in left_out(found)


def test_a_choice_of_root_fields_is_told_of_even_if_it_is_none() -> None:
    definition = {"columns": "*", "filter": {}, "query_root_fields": ["select"], "subscription_root_fields": []}

    found = permission("select", definition)

    assert len(found.metadata.permissions) == 1
    assert len(left_out(found)) == 2


@pytest.mark.parametrize("fields", [[], ["select_by_pk", "select_aggregate"]])
def test_rows_that_cannot_be_listed_are_not_shown(fields: list[str]) -> None:
    found = permission("select", {"columns": "*", "filter": {}, "query_root_fields": fields})

    assert found.metadata.permissions == ()
    assert left_out(found).keys() == {"tables[0].select_permissions[0].permission.query_root_fields"}


@pytest.mark.parametrize(
    ("rule", "place_"),
    [
        ({"$or": [{"id": 1}], "_or": [{"id": 2}]}, "filter._or"),
        ({"id": {"$gt": 1, "_gt": 2}}, "filter.id._gt"),
        ({"_and": [{"id": {"_ne": 1, "_neq": 2}}]}, "filter._and[0].id._neq"),
        ({"name": "X-Hasura-Org.Id"}, "filter.name"),
    ],
)
def test_nothing_of_a_rule_is_lost(rule: Any, place_: str) -> None:
    found = permission("select", {"columns": "*", "filter": rule})

    assert found.metadata.permissions == ()
    assert left_out(found).keys() == {f"tables[0].select_permissions[0].permission.{place_}"}


def test_presets_keep_their_texts() -> None:
    given = {"title": "X-Men", "owner": "REQ_USER_ID", "tag": "x-hasura-tag", "place": "Xanten", "at": None}

    (found,) = permission("insert", {"check": {}, "set": given}).metadata.permissions

    assert found.presets == {**given, "title": {"_text": "X-Men"}, "owner": "x-hasura-user-id"}


@pytest.mark.parametrize(
    ("tables", "functions", "others", "message"),
    [
        (["article", {"schema": "public", "name": "article"}], (), {}, "tables[1]: public.article is said twice."),
        ((), ["find", {"function": "find"}], {}, "functions[1]: public.find is said twice."),
        ((), (), {"inherited_roles": [{"role_name": "m", "role_set": ["a"]}, {"role_name": "m", "role_set": ["b"]}]}, "inherited_roles[1]: m is said twice."),
    ],
)  # fmt: skip
def test_nothing_is_said_twice(tables: Any, functions: Any, others: Any, message: str) -> None:
    with pytest.raises(DocumentError) as refused:
        imported([{"table": each} for each in tables], functions, **others)

    assert refused.value.message.removeprefix("sources[0].") == message


@pytest.mark.parametrize(
    ("part", "entry"),
    [
        ("select_permissions", {"role": "user", "permission": {"columns": [], "filter": {}}}),
        ("computed_fields", {"name": "a", "definition": {"function": "f"}}),
        ("object_relationships", {"name": "a", "using": {"foreign_key_constraint_on": "a_id"}}),
    ],
)
def test_nothing_of_a_table_is_said_twice(part: str, entry: Any) -> None:
    with pytest.raises(DocumentError, match=rf"{part}\[1\]: .* is said twice"):
        imported([{"table": "article", part: [entry, entry]}])


def test_a_role_that_may_do_everything_here_is_left_out() -> None:
    definition = {"role": "superadmin", "permission": {"columns": [], "filter": {}}}

    found = imported([{"table": "article", "select_permissions": [definition]}])

    assert found.metadata.permissions == ()
    assert left_out(found).keys() == {"tables[0].select_permissions[0]"}


def test_inherited_roles_are_taken() -> None:
    roles = [{"role_name": "editor", "role_set": ["user", "author"]}, {"role_name": "chief", "role_set": ["admin"]}]

    found = imported(inherited_roles=roles)

    assert found.metadata.inherits == {"editor": frozenset({"user", "author"})}
    assert left_out(found).keys() == {"inherited_roles[1]"}


def test_every_part_that_there_is_not_is_told_of() -> None:
    others = {
        "remote_schemas": [{"name": "x"}],
        "actions": [{"name": "x"}],
        "custom_types": {"scalars": [{"name": "x"}], "objects": []},
        "cron_triggers": [{"name": "x"}],
        "query_collections": [{"name": "x"}],
        "allowlist": [{"collection": "x"}],
        "rest_endpoints": [{"name": "x"}],
        "api_limits": {"disabled": False, "depth_limit": {"global": 5}},
        "graphql_schema_introspection": {"disabled_for_roles": ["user"]},
        "network": {"tls_allowlist": [{"host": "x"}]},
        "metrics_config": {"analyze_query_variables": True},
        "opentelemetry": {"status": "enabled"},
        "backend_configs": {"dataconnector": {"x": {}, "y": 1}},
        "something_new": 1,
    }
    table = {
        "table": "article",
        "event_triggers": [{"name": "x"}],
        "remote_relationships": [{"name": "x"}],
        "apollo_federation_config": {"enable": "v1"},
        "something_new": [1],
    }

    found = imported([table], **others)

    assert left_out(found).keys() == others.keys() | {f"tables[0].{name}" for name in table} - {"tables[0].table"}


def test_what_says_nothing_is_not_told_of() -> None:
    custom_types: dict[str, Any] = {"enums": [], "input_objects": [], "objects": [], "scalars": []}
    empty: dict[str, Any] = {
        "remote_schemas": [],
        "actions": [],
        "custom_types": custom_types,
        "network": {},
        "opentelemetry": None,
    }

    found = imported([{"table": "article", "event_triggers": [], "configuration": {"comment": None}}], **empty)

    assert not found.not_taken


def test_one_database_is_taken_and_the_others_are_told_of() -> None:
    sources = [
        {"name": "sales", "kind": "postgres", "tables": [{"table": "article"}], "configuration": {"connection_info": {"database_url": "x"}}},
        {"name": "default", "kind": "pg", "tables": [{"table": "author"}], "customization": {"root_fields": {"prefix": "x"}}},
        {"name": "lake", "kind": "bigquery", "tables": []},
    ]  # fmt: skip
    document = Node({"version": 3, "sources": sources})

    first, second = import_hasura(document), import_hasura(document, "sales")

    assert [*first.metadata.tables] == [AUTHOR]
    assert [place(each.path) for each in first.not_taken] == ["sources[2]", "sources[0]", "sources[1].customization"]
    assert [*second.metadata.tables] == [ARTICLE]
    assert [place(each.path) for each in second.not_taken] == ["sources[2]", "sources[1]", "sources[0].configuration"]


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda whole: whole,
        lambda whole: {"resource_version": 7, "metadata": whole},
        lambda whole: {"type": "replace_metadata", "args": whole},
        lambda whole: {"type": "replace_metadata", "version": 2, "args": {"allow_inconsistent_metadata": True, "metadata": whole}},
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "whole",
    [
        {"version": 3, "sources": [{"name": "any", "kind": "postgres", "tables": [{"table": "article"}]}]},
        {"version": 2, "tables": [{"table": {"schema": "public", "name": "article"}}], "functions": []},
        {"tables": [{"table": "article"}]},
    ],
)
def test_the_document_is_found_in_every_wrapping(whole: Any, wrapped: Any) -> None:
    assert [*import_hasura(Node(wrapped(whole))).metadata.tables] == [ARTICLE]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "The document: sources or tables are expected."),
        ({"sources": [{"kind": "postgres"}]}, "sources[0]: name is missing."),
        ({"sources": [{"name": "a"}, {"name": "b"}]}, "sources: Name the source to take (--source); those of PostgreSQL are: a, b."),
        ({"sources": [{"name": "a", "kind": "mssql"}]}, "sources: Name the source to take (--source); those of PostgreSQL are: none."),
        ({"tables": [{}]}, "tables[0]: table is missing."),
        ({"tables": [{"table": {"schema": "x"}}]}, "tables[0].table: name is missing."),
        ({"tables": [{"table": "a", "object_relationships": [{"name": "x"}]}]}, "tables[0].object_relationships[0]: name and using are expected."),
        ({"tables": [{"table": "a", "object_relationships": [{"name": "x", "using": {}}]}]}, "tables[0].object_relationships[0].using: foreign_key_constraint_on or manual_configuration is expected."),
        ({"tables": [{"table": "a", "array_relationships": [{"name": "x", "using": {"foreign_key_constraint_on": {"table": "b"}}}]}]}, "tables[0].array_relationships[0].using.foreign_key_constraint_on: table and column are expected."),
        ({"tables": [{"table": "a", "computed_fields": [{"name": "x", "definition": {}}]}]}, "tables[0].computed_fields[0].definition: function is missing."),
        ({"tables": [{"table": "a", "select_permissions": [{"permission": {}}]}]}, "tables[0].select_permissions[0]: role is missing."),
        ({"tables": [{"table": "a", "select_permissions": [{"role": "x", "permission": {"columns": "*"}}]}]}, "tables[0].select_permissions[0].permission: filter is missing."),
        ({"tables": [{"table": "a", "delete_permissions": [{"role": "x", "permission": {"filter": {"_exists": {"_table": "b"}}}}]}]}, "tables[0].delete_permissions[0].permission.filter._exists: _table and _where are expected."),
    ],
)  # fmt: skip
def test_what_is_not_hasuras_is_refused_with_its_place(document: Any, message: str) -> None:
    with pytest.raises(DocumentError) as refused:
        import_hasura(Node(document))

    assert refused.value.message == message
