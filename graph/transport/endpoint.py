"""The ASGI application behind `/graphql`: a request in, an operation to the executor, an answer out."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final, cast

from domain.accounts.just_read import begin_request, end_request
from domain.actor import ANYBODY, Actor
from domain.deadline import TimeLimit
from domain.errors import UnavailableError
from graph.authentication import never
from graph.context import Context
from graph.errors import entries_of
from graph.operations import Answer, OperationKind, OperationRequest
from graph.transport.bodies import (
    FORM,
    PATIENCE,
    ClientGoneError,
    arrived_body,
    check_encoding,
    media_type_of,
    read_body,
)
from graph.transport.clients import Clients
from graph.transport.headers import read_head, request_id_of
from graph.transport.parsing import OperationReader, parse_json
from graph.transport.persisted import PersistedQueries
from graph.transport.rejections import MethodNotAllowedError, NotAcceptableError
from graph.transport.responses import send_answer, send_answers
from graph.transport.streams import StreamEnds, format_for, send_stream, single
from graph.transport.uploads import received_upload
from graph.transport.websockets import INITIALISATION_TIMEOUT, WebSockets

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Mapping, Sequence

    from starlette.types import Receive, Scope, Send

    from graph.authentication import Authenticate, Ended
    from graph.execution import Executor
    from graph.limits import Limits
    from graph.operations import AnswerStream
    from graph.transport.negotiation import Accepted
    from graph.transport.parsing import Parsed

QUERY: Final = frozenset({OperationKind.QUERY})
SUBSCRIPTION: Final = frozenset({OperationKind.SUBSCRIPTION})
WRITING: Final = frozenset({OperationKind.QUERY, OperationKind.MUTATION})
WATCHING: Final = WRITING | SUBSCRIPTION


class GraphQLEndpoint:
    """Serves one path; mount it with Starlette's `Route` and `WebSocketRoute`, which add nothing to its hot path.

    Args:
        executor: answers the operations.
        authenticate: names the caller from headers, or from a websocket's connection parameters.
        ended: waits until a caller's credentials are no longer good; event streams and websockets end then.
        limits: how large requests may be.
        allowed_origins: foreign origins whose pages may open websockets; `*` stands for all.
        clients: finds out who a connection comes from; absent: its peer, with no proxy trusted.
        initialisation_timeout: seconds that a websocket has for `connection_init`.
        body_patience: seconds in which something, and enough, of a body has to arrive.
    """

    def __init__(
        self,
        *,
        executor: Executor,
        authenticate: Authenticate,
        ended: Ended = never,
        limits: Limits,
        allowed_origins: Collection[str] = (),
        clients: Clients | None = None,
        initialisation_timeout: float = INITIALISATION_TIMEOUT,
        body_patience: float = PATIENCE,
    ) -> None:
        self._executor = executor
        self._authenticate = authenticate
        self._ended = ended
        self._limits = limits
        self._patience = TimeLimit(body_patience)
        self._clients = clients or Clients()
        self._reader = OperationReader(PersistedQueries(), max_batch_operations=limits.max_batch_operations)
        self._draining = asyncio.Event()
        self._idle = asyncio.Event()
        self._running = 0
        self._sockets = WebSockets(
            executor=executor,
            authenticate=authenticate,
            ended=ended,
            limits=limits,
            allowed_origins=allowed_origins,
            draining=self._draining,
            clients=self._clients,
            initialisation_timeout=initialisation_timeout,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request or one websocket."""
        self._running += 1
        try:
            if scope["type"] == "http":
                await self._respond(scope, receive, send)
            else:
                begin_request()
                await self._sockets.serve(scope, receive, send)
        except ClientGoneError:
            pass
        finally:
            end_request()
            self._running -= 1
            if not self._running and self._draining.is_set():
                self._idle.set()

    def begin_drain(self) -> None:
        """From now on refuse requests with UNAVAILABLE.

        Running operations go on; event streams end and websockets are closed with 1001.
        """
        self._draining.set()
        if not self._running:
            self._idle.set()

    async def drain(self, timeout: float) -> None:  # noqa: ASYNC109 - a budget that ends the wait, not the requests
        """Begin to drain and wait for what runs, at most `timeout` seconds."""
        self.begin_drain()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._idle.wait()

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = request_id_of(scope)
        method: str = scope["method"]
        headers, accepted = read_head(scope)
        answer: Answer | AnswerStream | list[Answer]
        actor = ANYBODY
        try:
            self._refuse_unfit(method, accepted)
            named = self._authenticate(headers)
            actor = named if isinstance(named, Actor) else await _read(named)
            context = Context(actor, request_id, self._clients.of(scope, headers))
            if method == "GET":
                answer = await self._get(scope["query_string"], context, accepted)
            else:
                answer = await self._post(scope, headers, receive, context, accepted)
        except ClientGoneError:
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence: masked, logged, answered
            answer = Answer(errors=entries_of(error, request_id), executed=False)
        if isinstance(answer, Answer) and answer.executed and accepted.events_only:
            answer = single(answer)
        if isinstance(answer, Answer):
            await send_answer(send, accepted, answer, request_id, method=method)
        elif isinstance(answer, list):
            await send_answers(send, accepted, answer, request_id)
        else:
            form = format_for(answer, accepted)
            ends = StreamEnds(draining=self._draining.wait, revoked=lambda: self._ended(actor))
            await send_stream(receive, send, answer, form, ends=ends, request_id=request_id)

    def _refuse_unfit(self, method: str, accepted: Accepted) -> None:
        if self._draining.is_set():
            raise UnavailableError("The server is shutting down.")
        if method not in {"GET", "POST"}:
            raise MethodNotAllowedError("The method has to be GET or POST.")
        if not accepted.anything:
            raise NotAcceptableError("Accept has to allow application/graphql-response+json or application/json.")

    def _get(self, query_string: bytes, context: Context, accepted: Accepted) -> Awaitable[Answer | AnswerStream]:
        request = self._reader.read_query_string(query_string)
        kinds = QUERY | SUBSCRIPTION if accepted.events else QUERY
        return self._executor.execute(request, context, kinds, incremental=accepted.increments)

    def _post(
        self, scope: Scope, headers: Mapping[str, str], receive: Receive, context: Context, accepted: Accepted
    ) -> Awaitable[Answer | AnswerStream | list[Answer]]:
        check_encoding(headers)
        if media_type_of(headers.get("content-type", "")) == FORM:
            return self._answer_form(headers, receive, context)
        body = arrived_body(scope, self._limits.max_body_bytes)
        if body is None:
            return self._answer_later(headers, receive, context, accepted)
        return self._answer_body(body, context, accepted)

    def _answer_body(
        self, body: bytes, context: Context, accepted: Accepted
    ) -> Awaitable[Answer | AnswerStream | list[Answer]]:
        posted = self._reader.read(parse_json(body))
        if isinstance(posted, list):
            return self._answer_all(posted, context)
        kinds = WATCHING if accepted.events else WRITING
        return self._executor.execute(posted, context, kinds, incremental=accepted.increments)

    async def _answer_later(
        self, headers: Mapping[str, str], receive: Receive, context: Context, accepted: Accepted
    ) -> Answer | AnswerStream | list[Answer]:
        """The answer to what is still on its way."""
        body = await read_body(receive, headers, self._limits, self._patience)
        return await self._answer_body(body, context, accepted)

    async def _answer_form(
        self, headers: Mapping[str, str], receive: Receive, context: Context
    ) -> Answer | AnswerStream | list[Answer]:
        async with received_upload(receive, headers, self._limits, self._patience) as decoded:
            posted = self._reader.read(decoded)
            if isinstance(posted, list):
                return await self._answer_all(posted, context)
            # In one piece: the files close when this block ends.
            return await self._executor.execute(posted, context, WRITING)

    async def _answer_all(self, batch: Sequence[Parsed], context: Context) -> list[Answer]:
        """Queries run side by side; as soon as one operation is none, all run in the order of the batch."""
        operations = [entry for entry in batch if isinstance(entry, OperationRequest)]
        if all(self._executor.kind(request, context) is OperationKind.QUERY for request in operations):
            return await asyncio.gather(*(self._answer_one(entry, context) for entry in batch))
        return [await self._answer_one(entry, context) for entry in batch]

    async def _answer_one(self, entry: Parsed, context: Context) -> Answer:
        if not isinstance(entry, OperationRequest):
            return Answer(errors=entries_of(entry, context.request_id), executed=False)
        # Never a stream: neither subscriptions nor increments are asked for.
        return cast("Answer", await self._executor.execute(entry, context, WRITING))


async def _read(named: Awaitable[Actor]) -> Actor:
    """The caller, who has to be asked for; the request need not read again what tells of it."""
    begin_request()
    return await named
