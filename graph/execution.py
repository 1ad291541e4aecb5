"""Runs one operation: document checked, graphql-core run within the time limit, every failure an answer."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final, cast

from graphql import (
    ExecutionResult,
    ExperimentalIncrementalExecutionResults,
    GraphQLError,
    subscribe,  # pyright: ignore[reportUnknownVariableType] - same
)
from graphql import experimental_execute_incrementally as run  # pyright: ignore[reportUnknownVariableType] - upstream's types are bare
from graphql.execution import Executor as WholeExecutor
from graphql.execution.incremental import IncrementalExecutor

from domain.deadline import Deadline, TimeLimit
from domain.errors import ForbiddenError, StructureChangedError, TimedOutError
from domain.limits import OPERATIONS, caller_subject
from domain.tables.statement import WriteFailedError
from graph.denials import Denials
from graph.documents import Documents
from graph.errors import DocumentError, OperationNotAllowedError, entries_of, entry_of, field_entries
from graph.introspection import Introspection, schema_parts
from graph.logs import name_operation
from graph.operations import ANY_KIND, Answer, AnswerStream, OperationKind

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping, Sequence

    from graphql import DocumentNode, GraphQLSchema
    from graphql.execution import InitialIncrementalExecutionResult, SubsequentIncrementalExecutionResult
    from orjson import Fragment

    from domain.limits import RateLimiter
    from graph.context import Context
    from graph.documents import CheckedDocument
    from graph.introspection import SchemaParts
    from graph.limits import Limits
    from graph.operations import OperationRequest
    from graph.served import SchemaSource, ServedSchema
    from graph.tables.answering import TableAnswers
    from graph.tables.compiler import Compiled
    from graph.tables.write_compiler import CompiledWrites

READ_TABLES: Final = "tables:read"
"""The scope that a restricted API key needs for the root fields of tables, and to see the rows that it writes."""
WRITE_TABLES: Final = "tables:write"
"""The scope that a restricted API key needs for the mutations of tables."""
_RENEWALS: Final = 2
"""How often a document that does not fit waits for a schema that is being built."""


class Executor:
    """Answers operations. Its methods never raise: what goes wrong is in the answer.

    Every transport comes here with every operation, those of a batch and of a websocket too, so here they are counted.
    """

    def __init__(
        self,
        schemas: SchemaSource,
        limits: Limits,
        *,
        tables: TableAnswers | None = None,
        root_value: object = None,
        introspection: bool = True,
        limiter: RateLimiter | None = None,
        debug_permissions: bool = False,
    ) -> None:
        """`debug_permissions`: everybody is told which permission is missing, not only administrators."""
        self._schemas = schemas
        self._limiter = limiter
        self._tables = tables
        self._root_value = root_value
        self._time_limit = TimeLimit(limits.execution_timeout)
        self._documents = Documents(limits, introspection=introspection)
        self._introspection = Introspection()
        self._denials = Denials(schemas, to_everybody=debug_permissions)

    def kind(self, request: OperationRequest, context: Context) -> OperationKind | None:
        """The kind of the operation, or None if its document is not valid."""
        try:
            _, document = self._prepare(request, context)
            return document.kind(request.operation_name)
        except Exception:  # noqa: BLE001 - `execute` meets the same failure and answers with it
            return None

    async def execute(
        self,
        request: OperationRequest,
        context: Context,
        kinds: frozenset[OperationKind] = ANY_KIND,
        *,
        incremental: bool = False,
    ) -> Answer | AnswerStream:
        """Answer one operation.

        Args:
            request: what the client asked for.
            context: the verified caller.
            kinds: the kinds of operation that the transport carries.
            incremental: whether the client takes several payloads; otherwise @defer and @stream are not heeded.

        Returns:
            A stream for a subscription and for an operation that defers or streams; else one answer.
        """
        if request.operation_name is not None:
            name_operation(request.operation_name)
        limit = Deadline(self._time_limit)
        try:
            with limit:
                if self._limiter is not None and (caller := caller_subject(context.actor, context.client)):
                    counting = self._limiter.count(OPERATIONS, caller)
                    if counting is not None:
                        await counting
                return await self._answer(request, context, kinds, limit.when if incremental else None)
        except Exception as error:  # noqa: BLE001 - the last line of defence: masked, logged, answered
            known = self._timed_out() if limit.expired else error
            await self._look(known, context)
            entries = entries_of(known, context.request_id)
            return Answer(errors=self._denials.told(entries, known, request, context.actor), executed=False)

    async def _answer(
        self,
        request: OperationRequest,
        context: Context,
        kinds: frozenset[OperationKind],
        deadline: float | None,
    ) -> Answer | AnswerStream:
        served = self._served(context)
        try:
            document = self._documents.check(request.query, served)
        except DocumentError as error:
            served, document = await self._prepare_again(error, served, request, context)
        schema = served.graphql
        kind = document.kind(request.operation_name)
        if kind not in kinds:
            raise OperationNotAllowedError(kind.value)
        if kind is OperationKind.SUBSCRIPTION:
            return await self._subscribe(schema, document, request, context)
        if self._tables is not None:
            over_tables = self._read if kind is OperationKind.QUERY else self._write
            answering = over_tables(self._tables, served, document, request, context)
            if answering is not None:
                return await answering
        return await self._run(schema, document.node, request, context, deadline)

    def _read(
        self,
        tables: TableAnswers,
        served: ServedSchema,
        document: CheckedDocument,
        request: OperationRequest,
        context: Context,
    ) -> Awaitable[Answer] | None:
        """The answer to a query that asks for tables; None if it asks for none."""
        compiled, values = tables.compile(served, document, request.operation_name, request.variables)
        if compiled.statement is None:
            return None
        if not context.actor.may(READ_TABLES):
            raise ForbiddenError(f"The API key lacks the scope {READ_TABLES}.")
        rows = tables.run(compiled, values, context.actor.session)
        return rows if compiled.rest is None else self._completed(compiled, rows, served.graphql, request, context)

    def _write(
        self,
        tables: TableAnswers,
        served: ServedSchema,
        document: CheckedDocument,
        request: OperationRequest,
        context: Context,
    ) -> Awaitable[Answer] | None:
        """The answer to a mutation of tables; None if it is one of the platform's."""
        found = tables.writes.compile(served, document, request.operation_name, request.variables)
        if found is None:
            return None
        compiled, values = found
        for scope in (WRITE_TABLES, READ_TABLES) if compiled.reads else (WRITE_TABLES,):
            if not context.actor.may(scope):
                raise ForbiddenError(f"The API key lacks the scope {scope}.")
        rows = self._written(tables.writes.run(compiled, values, context.actor.session, served), request, context)
        return rows if compiled.rest is None else self._completed(compiled, rows, served.graphql, request, context)

    async def _written(
        self, writing: Awaitable[Mapping[str, Fragment]], request: OperationRequest, context: Context
    ) -> Answer:
        try:
            return Answer(data=await writing)
        except WriteFailedError as failure:
            await self._look(failure.error, context)
            known = entries_of(failure.error, context.request_id)
            entries = self._denials.told(known, failure.error, request, context.actor, failure.key)
            path = {"path": [failure.key]} if failure.key else {}
            return Answer(errors=[{**entry, **path} for entry in entries])

    async def _look(self, error: Exception, context: Context) -> None:
        """Look for a change of the database that a statement stumbled upon, lest nothing tells of it."""
        if isinstance(error, StructureChangedError):
            await self._schemas.renewed(self._served(context).version)

    async def _completed(
        self,
        compiled: Compiled | CompiledWrites,
        running: Awaitable[Answer],
        schema: GraphQLSchema,
        request: OperationRequest,
        context: Context,
    ) -> Answer:
        """The root fields of tables, and by graphql-core the others, which there are."""
        answer = await running
        if answer.errors:
            return answer
        rest = await self._run(schema, cast("DocumentNode", compiled.rest), request, context, None)
        return _merged(cast("Answer", rest), cast("Mapping[str, Fragment]", answer.data), compiled.keys)

    async def _run(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        request: OperationRequest,
        context: Context,
        deadline: float | None,
    ) -> Answer | AnswerStream:
        parts = schema_parts(document, request.operation_name)
        if parts is not None:
            return await self._beside_schema(schema, parts, request, context)
        result = run(
            schema,
            document,
            root_value=self._root_value,
            context_value=context,
            variable_values=cast("dict[str, Any]", request.variables),
            operation_name=request.operation_name,
            executor_class=WholeExecutor if deadline is None else IncrementalExecutor,
            hide_suggestions=True,
        )
        if not isinstance(result, ExecutionResult | ExperimentalIncrementalExecutionResults):
            result = await result
        if isinstance(result, ExecutionResult):
            return _whole(result, context)
        return AnswerStream(self._increments(result, context, deadline), incremental=True)

    async def _beside_schema(
        self, schema: GraphQLSchema, parts: SchemaParts, request: OperationRequest, context: Context
    ) -> Answer | AnswerStream:
        """What an operation asks of the schema, and by graphql-core its other root fields; in one piece."""
        rest = await self._run(schema, parts.rest, request, context, None) if parts.rest else Answer(data={})
        if not isinstance(rest, Answer) or rest.data is None:
            return rest
        told = await self._introspection.answer(schema, parts.schema, request)
        return _whole(told, context) if isinstance(told, ExecutionResult) else _merged(rest, told, parts.keys)

    async def _prepare_again(
        self, error: DocumentError, served: ServedSchema, request: OperationRequest, context: Context
    ) -> tuple[ServedSchema, CheckedDocument]:
        """As `_prepare`, on a schema that is just being built, for a document that did not fit the one before."""
        for _ in range(_RENEWALS):
            if error.is_syntax or not await self._schemas.renewed(served.version):
                break
            served = self._served(context)
            try:
                return served, self._documents.check(request.query, served)
            except DocumentError as again:
                # The build that was waited for may have begun before the change that is needed.
                error = again
        raise error

    def _served(self, context: Context) -> ServedSchema:
        """The caller's schema as it is now."""
        return self._schemas.for_role(context.actor.role, backend=context.actor.backend)

    def _prepare(self, request: OperationRequest, context: Context) -> tuple[ServedSchema, CheckedDocument]:
        served = self._served(context)
        return served, self._documents.check(request.query, served)

    async def _subscribe(
        self, schema: GraphQLSchema, document: CheckedDocument, request: OperationRequest, context: Context
    ) -> Answer | AnswerStream:
        source = subscribe(
            schema,
            document.node,
            root_value=self._root_value,
            context_value=context,
            variable_values=cast("dict[str, Any]", request.variables),
            operation_name=request.operation_name,
            executor_class=WholeExecutor,
            hide_suggestions=True,
        )
        if not isinstance(source, ExecutionResult) and not hasattr(source, "__anext__"):
            source = await cast("Any", source)
        if isinstance(source, ExecutionResult):
            return _refused(source, context)
        events = cast("AsyncGenerator[ExecutionResult, None]", source)
        return AnswerStream(_events(events, context), incremental=False)

    async def _increments(
        self, results: ExperimentalIncrementalExecutionResults, context: Context, deadline: float | None
    ) -> AsyncGenerator[dict[str, Any], None]:
        later = results.subsequent_results
        async with aclosing(later):
            yield _increment(results.initial_result, context)
            while True:
                try:
                    async with asyncio.timeout_at(deadline):
                        result = await anext(later)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    yield {"errors": [entry_of(self._timed_out())], "hasNext": False}
                    return
                yield _increment(result, context)

    def _timed_out(self) -> TimedOutError:
        return TimedOutError(
            f"The operation took longer than the {self._time_limit.seconds:g} s allowed and was stopped."
        )


def _merged(rest: Answer, rows: Mapping[str, Fragment], keys: Sequence[str]) -> Answer:
    """Both parts of an operation in the order of its root fields; a null of the whole stays one."""
    if rest.data is None:
        return rest
    data = {**cast("dict[str, object]", rest.data), **rows}
    return rest._replace(data={key: data[key] for key in keys if key in data})


def _whole(result: ExecutionResult, context: Context) -> Answer:
    if not result.errors:
        return Answer(data=result.data)
    if result.data is None and all(error.path is None for error in result.errors):
        return _refused(result, context)
    return Answer(data=result.data, errors=field_entries(result.errors, context.request_id))


def _refused(result: ExecutionResult, context: Context) -> Answer:
    """Variables that do not coerce, or a subscription without a source: nothing was executed."""
    return Answer(errors=field_entries(result.errors or (), context.request_id), executed=False)


async def _events(
    results: AsyncIterator[ExecutionResult] | AsyncGenerator[ExecutionResult, None], context: Context
) -> AsyncGenerator[dict[str, Any], None]:
    async with aclosing(cast("AsyncGenerator[ExecutionResult, None]", results)) as events:
        try:
            async for result in events:
                errors = field_entries(result.errors or (), context.request_id)
                yield Answer(data=result.data, errors=errors).payload()
        except Exception as error:  # noqa: BLE001 - the source of the events failed: said once, then the stream ends
            located = GraphQLError(str(error), original_error=error)
            yield Answer(errors=field_entries([located], context.request_id)).payload()


def _increment(
    result: InitialIncrementalExecutionResult | SubsequentIncrementalExecutionResult, context: Context
) -> dict[str, Any]:
    """graphql-core's form of a payload, with its errors masked at each of the three places they may be."""
    payload = cast("dict[str, Any]", result.formatted)
    for holder, entry in _holders(result, payload):
        if holder.errors:
            entry["errors"] = field_entries(holder.errors, context.request_id)
    return payload


def _holders(result: Any, payload: dict[str, Any]) -> list[tuple[Any, dict[str, Any]]]:  # noqa: ANN401 - graphql-core's results share `errors` but no base
    holders = [(result, payload)] if hasattr(result, "errors") else []
    for name in ("incremental", "completed"):
        parts = getattr(result, name, None) or ()
        holders.extend(zip(parts, payload.get(name, ()), strict=True))
    return holders
