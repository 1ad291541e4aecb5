"""The real endpoint over a database of a test's own, and the statements that its answers cost."""

from __future__ import annotations

import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import asyncpg
import httpx
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from graph.app import open_endpoint
from graph.settings import load_settings
from graph.wiring.database import database_options
from graph.wiring.services import open_services
from persistence.catalog_query import CATALOG_QUERY, FINGERPRINT_QUERY
from persistence.database import Database
from persistence.migrations import upgrade_to_head

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from graph.settings import Settings
    from graph.transport.endpoint import GraphQLEndpoint

KEY = "k" * 32
CHINOOK = Path(__file__).parents[3] / "bench" / "chinook.sql"
_STRUCTURE = frozenset({CATALOG_QUERY, FINGERPRINT_QUERY})


@dataclass(frozen=True)
class Sent:
    """A statement that went to the database, with its values."""

    text: str
    values: Sequence[Any]


@dataclass
class Served:
    """An endpoint that answers over one database; `sent` holds what its pool has sent, introspection apart."""

    url: str
    database: Database
    endpoint: GraphQLEndpoint
    http: httpx.AsyncClient
    sent: list[Sent] = field(default_factory=list[Sent])

    async def answer(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The whole answer to a document."""
        response = await self.respond(query, variables)
        answer: dict[str, Any] = response.json()
        return answer

    async def respond(self, query: str, variables: Mapping[str, Any] | None = None) -> httpx.Response:
        """The HTTP response to a document."""
        self.sent.clear()
        return await self.http.post("/graphql", json={"query": query, "variables": variables or {}})

    async def data(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The data of an answer that has no errors."""
        answer = await self.answer(query, variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def refusal(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The only error of an answer that has no data, with its members `message` and `extensions`."""
        answer = await self.answer(query, variables)
        assert answer.get("data") is None, answer
        assert len(answer["errors"]) == 1, answer
        error: dict[str, Any] = answer["errors"][0]
        return error

    async def change(self, script: str) -> None:
        """Run SQL and wait until the schema is the one that it makes."""
        await execute(self.url, script)
        await self.data("mutation { reloadCatalog { version } }")

    def record(self, query: Any) -> None:
        """Take note of one statement; called by asyncpg."""
        if query.query not in _STRUCTURE:
            self.sent.append(Sent(query.query, query.args))


def settings_for(url: str, **given: Any) -> Settings:
    keys = {"service_key": KEY, "anon_key": "a" * 32, "secret_key": "s" * 32}
    return load_settings(**{"database_url": url, "database_pool_size": 4, **keys, **given})


async def execute(url: str, script: str) -> None:
    """Run a script as an operator would, in the schema `public`."""
    connection = await asyncpg.connect(url, server_settings={"search_path": "public"})
    try:
        await connection.execute(script or "SELECT")  # of no command at all asyncpg makes an error
    finally:
        await connection.close()


@asynccontextmanager
async def new_database(server: str, script: str = "") -> AsyncGenerator[str]:
    """The URL of a new database on the server of a URL, with what the script makes; dropped when the block is left."""
    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            await execute(url, script)
            yield url
        finally:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


@asynccontextmanager
async def serving(url: str, **given: Any) -> AsyncGenerator[Served]:
    """Migrate the database and serve it; `given` are settings."""
    settings = settings_for(url, **given)
    database = await Database.connect(database_options(settings, url))
    try:
        await upgrade_to_head(database)
        async with (
            open_services(settings, database) as services,
            open_endpoint(settings, services) as endpoint,
            client_of(endpoint) as http,
        ):
            served = Served(url, database, endpoint, http)
            await served.data("{ __typename }")  # the key is known from here on
            await _listen(database, served)
            yield served
    finally:
        await database.close()


def client_of(endpoint: GraphQLEndpoint, key: str = KEY) -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/graphql", endpoint), WebSocketRoute("/graphql", endpoint)])
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers={"apikey": key}, timeout=60)


async def _listen(database: Database, served: Served) -> None:
    """Have every connection of the pool, those that are open and those to come, tell what it sends."""

    async def hear(connection: asyncpg.pool.PoolConnectionProxy) -> None:
        connection.add_query_logger(served.record)

    # asyncpg calls it each time a connection is lent; hearing twice is hearing once.
    pool: Any = database.pool
    pool._setup = hear
    for holder in pool._holders:
        holder._setup = hear
