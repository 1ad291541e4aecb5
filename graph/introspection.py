"""Answers the fields that tell of the schema, `__schema` and `__type`: beside the event loop, and once a version.

graphql-core walks the whole schema in one go, for 500 tables more than a second, in which nobody else would be served.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast
from weakref import WeakKeyDictionary

import orjson
from graphql import (
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    execute_sync,  # pyright: ignore[reportUnknownVariableType] - upstream's types are bare
    get_operation_ast,
)
from graphql.execution import Executor as WholeExecutor

from domain.bounded import BoundedCache
from graph.reduced import with_selections
from graph.role_schema import RoleSchema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphql import DocumentNode, GraphQLSchema, SelectionNode

    from graph.operations import OperationRequest

SCHEMA_FIELDS: Final = frozenset({"__schema", "__type"})
ANSWERS: Final = 8
"""Answers kept for one schema: every tool sends its own query, always the same."""
ANSWER_BYTES: Final = 32_000_000

Told: TypeAlias = "Mapping[str, orjson.Fragment]"
"""The answers by response key, as JSON."""


@dataclass(frozen=True, slots=True)
class SchemaParts:
    """An operation in two: what it asks of the schema, and the rest.

    Attributes:
        schema: a document of its fields `__schema` and `__type`.
        rest: a document of its other fields; None if it has none.
        keys: the response keys of all of them, in order.
    """

    schema: DocumentNode
    rest: DocumentNode | None
    keys: tuple[str, ...]


def schema_parts(document: DocumentNode, name: str | None) -> SchemaParts | None:
    """The parts of an operation of that name; None if it does not ask for the schema."""
    operation = get_operation_ast(document, name)
    if operation is None:
        return None
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    selections = operation.selection_set.selections
    asked = _chosen(selections, fragments, of_schema=True)
    if not asked:
        return None
    rest = _chosen(selections, fragments, of_schema=False)
    return SchemaParts(
        with_selections(document, operation, asked),
        with_selections(document, operation, rest) if rest else None,
        tuple(dict.fromkeys(_keys(selections, fragments))),
    )


def _chosen(
    selections: Iterable[SelectionNode], fragments: Mapping[str, FragmentDefinitionNode], *, of_schema: bool
) -> tuple[SelectionNode, ...]:
    """The root fields that are of the schema, or those that are not, where they stand; fragments written out."""
    found: list[SelectionNode] = []
    for selection in selections:
        if isinstance(selection, FieldNode):
            if (selection.name.value in SCHEMA_FIELDS) is of_schema:
                found.append(selection)
            continue
        inner = _chosen(_within(selection, fragments), fragments, of_schema=of_schema)
        if inner:
            directives = cast("Any", selection).directives
            found.append(InlineFragmentNode(directives=directives, selection_set=SelectionSetNode(selections=inner)))
    return tuple(found)


def _keys(selections: Iterable[SelectionNode], fragments: Mapping[str, FragmentDefinitionNode]) -> Iterable[str]:
    for selection in selections:
        if isinstance(selection, FieldNode):
            yield (selection.alias or selection.name).value
        else:
            yield from _keys(_within(selection, fragments), fragments)


def _within(selection: SelectionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> tuple[SelectionNode, ...]:
    """The selections of a fragment; the document is valid, so that none is in itself."""
    if isinstance(selection, FragmentSpreadNode):
        return tuple(fragments[selection.name.value].selection_set.selections)
    return tuple(cast("InlineFragmentNode", selection).selection_set.selections)


class Introspection:
    """Runs introspection in a thread, one at a time, and keeps the answers as long as their schema lives."""

    def __init__(self) -> None:
        self._answers: WeakKeyDictionary[GraphQLSchema, BoundedCache[tuple[str, str | None], Told]]
        self._answers = WeakKeyDictionary()
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[Told | ExecutionResult]] = set()

    async def answer(
        self, schema: GraphQLSchema, document: DocumentNode, request: OperationRequest
    ) -> Told | ExecutionResult:
        """The answer to a document that asks for the schema only; the result as it is where it has errors.

        A thread that has begun keeps its turn until it ends, though nobody may wait for it any more.
        """
        task = asyncio.ensure_future(self._in_turn(schema, document, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _in_turn(
        self, schema: GraphQLSchema, document: DocumentNode, request: OperationRequest
    ) -> Told | ExecutionResult:
        key = (request.query, request.operation_name)
        operation = get_operation_ast(document)
        # What depends on nothing but the schema is kept.
        keeps = operation is not None and not operation.variable_definitions
        async with self._one_at_a_time:
            answers = self._answers.setdefault(schema, BoundedCache(max_entries=ANSWERS, max_weight=ANSWER_BYTES))
            told = answers.find(key) if keeps else None
            if told is None:
                result = await asyncio.to_thread(_introspect, schema, document, request.variables)
                if isinstance(result, ExecutionResult):
                    return result
                told = {name: orjson.Fragment(text) for name, text in result.items()}
                if keeps:
                    answers.add(key, told, weight=sum(map(len, result.values())))
        return told


def _introspect(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]
) -> dict[str, bytes] | ExecutionResult:
    if isinstance(schema, RoleSchema):
        schema = schema.whole()  # of which the answer is kept, and nothing else
    result = execute_sync(
        schema, document, variable_values=dict(variables), executor_class=WholeExecutor, hide_suggestions=True
    )
    if result.errors or result.data is None:
        return result
    return {name: orjson.dumps(value) for name, value in result.data.items()}
