"""Errors name the permission that is missing to those who may know, and to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.graph.tables.serving import new_database, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from persistence.embedded import EmbeddedServer
    from tests.graph.tables.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEMA = """
CREATE TABLE artist (id integer PRIMARY KEY, name text NOT NULL, fee integer);
CREATE TABLE album (id integer PRIMARY KEY, artist_id integer REFERENCES artist, title text NOT NULL UNIQUE, sold integer);
CREATE TABLE label (id integer PRIMARY KEY, album_id integer REFERENCES album);
CREATE FUNCTION found(word text) RETURNS SETOF album LANGUAGE sql STABLE AS 'SELECT * FROM album';
CREATE FUNCTION secret() RETURNS SETOF label LANGUAGE sql STABLE AS 'SELECT * FROM label';
CREATE FUNCTION rating(album) RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
INSERT INTO album VALUES (1, NULL, 'one', 5);
"""
RULES = """
version: 1
tables:
  public:
    album:
      computed_fields: {rating: {function: public.rating}}
      permissions:
        clerk:
          select: {columns: [id, artist_id, sold], filter: {}}
          insert: {columns: [id, sold], check: {sold: {_gt: 0}}}
          update: {columns: [sold], filter: {}, check: {sold: {_lt: 9}}}
    artist:
      permissions:
        clerk:
          insert: {columns: [id, name], check: {}, backend_only: true}
functions:
  public:
    found: {roles: [auditor]}
"""
CLERK = {"x-role": "clerk"}


async def rule(served: Served) -> None:
    await served.data('mutation { a: createRole(name: "clerk") { name } b: createRole(name: "auditor") { name } }')
    await served.say(RULES)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(embedded_server: EmbeddedServer) -> AsyncGenerator[Served]:
    async with new_database(embedded_server.url, SCHEMA) as url, serving(url) as served:
        await rule(served)
        yield served


async def errors(
    served: Served, query: str, variables: Mapping[str, Any] | None = None, headers: Mapping[str, str] = CLERK
) -> list[dict[str, Any]]:
    answer = (await served.respond(query, variables, headers)).json()
    found: list[dict[str, Any]] = answer["errors"]
    return found


def lacking(action: str, table: str = "public.album", **of: object) -> dict[str, object]:
    return {"role": "clerk", "table": table, "action": action, **of}


@pytest.mark.parametrize(
    ("query", "denied"),
    [
        ("{ album { title } }", lacking("select", column="title")),
        ('{ album(where: {title: {_eq: ""}}) { id } }', lacking("select", column="title")),
        ("{ album(orderBy: [{title: ASC}]) { id } }", lacking("select", column="title")),
        ("{ album(distinctOn: [TITLE]) { id } }", lacking("select", column="title")),
        ("{ album { ...F } } fragment F on Album { title }", lacking("select", column="title")),
        ("{ album { rating } }", lacking("select", computedField="rating")),
        ("{ albumAggregate { aggregate { count } } }", lacking("select", aggregations=True)),
        ("{ albumGroup(by: [sold]) { aggregate { count } } }", lacking("select", aggregations=True)),
        ("{ artist { name } }", lacking("select", "public.artist")),
        ("{ artistByPk(id: 1) { name } }", lacking("select", "public.artist")),
        ("{ album { artist { name } } }", lacking("select", "public.artist", relationship="artist")),
        ("{ album(where: {artist: {name: {}}}) { id } }", lacking("select", "public.artist", relationship="artist")),
        ("{ album { label { id } } }", lacking("select", "public.label", relationship="label")),
        ("{ album { labelAggregate { aggregate { count } } } }", lacking("select", "public.label", relationship="label")),
        ("query ($where: ArtistBoolExp) { __typename }", lacking("select", "public.artist")),
        ("query ($rows: [LabelInsertInput!]) { __typename }", lacking("insert", "public.label")),
        ("fragment F on Artist { name } { album { id artist { ...F } } }", lacking("select", "public.artist")),
        ("{ found { id } }", {"role": "clerk", "function": "public.found"}),
        ("{ secret { id } }", lacking("select", "public.label")),
        ("mutation { deleteAlbum(where: {}) { affectedRows } }", lacking("delete")),
        ("mutation { insertLabelOne(object: {id: 1}) { id } }", lacking("insert", "public.label")),
        ('mutation { insertAlbumOne(object: {id: 2, title: ""}) { id } }', lacking("insert", column="title")),
        ("mutation { insertAlbumOne(object: {id: 2, artist: {data: {id: 1}}}) { id } }",
         lacking("insert", "public.artist", relationship="artist", backendOnly=True)),
        ("mutation { insertArtist(objects: []) { affectedRows } }", lacking("insert", "public.artist", backendOnly=True)),
        ('mutation { updateAlbum(where: {}, _set: {title: ""}) { affectedRows } }', lacking("update", column="title")),
        ("mutation { updateAlbum(where: {}, _set: {sold: 1}) { returning { title } } }", lacking("select", column="title")),
        ("mutation { insertAlbum(objects: [], onConflict: {constraint: ALBUM_TITLE_KEY}) { affectedRows } }",
         lacking("insert", column="title")),
        ("mutation { insertAlbum(objects: [], onConflict: {constraint: ALBUM_PKEY, updateColumns: [TITLE]}) { affectedRows } }",
         lacking("update", column="title")),
    ],
)  # fmt: skip
async def test_an_administrator_in_another_role_is_told_what_is_missing(
    served: Served, query: str, denied: dict[str, object]
) -> None:
    found = await errors(served, query)
    assert found[0]["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED", "denied": denied}, found


async def test_every_error_has_its_own(served: Served) -> None:
    found = await errors(served, "{ album { title nothing } nowhere label { id } }")
    assert [each["extensions"].get("denied") for each in found] == [
        lacking("select", column="title"),
        None,
        None,
        lacking("select", "public.label"),
    ]


@pytest.mark.parametrize(
    ("query", "variables", "denied"),
    [
        ("query ($w: AlbumBoolExp) { album(where: $w) { id } }", {"w": {"_or": [{"title": {"_eq": ""}}]}},
         lacking("select", column="title")),
        ("mutation ($o: AlbumInsertInput!) { insertAlbumOne(object: $o) { id } }", {"o": {"id": 2, "title": ""}},
         lacking("insert", column="title")),
        ("mutation ($o: [AlbumInsertInput!]!) { insertAlbum(objects: $o) { affectedRows } }",
         {"o": [{"id": 2}, {"id": 3, "title": ""}]}, lacking("insert", column="title")),
        ("mutation ($s: AlbumSetInput!) { updateAlbum(where: {}, _set: $s) { affectedRows } }", {"s": {"id": 2}},
         lacking("update", column="id")),
        ("query ($w: AlbumBoolExp) { album(where: $w) { id } }", {"w": {"nothing": {}}}, None),
        ("query ($w: AlbumBoolExp) { album(where: $w) { id } }", {"w": {"id": {"_eq": "x"}}}, None),
    ],
)  # fmt: skip
async def test_what_is_missing_for_a_variable_is_told_too(
    served: Served, query: str, variables: dict[str, Any], denied: dict[str, object] | None
) -> None:
    (error,) = await errors(served, query, variables)
    assert error["extensions"]["code"] == "VALIDATION", error
    assert error["extensions"].get("denied") == denied, error


@pytest.mark.parametrize(
    ("mutation", "action"),
    [
        ("insertAlbumOne(object: {id: 2, sold: 0}) { id }", "insert"),
        ("updateAlbum(where: {}, _set: {sold: 10}) { affectedRows }", "update"),
    ],
)
async def test_a_refused_row_names_the_permission_whose_check_it_fails(
    served: Served, mutation: str, action: str
) -> None:
    # That another title is missing is an error of the database's own; the check is looked at first here.
    await served.change("ALTER TABLE album ALTER title DROP NOT NULL")
    (error,) = await errors(served, f"mutation {{ r: {mutation} }}")
    assert error["extensions"] == {"code": "FORBIDDEN", "table": "album", "denied": lacking(action)}


UNKNOWN = "{ album { title } label { id } artist { id } }"


async def key_of(served: Served, role: str, scopes: str = "null") -> dict[str, str]:
    """The header of a new key."""
    name = f"{role} {scopes}".replace(chr(34), "")
    data = await served.data(
        f'mutation {{ createApiKey(input: {{name: "{name}", role: "{role}", scopes: {scopes}}}) {{ secret }} }}'
    )
    return {"apikey": data["createApiKey"]["secret"]}


def without_names(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "message": each["message"].split("'")[::2]} for each in found]


async def test_nobody_else_can_tell_what_is_forbidden_from_what_is_not_there(served: Served) -> None:
    for headers in (await key_of(served, "clerk"), {"apikey": "a" * 32}):
        forbidden = await errors(served, UNKNOWN, headers=headers)
        absent = await errors(
            served,
            UNKNOWN.replace("title", "ttile").replace("label", "lable").replace("artist", "artits"),
            headers=headers,
        )
        assert without_names(forbidden) == without_names(absent)
        assert "denied" not in str(forbidden)


async def test_a_restricted_key_is_told_if_it_may_read_metadata(served: Served) -> None:
    told, untold = await key_of(served, "admin", '["metadata:read"]'), await key_of(served, "admin", '["tables:read"]')
    (found,) = await errors(served, "{ album { id } }", headers=told | {"x-role": "user"})
    assert found["extensions"]["denied"] == {"role": "user", "table": "public.album", "action": "select"}
    (found,) = await errors(served, "{ album { id } }", headers=untold | {"x-role": "user"})
    assert found["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


async def test_everybody_is_told_if_the_operator_wants_it(embedded_server: EmbeddedServer) -> None:
    async with new_database(embedded_server.url, SCHEMA) as url, serving(url, debug_permissions=True) as served:
        await rule(served)
        (found,) = await errors(served, "{ label { id } }", headers={"apikey": "a" * 32})
        assert found["extensions"]["denied"] == {"role": "anonymous", "table": "public.label", "action": "select"}
