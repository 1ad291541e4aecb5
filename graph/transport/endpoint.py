"""The ASGI application behind `/graphql`: a request in, an operation to the executor, an answer out."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from typing import TYPE_CHECKING, Final

from domain.errors import SelfgraphError, UnavailableError
from graph.context import Context
from graph.errors import entries_of
from graph.operations import Answer, AnswerStream, OperationKind
from graph.transport.bodies import JSON, ClientGoneError, media_type_of, read_body
from graph.transport.headers import Headers, request_id_of
from graph.transport.negotiation import negotiate
from graph.transport.parsing import OperationReader, parse_json
from graph.transport.persisted import PersistedQueries
from graph.transport.rejections import (
    BadRequestError,
    MethodNotAllowedError,
    NotAcceptableError,
    UnsupportedMediaTypeError,
)
from graph.transport.responses import send_answer, send_answers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from starlette.types import Receive, Scope, Send

    from graph.authentication import Authenticate
    from graph.execution import Executor
    from graph.limits import Limits
    from graph.operations import OperationRequest
    from graph.transport.negotiation import Accepted
    from graph.transport.parsing import Parsed

READING: Final = frozenset({OperationKind.QUERY})
WRITING: Final = frozenset({OperationKind.QUERY, OperationKind.MUTATION})


class GraphQLEndpoint:
    """Serves one path; mount it with Starlette's `Route` and `WebSocketRoute`, which add nothing to its hot path."""

    def __init__(
        self, *, executor: Executor, authenticate: Authenticate, limits: Limits, allowed_origins: Collection[str] = ()
    ) -> None:
        self._executor = executor
        self._authenticate = authenticate
        self._limits = limits
        self._allowed_origins = allowed_origins
        self._reader = OperationReader(PersistedQueries(), max_batch_operations=limits.max_batch_operations)
        self._running = 0
        self._draining = False
        self._idle = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request or one websocket."""
        self._running += 1
        try:
            await self._respond(scope, receive, send)
        finally:
            self._running -= 1
            if self._draining and not self._running:
                self._idle.set()

    def begin_drain(self) -> None:
        """From now on refuse requests with UNAVAILABLE; what runs goes on."""
        self._draining = True
        if not self._running:
            self._idle.set()

    async def drain(self, timeout: float) -> int:  # noqa: ASYNC109 - a budget that ends the wait, not the requests
        """Begin to drain and wait up to `timeout` seconds for what runs; the number of requests that still run."""
        self.begin_drain()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._idle.wait()
        return self._running

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = request_id_of(scope)
        method: str = scope["method"]
        headers = Headers(scope)
        accepted = negotiate(headers.get("accept", ""))
        answer: Answer | AnswerStream | list[Answer]
        try:
            context = await self._admit(method, headers, accepted, request_id)
            if method == "GET":
                request = self._reader.read_query_string(scope["query_string"])
                answer = await self._executor.execute(request, context, READING, incremental=accepted.increments)
            else:
                posted = await self._posted(headers, receive)
                answer = await self._answer(posted, context, accepted)
        except ClientGoneError:
            return
        except Exception as error:  # noqa: BLE001 - the last line of defence: masked, logged, answered
            answer = Answer(errors=entries_of(error, request_id), executed=False)
        if isinstance(answer, Answer):
            await send_answer(send, accepted, answer, request_id, method=method)
        elif isinstance(answer, list):
            await send_answers(send, accepted, answer)

    async def _admit(self, method: str, headers: Mapping[str, str], accepted: Accepted, request_id: str) -> Context:
        if self._draining:
            raise UnavailableError("The server is shutting down.")
        if method not in {"GET", "POST"}:
            raise MethodNotAllowedError("The method has to be GET or POST.")
        if not accepted.anything:
            raise NotAcceptableError("Accept has to allow application/graphql-response+json or application/json.")
        actor = self._authenticate(headers)
        return Context(actor=await actor if inspect.isawaitable(actor) else actor, request_id=request_id)

    async def _posted(self, headers: Mapping[str, str], receive: Receive) -> OperationRequest | list[Parsed]:
        media_type = media_type_of(headers.get("content-type", ""))
        if media_type == JSON:
            body = await read_body(receive, headers, self._limits.max_body_bytes)
            return self._reader.read(parse_json(body))
        raise UnsupportedMediaTypeError("Uploads are not accepted.")

    async def _answer(
        self, posted: OperationRequest | list[Parsed], context: Context, accepted: Accepted
    ) -> Answer | AnswerStream | list[Answer]:
        if isinstance(posted, list):
            return await self._answer_all(posted, context)
        return await self._executor.execute(posted, context, WRITING, incremental=accepted.increments)

    async def _answer_all(self, batch: Sequence[Parsed], context: Context) -> list[Answer]:
        """Queries run side by side; as soon as one operation writes, all run in the order of the batch."""
        operations = [entry for entry in batch if not isinstance(entry, SelfgraphError)]
        if all(self._executor.kind(request, context) is not OperationKind.MUTATION for request in operations):
            return await asyncio.gather(*(self._answer_one(entry, context) for entry in batch))
        return [await self._answer_one(entry, context) for entry in batch]

    async def _answer_one(self, entry: Parsed, context: Context) -> Answer:
        if isinstance(entry, SelfgraphError):
            return Answer(errors=entries_of(entry, context.request_id), executed=False)
        answer = await self._executor.execute(entry, context, WRITING)
        if isinstance(answer, Answer):
            return answer
        await answer.payloads.aclose()
        return Answer(errors=entries_of(BadRequestError("A batch cannot stream."), context.request_id), executed=False)
