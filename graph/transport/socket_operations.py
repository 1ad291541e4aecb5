"""Stands in for Strawberry's schema behind a websocket: its operations go to the executor."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLError
from strawberry.types.execution import ExecutionResult, PreExecutionError

from domain.errors import RateLimitedError
from graph.context import Context
from graph.errors import entries_of, entry_of
from graph.operations import Answer, OperationRequest

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from domain.actor import Actor
    from domain.client import Client
    from graph.execution import Executor


class SocketContext:
    """What a socket knows of its caller; Strawberry's handlers write `connection_params`."""

    def __init__(self, request_id: str, client: Client) -> None:
        self.request_id = request_id
        self.client = client
        self.connection_params: Mapping[str, object] | None = None
        self.actor: Actor | None = None


class SocketOperations:
    """Runs the operations of one socket, at most `max_operations` at once."""

    def __init__(self, executor: Executor, *, max_operations: int) -> None:
        self._executor = executor
        self._max_operations = max_operations
        self._running = 0

    async def stream(
        self,
        query: str,
        variable_values: dict[str, Any] | None = None,
        context_value: SocketContext | None = None,
        root_value: object = None,  # noqa: ARG002 - Strawberry's signature
        operation_name: str | None = None,
    ) -> AsyncGenerator[ExecutionResult, None]:
        """The results of an operation of any kind, as Strawberry's handlers want them."""
        request = OperationRequest(query=query, variables=variable_values or {}, operation_name=operation_name)
        return self._results(request, context_value)

    subscribe = stream

    async def _results(
        self, request: OperationRequest, socket: SocketContext | None
    ) -> AsyncGenerator[ExecutionResult, None]:
        if socket is None or socket.actor is None:
            return
        if self._running >= self._max_operations:
            yield _refusal([entry_of(_too_many(self._max_operations))])
            return
        self._running += 1
        try:
            context = Context(socket.actor, socket.request_id, socket.client)
            answer = await self._executor.execute(request, context)
            if isinstance(answer, Answer):
                yield _result(answer.payload(), context) if answer.executed else _refusal(answer.errors)
                return
            async with aclosing(answer.payloads) as payloads:
                async for payload in payloads:
                    yield _result(payload, context)
        finally:
            self._running -= 1


class FinishedError(GraphQLError):
    """An entry of `errors` that is finished already."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        super().__init__(entry["message"])
        self._entry = dict(entry)

    @property
    def formatted(self) -> Any:  # noqa: ANN401 - graphql-core's TypedDict has no `code`
        """The entry."""
        return self._entry


def _result(payload: Mapping[str, Any], context: Context) -> ExecutionResult:
    errors: list[GraphQLError] = [FinishedError(entry) for entry in payload.get("errors", ())]
    try:
        # Encoded here, where a value that JSON cannot hold still becomes an error that the client sees.
        data: Any = orjson.Fragment(orjson.dumps(payload.get("data")))
    except TypeError as error:
        return _refusal(entries_of(error, context.request_id))
    return ExecutionResult(data=data, errors=errors or None, extensions=payload.get("extensions"))


def _refusal(entries: Any) -> PreExecutionError:  # noqa: ANN401 - entries of `errors` are JSON
    return PreExecutionError(data=None, errors=[FinishedError(entry) for entry in entries])


def _too_many(allowed: int) -> RateLimitedError:
    return RateLimitedError(f"The socket runs the {allowed} operations allowed at once already.", retry_after=1)
