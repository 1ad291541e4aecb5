"""Answers operations that ask for nothing but the schema: once a version, and beside the event loop.

graphql-core walks the whole schema in one go, for 500 tables more than a second, in which nobody else would be served.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import orjson
from graphql import (
    FieldNode,
    execute_sync,  # pyright: ignore[reportUnknownVariableType] - upstream's types are bare
)
from graphql.execution import Executor as WholeExecutor

from domain.bounded import BoundedCache
from graph.operations import Answer
from graph.role_schema import RoleSchema

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

    from graph.operations import OperationRequest

META_FIELDS: Final = frozenset({"__schema", "__type", "__typename"})
ANSWERS: Final = 8
"""Answers kept for one schema: every tool sends its own query, always the same."""
ANSWER_BYTES: Final = 32_000_000


def asks_for_schema_only(operation: OperationDefinitionNode) -> bool:
    """Whether the answer depends on nothing but the schema, as that of the query which tools send."""
    if operation.variable_definitions:
        return False
    selections = operation.selection_set.selections
    names = {selection.name.value if isinstance(selection, FieldNode) else "" for selection in selections}
    return names <= META_FIELDS and names != {"__typename"}


class Introspection:
    """Runs introspection in a thread, one at a time, and keeps the answers as long as their schema lives."""

    def __init__(self) -> None:
        self._answers: WeakKeyDictionary[GraphQLSchema, BoundedCache[tuple[str, str | None], bytes]]
        self._answers = WeakKeyDictionary()
        self._one_at_a_time = asyncio.Lock()

    async def answer(self, schema: GraphQLSchema, document: DocumentNode, request: OperationRequest) -> Answer | None:
        """The answer to an operation that asks for the schema only, None if it fails."""
        key = (request.query, request.operation_name)
        async with self._one_at_a_time:
            answers = self._answers.setdefault(schema, BoundedCache(max_entries=ANSWERS, max_weight=ANSWER_BYTES))
            data = answers.find(key)
            if data is None:
                data = await asyncio.to_thread(_introspect, schema, document, request.operation_name)
                if data is None:
                    return None
                answers.add(key, data, weight=len(data))
        return Answer(data=orjson.Fragment(data))


def _introspect(schema: GraphQLSchema, document: DocumentNode, name: str | None) -> bytes | None:
    if isinstance(schema, RoleSchema):
        schema = schema.whole()  # of which the answer is kept, and nothing else
    result = execute_sync(schema, document, operation_name=name, executor_class=WholeExecutor, hide_suggestions=True)
    return None if result.errors else orjson.dumps(result.data)
