"""The application over a schema whose operations do what the tests tell them; run as a script it serves until SIGTERM."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import strawberry

from graph.app import assemble, make_endpoint
from graph.draining import Drain
from graph.logs import configure_logs
from graph.served import ServedSchema
from graph.server import serve_app
from graph.settings import load_settings
from tests.graph.commands.process import KEY
from tests.graph.service_key import ServiceKey

if TYPE_CHECKING:
    from fastapi import FastAPI

    from graph.application import Application


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        """Greets."""
        return f"Hello, {name}!"

    @strawberry.field
    async def read(self, pipe: str) -> str:
        """Answers what a test writes into a named pipe, as soon as it does."""
        return await asyncio.to_thread(Path(pipe).read_text)

    @strawberry.field
    async def never(self, pipe: str) -> str:
        """Tells a test through a named pipe that it runs, and does not answer."""
        await asyncio.to_thread(Path(pipe).write_text, "running")
        await asyncio.Event().wait()
        return ""


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(1, to + 1):
            yield number

    @strawberry.subscription
    async def forever(self) -> AsyncGenerator[int, None]:
        yield 1
        await asyncio.Event().wait()


class Schemas:
    def __init__(self) -> None:
        self._served = ServedSchema(strawberry.Schema(Query, subscription=Subscription)._schema, "1")

    def for_role(self, role: str, *, backend: bool = False) -> ServedSchema:
        assert role
        assert not backend
        return self._served

    async def renewed(self, version: str) -> bool:
        return version != self._served.version


def make() -> FastAPI:
    settings = load_settings()
    drain = Drain()

    @asynccontextmanager
    async def lifespan(app: Application) -> AsyncGenerator[dict[str, object]]:
        app.state.checks = {}
        app.endpoint = make_endpoint(settings, Schemas(), authenticate=ServiceKey(KEY))
        drain.add(app.endpoint)
        yield {"drain": drain}

    return assemble(settings, drain, lifespan)


def main() -> int:
    settings = load_settings()
    configure_logs(settings, sys.stderr)
    bound = socket.create_server(("127.0.0.1", 0))
    address = f"127.0.0.1:{bound.getsockname()[1]}"
    return serve_app(make(), settings, [bound], lambda: print(address, flush=True))  # noqa: T201 - read by the test


if __name__ == "__main__":
    sys.exit(main())
