"""The real endpoint over a database of a test's own, and the statements that its answers cost."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from domain.document import Node
from domain.tables.metadata_reading import from_document
from graph.app import open_faces
from graph.settings import load_settings
from graph.wiring.database import database_options
from graph.wiring.services import open_services
from persistence.catalog_query import CATALOG_QUERY, FINGERPRINT_QUERY
from persistence.database import Database
from persistence.enums import VALUES
from persistence.metadata.reading import METADATA_QUERY, VERSION_QUERY
from persistence.metadata.work import PostgresOpenMetadata
from persistence.transactions import Transactions
from persistence.yaml_text import read_yaml
from tests import databases
from tests.persistence.hearing import hear

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Mapping, Sequence

    from graph.settings import Settings
    from graph.transport.endpoint import GraphQLEndpoint

KEY = "k" * 32
CHINOOK = Path(__file__).parents[3] / "bench" / "chinook.sql"
_STRUCTURE = frozenset({CATALOG_QUERY, FINGERPRINT_QUERY, METADATA_QUERY, VERSION_QUERY})


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

    async def respond(
        self, query: str, variables: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The HTTP response to a document; the headers say who asks, beside the service key."""
        self.sent.clear()
        asked = {"query": query, "variables": variables or {}}
        response = await self.http.post("/graphql", json=asked, headers=headers)
        await asyncio.sleep(0)  # asyncpg tells of a statement in the next turn of the loop
        return response

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

    async def say(self, document: str) -> None:
        """Have the metadata be those of a YAML document, and wait until the schema is the one that they make."""
        metadata = from_document(Node(read_yaml(document).value))
        async with PostgresOpenMetadata(Transactions(self.database))() as work:
            stored = await work.metadata.lock()
            await work.metadata.save(stored.metadata, metadata)
        await self.data("mutation { reloadCatalog { version } }")

    def record(self, sql: str, arguments: Sequence[object]) -> None:
        """Take note of one statement."""
        if sql not in _STRUCTURE and VALUES not in sql:
            self.sent.append(Sent(sql, tuple(arguments)))


def settings_for(url: str, **given: Any) -> Settings:
    """The settings of a test; objects are kept in a folder that is gone with the process."""
    keys = {"service_key": KEY, "anon_key": "a" * 32, "secret_key": "s" * 32}
    return load_settings(**{"database_url": url, "database_pool_size": 4, "data_dir": _data_dir(), **keys, **given})


@cache
def _data_dir() -> Path:
    folder = tempfile.mkdtemp(prefix="selfgraph-test-")
    atexit.register(shutil.rmtree, folder)
    return Path(folder)


async def execute(url: str, script: str) -> None:
    """Run a script as an operator would, in the schema `public`."""
    connection = await asyncpg.connect(url, server_settings={"search_path": "public"})
    try:
        await connection.execute(script or "SELECT")  # of no command at all asyncpg makes an error
    finally:
        await connection.close()


@asynccontextmanager
async def new_database(server: str, script: str = "") -> AsyncGenerator[str]:
    """The URL of a new database with all migrations and what the script makes; dropped when the block is left."""
    async with databases.new_database(server, databases.MIGRATED) as url:
        await execute(url, script)
        yield url


@contextmanager
def filled_database(server: str, fill: Callable[[str], Coroutine[Any, Any, None]]) -> Generator[str]:
    """As `new_database`, with what a function puts into it; for fixtures that many tests share, outside of any loop."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        url = runner.run(stack.enter_async_context(new_database(server)))
        try:
            runner.run(fill(url))
            yield url
        finally:
            runner.run(stack.aclose())


@asynccontextmanager
async def serving(url: str, **given: Any) -> AsyncGenerator[Served]:
    """Serve a database with all migrations; `given` are settings."""
    settings = settings_for(url, **given)
    database = await Database.connect(database_options(settings, url))
    try:
        async with (
            open_services(settings, database) as services,
            open_faces(settings, services) as faces,
            client_of(faces.endpoint) as http,
        ):
            served = Served(url, database, faces.endpoint, http)
            await served.data("{ __typename }")  # the key is known from here on
            hear(database, served.record)
            yield served
    finally:
        await database.close()


def client_of(endpoint: GraphQLEndpoint, key: str = KEY) -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/graphql", endpoint), WebSocketRoute("/graphql", endpoint)])
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers={"apikey": key}, timeout=60)
