"""The schema that the transport tests serve: every kind of operation, and resolvers that fail in every way."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import AsyncGenerator
from typing import Any, NewType

import strawberry
from strawberry.file_uploads import Upload
from strawberry.schema.config import StrawberryConfig
from strawberry.streamable import Streamable

from domain.errors import ConflictError, RateLimitedError, UnavailableError
from graph.context import Context
from graph.served import ServedSchema

journal: queue.Queue[str] = queue.Queue()
"""What resolvers tell the tests across threads."""

Anything = NewType("Anything", object)
anything = strawberry.scalar(name="Anything", serialize=lambda value: value, parse_value=lambda value: value)

Info = strawberry.Info[Context, None]


@strawberry.input
class Nested:
    value: int | None = None
    nested: Nested | None = None


@strawberry.type
class Node:
    name: str

    @strawberry.field
    def child(self) -> Node:
        return Node(name=f"{self.name}.")

    @strawberry.field
    async def letters(self) -> Streamable[str]:
        for letter in "abcd":
            yield letter

    @strawberry.field
    async def late(self) -> str:
        await asyncio.sleep(0)
        return "late"


async def _wait_for_cancellation(name: str) -> None:
    journal.put(f"{name} started")
    try:
        await asyncio.Event().wait()
    finally:
        journal.put(f"{name} stopped")


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello, {name}!"

    @strawberry.field
    def role(self, info: Info) -> str:
        return info.context.actor.role

    @strawberry.field
    def request_id(self, info: Info) -> str:
        return info.context.request_id

    @strawberry.field
    def client(self, info: Info) -> str:
        return f"{info.context.client.address} {info.context.client.user_agent}"

    @strawberry.field
    def node(self) -> Node:
        return Node(name="root")

    @strawberry.field
    async def numbers(self) -> Streamable[int]:
        for number in range(3):
            yield number

    @strawberry.field
    def echo(self, value: Anything | None = None) -> Anything | None:
        return value

    @strawberry.field
    def deep(self, nested: Nested) -> int | None:
        return nested.value

    @strawberry.field
    async def never(self) -> str | None:
        await _wait_for_cancellation("never")
        return None

    @strawberry.field
    def conflict(self) -> str | None:
        raise ConflictError("The name is taken.")

    @strawberry.field
    def limited(self) -> str | None:
        raise RateLimitedError("Too fast.", retry_after=2.5)

    @strawberry.field
    def unavailable(self) -> str | None:
        raise UnavailableError("The database cannot be reached.")

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("password=hunter2")

    @strawberry.field
    def unsendable(self) -> Anything | None:
        return Anything({1, 2})


@strawberry.type
class Mutation:
    @strawberry.mutation
    def note(self, text: str) -> str:
        journal.put(text)
        return text

    @strawberry.mutation
    async def upload(self, file: Upload) -> str:
        content: Any = file
        return f"{content.filename}: {(await content.read()).decode()}"

    @strawberry.mutation
    async def upload_all(self, files: list[Upload]) -> list[str]:
        contents: list[Any] = list(files)
        return [(await content.read()).decode() for content in contents]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def forever(self) -> AsyncGenerator[int, None]:
        yield 0
        await _wait_for_cancellation("forever")

    @strawberry.subscription
    async def failing(self) -> AsyncGenerator[int, None]:
        yield 0
        raise RuntimeError("password=hunter2")


class Schemas:
    """One schema for every role."""

    def __init__(self) -> None:
        config = StrawberryConfig(enable_experimental_incremental_execution=True, scalar_map={Anything: anything})
        schema = strawberry.Schema(Query, Mutation, Subscription, config=config)
        self._served = ServedSchema(graphql=schema._schema, version="1")

    def for_role(self, role: str, *, backend: bool = False) -> ServedSchema:
        assert role
        assert not backend
        return self._served

    async def renewed(self, version: str) -> bool:
        assert version
        return False
