from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from graphql import GraphQLScalarType, is_introspection_type

from graph.platform_names import taken_names
from graph.role_schema import static_schema
from graph.tables.naming import CamelNaming, SnakeNaming
from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from persistence.embedded import EmbeddedServer

TABLES = """
CREATE TABLE users (id int PRIMARY KEY, pet text);
CREATE TABLE "user" (id int PRIMARY KEY, pet text);
CREATE TABLE "PlatformUser" (id int PRIMARY KEY, pet text);
INSERT INTO users VALUES (1, 'cat');
INSERT INTO "user" VALUES (1, 'dog');
"""
PLATFORM = '{ platformUsers { nodes { __typename } totalCount } platformUser(id: "%s") { id } system { version } }'
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("naming", "query", "answer"),
    [
        ("snake", "{ users { pet __typename } user { pet } user_by_pk(id: 1) { pet __typename } __typename }", "query_root"),
        ("camel", "{ users { pet __typename } user { pet } userByPk(id: 1) { pet __typename } __typename }", "Query"),
    ],
)  # fmt: skip
async def test_a_table_has_the_name_that_the_platform_wants_too(
    embedded_server: EmbeddedServer, naming: str, query: str, answer: str
) -> None:
    types = ("users", "user") if naming == "snake" else ("Users", "User")
    platform = PLATFORM.replace("platformU", "platform_u" if naming == "snake" else "platformU") % NOBODY
    async with (
        new_database(embedded_server.url, TABLES) as url,
        serving(url, table_naming=naming, tables_first=True) as served,
    ):
        found = await served.data(query)
        own = await served.data(platform)

    assert [*found.values()] == [
        [{"pet": "cat", "__typename": types[0]}],
        [{"pet": "dog"}],
        {"pet": "dog", "__typename": types[1]},
        answer,
    ]
    users, user, system = own.values()
    assert (users["totalCount"], user) == (0, None)
    assert system["version"]


async def test_the_platform_has_its_names_otherwise(embedded_server: EmbeddedServer) -> None:
    async with new_database(embedded_server.url, TABLES) as url, serving(url) as served:
        found = await served.data("{ users { totalCount } publicUsers { pet } publicUser { pet } }")

    assert found == {"users": {"totalCount": 0}, "publicUsers": [{"pet": "cat"}], "publicUser": [{"pet": "dog"}]}


def test_no_type_of_the_platform_is_in_the_way_of_tables() -> None:
    types = static_schema(tables_first=True).type_map

    own = {
        name
        for name, type_ in types.items()
        if not (is_introspection_type(type_) or isinstance(type_, GraphQLScalarType))
    }
    assert {name for name in own if not name.startswith("Platform")} == {
        "Query",
        "Mutation",
        "Subscription",
        "PageInfo",
    }
    assert len(own) > 50


@pytest.mark.parametrize("naming", [CamelNaming(), SnakeNaming()])
def test_the_names_that_root_fields_evade_to_are_kept_for_them(naming: CamelNaming | SnakeNaming) -> None:
    first = taken_names(static_schema(tables_first=True), naming, tables_first=True)
    plain = taken_names(static_schema(), naming)

    assert "users" in plain.fields
    assert naming.field("platform", "users") in first.fields
    assert not plain.fields & first.fields
    assert naming.root("Query") in first.types & plain.types
