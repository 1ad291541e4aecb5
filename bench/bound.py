"""The bound: what one Python process can do with hand-written SQL and no GraphQL at all.

It takes the requests that selfgraph takes and answers the same bytes, but knows a few questions only, by their text.
Connections stay checked out of the pool with their statements prepared, and text arrives as bytes, because that
answers a third more requests than taking a connection from the pool each time.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from typing import TYPE_CHECKING, Any, Final

import asyncpg
import orjson

from bench.statements import STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asyncpg.prepared_stmt import PreparedStatement
    from starlette.types import ASGIApp, Receive, Scope, Send

    Prepared = Mapping[str, PreparedStatement[asyncpg.Record]]

HEADERS: Final = (b"content-type", b"application/json")


class Connections:
    """The pool, and its connections' prepared statements by query text; the one used last is the next to be used.

    Who waits is served in turn. A queue of asyncio lets newcomers overtake, and some wait half a second.
    """

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], idle: list[Prepared]) -> None:
        self.pool = pool
        self._idle = idle
        self._waiting: deque[asyncio.Future[Prepared]] = deque()

    async def answer(self, query: str, values: Mapping[str, Any]) -> bytes:
        """The response body for one of the known queries."""
        prepared = self._idle.pop() if self._idle else await self._turn()
        try:
            given = (orjson.dumps(value).decode() if isinstance(value, list) else value for value in values.values())
            body: bytes = await prepared[query].fetchval(*given)
        finally:
            self._release(prepared)
        return body

    def _turn(self) -> asyncio.Future[Prepared]:
        turn: asyncio.Future[Prepared] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        return turn

    def _release(self, prepared: Prepared) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(prepared)
                return
        self._idle.append(prepared)


async def connect(url: str, size: int) -> Connections:
    """Open `size` connections and prepare every statement on each."""
    pool = await asyncpg.create_pool(url, min_size=size, max_size=size, init=_text_as_bytes)
    idle: list[Prepared] = []
    for _ in range(size):
        connection = await pool.acquire()
        idle.append({query: await connection.prepare(sql) for query, sql in STATEMENTS.items()})
    return Connections(pool, idle)


async def _text_as_bytes(connection: asyncpg.Connection[Any]) -> None:
    await connection.set_type_codec("text", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary")


def create_app() -> ASGIApp:
    """The application, for `uvicorn --factory`; DATABASE_URL and DATABASE_POOL_SIZE say where the data are."""
    opened: list[Connections] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            opened.append(await connect(os.environ["DATABASE_URL"], int(os.environ["DATABASE_POOL_SIZE"])))
            await send({"type": "lifespan.startup.complete"})
            await receive()
            opened[0].pool.terminate()
            await send({"type": "lifespan.shutdown.complete"})
            return
        request = orjson.loads(await _body(receive))
        body = await opened[0].answer(request["query"], request["variables"])
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": 200, "headers": (HEADERS, length)})
        await send({"type": "http.response.body", "body": body})

    return app


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message["body"]
    while message["more_body"]:
        message = await receive()
        body += message["body"]
    return body
