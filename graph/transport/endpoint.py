"""The ASGI application behind `/graphql`: a request in, an operation to the executor, an answer out."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from typing import TYPE_CHECKING, Final, cast

from domain.accounts.just_read import one_request
from domain.actor import ANYBODY
from domain.errors import UnavailableError
from graph.authentication import never
from graph.context import Context
from graph.errors import entries_of
from graph.operations import Answer, OperationKind, OperationRequest
from graph.transport.bodies import FORM, ClientGoneError, check_encoding, media_type_of, read_body
from graph.transport.clients import Clients
from graph.transport.headers import Headers, request_id_of
from graph.transport.negotiation import negotiate
from graph.transport.parsing import OperationReader, parse_json
from graph.transport.persisted import PersistedQueries
from graph.transport.rejections import MethodNotAllowedError, NotAcceptableError
from graph.transport.responses import send_answer, send_answers
from graph.transport.streams import StreamEnds, format_for, send_stream, single
from graph.transport.uploads import received_upload
from graph.transport.websockets import INITIALISATION_TIMEOUT, WebSockets

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

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
    ) -> None:
        self._executor = executor
        self._authenticate = authenticate
        self._ended = ended
        self._limits = limits
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
                with one_request():
                    await self._respond(scope, receive, send)
            else:
                await self._sockets.serve(scope, receive, send)
        except ClientGoneError:
            pass
        finally:
            self._running -= 1
            if self._draining.is_set() and not self._running:
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
        headers = Headers(scope)
        accepted = negotiate(headers.get("accept", ""))
        answer: Answer | AnswerStream | list[Answer]
        actor = ANYBODY
        try:
            context = await self._admit(scope, headers, accepted, request_id)
            actor = context.actor
            if method == "GET":
                answer = await self._get(scope["query_string"], context, accepted)
            else:
                answer = await self._post(headers, receive, context, accepted)
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

    async def _admit(self, scope: Scope, headers: Mapping[str, str], accepted: Accepted, request_id: str) -> Context:
        if self._draining.is_set():
            raise UnavailableError("The server is shutting down.")
        if scope["method"] not in {"GET", "POST"}:
            raise MethodNotAllowedError("The method has to be GET or POST.")
        if not accepted.anything:
            raise NotAcceptableError("Accept has to allow application/graphql-response+json or application/json.")
        client = self._clients.of(scope, headers)
        actor = self._authenticate(headers)
        return Context(await actor if inspect.isawaitable(actor) else actor, request_id, client)

    async def _get(self, query_string: bytes, context: Context, accepted: Accepted) -> Answer | AnswerStream:
        request = self._reader.read_query_string(query_string)
        kinds = QUERY | SUBSCRIPTION if accepted.events else QUERY
        return await self._executor.execute(request, context, kinds, incremental=accepted.increments)

    async def _post(
        self, headers: Mapping[str, str], receive: Receive, context: Context, accepted: Accepted
    ) -> Answer | AnswerStream | list[Answer]:
        check_encoding(headers)
        if media_type_of(headers.get("content-type", "")) == FORM:
            async with received_upload(receive, headers, self._limits) as decoded:
                posted = self._reader.read(decoded)
                if isinstance(posted, list):
                    return await self._answer_all(posted, context)
                # In one piece: the files close when this block ends.
                return await self._executor.execute(posted, context, WRITING)
        body = await read_body(receive, headers, self._limits.max_body_bytes)
        posted = self._reader.read(parse_json(body))
        if isinstance(posted, list):
            return await self._answer_all(posted, context)
        kinds = WRITING | SUBSCRIPTION if accepted.events else WRITING
        return await self._executor.execute(posted, context, kinds, incremental=accepted.increments)

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
