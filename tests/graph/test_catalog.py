"""The platform's fields over the structure of a database, against the real application."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from graph.app import create_app
from tests.graph.tables.serving import KEY, execute, settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.graph.conftest import Serve

PATIENCE = 30
PROTOCOL = Subprotocol("graphql-transport-ws")
SCHEMA = """
CREATE TABLE artist (artist_id integer PRIMARY KEY, name varchar(120) UNIQUE);
CREATE TABLE album (
    album_id integer GENERATED ALWAYS AS IDENTITY,
    title text NOT NULL DEFAULT 'none',
    upper_title text GENERATED ALWAYS AS (upper(title)) STORED,
    artist_id integer REFERENCES artist,
    PRIMARY KEY (album_id)
);
CREATE INDEX album_title ON album (title);
COMMENT ON TABLE album IS 'Records.';
COMMENT ON COLUMN album.title IS 'On the cover.';
CREATE VIEW titles AS SELECT title FROM album;
CREATE SCHEMA sales;
CREATE TABLE sales.album (id integer PRIMARY KEY);
INSERT INTO artist SELECT n, 'artist ' || n FROM generate_series(1, 500) n;
ANALYZE artist;
"""
EVERYTHING = """
    name schema kind comment rowEstimate size
    columns { name type nullable default generated identity comment }
    primaryKey { name columns }
    uniqueKeys { name columns }
    foreignKeys { name columns referencedSchema referencedTable referencedColumns }
    indexes { name unique method definition }
"""


async def test_a_table_tells_everything_about_itself(serve: Serve) -> None:
    served = await serve(SCHEMA)

    table = (await served.data(f'{{ table(name: "album") {{ {EVERYTHING} }} }}'))["table"]

    assert table.pop("size") > 0
    column = {"nullable": True, "default": None, "generated": False, "identity": False, "comment": None}
    assert table == {
        "name": "album",
        "schema": "public",
        "kind": "TABLE",
        "comment": "Records.",
        "rowEstimate": None,
        "columns": [
            column | {"name": "album_id", "type": "integer", "nullable": False, "identity": True},
            column
            | {
                "name": "title",
                "type": "text",
                "nullable": False,
                "default": "'none'::text",
                "comment": "On the cover.",
            },
            column | {"name": "upper_title", "type": "text", "generated": True},
            column | {"name": "artist_id", "type": "integer"},
        ],
        "primaryKey": {"name": "album_pkey", "columns": ["album_id"]},
        "uniqueKeys": [],
        "foreignKeys": [
            {
                "name": "album_artist_id_fkey",
                "columns": ["artist_id"],
                "referencedSchema": "public",
                "referencedTable": "artist",
                "referencedColumns": ["artist_id"],
            }
        ],
        "indexes": [
            {
                "name": "album_pkey",
                "unique": True,
                "method": "btree",
                "definition": "CREATE UNIQUE INDEX album_pkey ON public.album USING btree (album_id)",
            },
            {
                "name": "album_title",
                "unique": False,
                "method": "btree",
                "definition": "CREATE INDEX album_title ON public.album USING btree (title)",
            },
        ],
    }


async def test_a_table_of_another_schema_is_found_by_it(serve: Serve) -> None:
    served = await serve(SCHEMA, exposed_schemas="public,sales")

    data = await served.data(
        '{ sales: table(name: "album", schema: "sales") { schema columns { name } } table(name: "album") { schema } }'
    )

    assert data == {"sales": {"schema": "sales", "columns": [{"name": "id"}]}, "table": {"schema": "public"}}


@pytest.mark.parametrize(
    "arguments", ['name: "nothing"', 'name: "album", schema: "sales"', 'name: "instance", schema: "selfgraph"']
)
async def test_a_table_that_is_not_served_is_null(serve: Serve, arguments: str) -> None:
    served = await serve(SCHEMA)

    assert await served.data(f"{{ table({arguments}) {{ name }} }}") == {"table": None}


async def test_all_tables_are_listed_with_their_kinds(serve: Serve) -> None:
    served = await serve(SCHEMA)

    data = await served.data("{ tables { name kind } }")

    assert data["tables"] == [
        {"name": "album", "kind": "TABLE"},
        {"name": "artist", "kind": "TABLE"},
        {"name": "titles", "kind": "VIEW"},
    ]
    assert served.sent == []


async def test_sizes_of_all_tables_cost_one_statement(serve: Serve) -> None:
    served = await serve(SCHEMA)

    data = await served.data(f"{{ tables {{ {EVERYTHING} }} }}")

    assert len(served.sent) == 1
    assert [(table["name"], table["rowEstimate"], table["size"] > 0) for table in data["tables"]] == [
        ("album", None, True),
        ("artist", 500, True),
        ("titles", None, False),
    ]


async def test_platform_and_table_fields_are_answered_together_in_their_order(serve: Serve) -> None:
    served = await serve(SCHEMA)

    data = await served.data(
        '{ artist(limit: 1) { name } system { initialized } __typename t: table(name: "album") { name } last: artistByPk(artistId: 2) { name } }'
    )

    assert list(data) == ["artist", "system", "__typename", "t", "last"]
    assert data == {
        "artist": [{"name": "artist 1"}],
        "system": {"initialized": True},
        "__typename": "Query",
        "t": {"name": "album"},
        "last": {"name": "artist 2"},
    }


async def test_the_system_tells_its_version_and_that_it_is_set_up(serve: Serve) -> None:
    served = await serve()

    system = (await served.data("{ system { version initialized initializedAt } }"))["system"]

    assert system["version"].count(".") == 2
    assert system["initialized"] is True
    assert system["initializedAt"].endswith("+00:00")


async def test_a_reload_tells_the_version_and_how_many_tables_there_are(serve: Serve) -> None:
    served = await serve(SCHEMA)
    reload = "mutation { reloadCatalog { version tables } }"
    first = (await served.data(reload))["reloadCatalog"]
    assert first["tables"] == 3

    assert (await served.data(reload))["reloadCatalog"] == first
    await execute(served.url, "DROP VIEW titles")
    second = (await served.data(reload))["reloadCatalog"]

    assert second["tables"] == 2
    assert second["version"] != first["version"]


@asynccontextmanager
async def running(url: str, data_dir: Path) -> AsyncGenerator[str]:
    """The whole application behind uvicorn, in this loop; its address."""
    app = create_app(settings_for(url, data_dir=data_dir))
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, ws="websockets-sansio", timeout_graceful_shutdown=5)
    )
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(PATIENCE):
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
        yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


async def test_changes_of_the_catalog_are_told_over_a_websocket(migrated_database: str, tmp_path: Path) -> None:
    async with (
        running(migrated_database, tmp_path) as host,
        connect(f"ws://{host}/graphql", subprotocols=[PROTOCOL]) as socket,
    ):
        await socket.send(json.dumps({"type": "connection_init", "payload": {"apikey": KEY}}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        query = "subscription { catalogChanged { tables version } }"
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": query}}))
        assert await _told(socket) == 0

        await execute(migrated_database, "CREATE TABLE one (id integer)")
        assert await _told(socket) == 1
        await execute(migrated_database, "CREATE TABLE two (id integer)")
        assert await _told(socket) == 2

        await socket.send(json.dumps({"id": "1", "type": "complete"}))


async def _told(socket: Any) -> int:
    async with asyncio.timeout(PATIENCE):
        message = json.loads(await socket.recv())
    assert message["type"] == "next", message
    tables: int = message["payload"]["data"]["catalogChanged"]["tables"]
    return tables


async def test_the_whole_application_serves_a_new_table(migrated_database: str, tmp_path: Path) -> None:
    async with running(migrated_database, tmp_path) as host, httpx.AsyncClient(base_url=f"http://{host}") as http:
        await execute(migrated_database, "CREATE TABLE one (id integer); INSERT INTO one VALUES (1)")

        response = await http.post("/graphql", json={"query": "{ one { id } }"}, headers={"apikey": KEY})

        assert response.json() == {"data": {"one": [{"id": 1}]}}
