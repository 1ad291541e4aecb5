"""A real uvicorn on loopback, in its own thread, that serves the endpoint over a small Strawberry schema."""

from __future__ import annotations

import asyncio
import queue
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import connect

from graph.execution import Executor
from graph.limits import Limits
from graph.transport.endpoint import GraphQLEndpoint
from tests.graph.service_key import ServiceKey
from tests.graph.transport.schema import Schemas, journal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from contextlib import AbstractContextManager

    from domain.limits import RateLimiter
    from graph.authentication import Authenticate

KEY = "a-service-key-of-at-least-32-characters"
PATIENCE = 20.0
DEFAULT_LIMITS = Limits()


@dataclass
class Served:
    """A running server."""

    endpoint: GraphQLEndpoint
    host: str
    loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        return f"http://{self.host}/graphql"

    @property
    def port(self) -> int:
        return int(self.host.rpartition(":")[2])

    def socket(self, protocol: str | None = "graphql-transport-ws", **options: Any) -> connect:
        protocols: list[Any] | None = [protocol] if protocol else None
        return connect(f"ws://{self.host}/graphql", subprotocols=protocols, open_timeout=PATIENCE, **options)


class Serve(Protocol):
    def __call__(
        self, limits: Limits = ..., *, authenticate: Authenticate = ..., **options: Any
    ) -> AbstractContextManager[Served]: ...


class ThreadedServer(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening: queue.Queue[asyncio.AbstractEventLoop] = queue.Queue()

    async def startup(self, *arguments: Any, **options: Any) -> None:
        await super().startup(*arguments, **options)
        self.listening.put(asyncio.get_running_loop())


@contextmanager
def serving(
    limits: Limits = DEFAULT_LIMITS,
    *,
    authenticate: Authenticate | None = None,
    limiter: RateLimiter | None = None,
    **options: Any,
) -> Generator[Served]:
    endpoint = GraphQLEndpoint(
        executor=Executor(Schemas(), limits, limiter=limiter),
        authenticate=authenticate or ServiceKey(KEY),
        limits=limits,
        **options,
    )
    app = Starlette(routes=[Route("/graphql", endpoint), WebSocketRoute("/graphql", endpoint)])
    server = ThreadedServer(
        uvicorn.Config(
            app,
            port=0,
            loop="uvloop",
            http="httptools",
            ws="websockets-sansio",
            log_config=None,
            proxy_headers=False,
            ws_max_size=4 * limits.max_frame_bytes,
            timeout_graceful_shutdown=5,
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        loop = server.listening.get(timeout=PATIENCE)
        host, port = server.servers[0].sockets[0].getsockname()
        yield Served(endpoint, f"{host}:{port}", loop)
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def server() -> Generator[Served]:
    with serving() as served:
        yield served


@pytest.fixture
def serve() -> Serve:
    return serving


@pytest.fixture
async def http(server: Served) -> AsyncGenerator[httpx.AsyncClient]:
    async with client_of(server) as client:
        yield client


def client_of(served: Served, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://{served.host}", headers={"apikey": KEY, **headers}, timeout=PATIENCE)


@pytest.fixture
def notes() -> queue.Queue[str]:
    while not journal.empty():
        journal.get_nowait()
    return journal


def code(response: httpx.Response) -> str:
    """The code of the first error."""
    found: str = response.json()["errors"][0]["extensions"]["code"]
    return found
