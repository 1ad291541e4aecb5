from __future__ import annotations

import asyncio
import gc
import threading
from typing import TYPE_CHECKING, Any
from weakref import ref

import orjson
import pytest
from graphql import GraphQLSchema, build_schema, execute_sync, get_introspection_query, parse

from graph.introspection import Introspection, asks_for_schema_only
from graph.operations import OperationRequest

if TYPE_CHECKING:
    from graphql import OperationDefinitionNode

SDL = "type Query { a: Int b: Query }"


def operation(text: str) -> OperationDefinitionNode:
    node: Any = parse(text).definitions[0]
    return node  # type: ignore[no-any-return] # the first definition of these documents is an operation


async def answered(introspection: Introspection, schema: GraphQLSchema, text: str) -> Any:
    answer = await introspection.answer(schema, parse(text), OperationRequest(text))
    return None if answer is None else orjson.loads(answer.body())


@pytest.mark.parametrize(
    ("document", "only"),
    [
        (get_introspection_query(), True),
        ('{ __schema { types { name } } a: __type(name: "Query") { name } __typename }', True),
        ("{ __typename }", False),
        ("{ __schema { types { name } } a }", False),
        ("query($name: String!) { __type(name: $name) { name } }", False),
        ("{ ...A } fragment A on Query { __schema { types { name } } }", False),
        ("{ ... { __schema { types { name } } } }", False),
    ],
)
def test_operations_that_depend_on_the_schema_alone_are_told(document: str, *, only: bool) -> None:
    assert asks_for_schema_only(operation(document)) is only


async def test_the_answer_is_that_of_graphql_core() -> None:
    schema = build_schema(SDL)
    query = get_introspection_query()
    expected = execute_sync(schema, parse(query)).data
    introspection = Introspection()
    first, second = await answered(introspection, schema, query), await answered(introspection, schema, query)
    assert first == second == {"data": expected}


async def test_many_askers_cost_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []

    def counted(*arguments: Any, **options: Any) -> Any:
        threads.append(threading.current_thread())
        return execute_sync(*arguments, **options)

    monkeypatch.setattr("graph.introspection.execute_sync", counted)
    introspection, schema = Introspection(), build_schema(SDL)
    await asyncio.gather(*(answered(introspection, schema, "{ __schema { types { name } } }") for _ in range(5)))
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


async def test_another_schema_is_asked_anew_and_an_old_one_forgotten() -> None:
    introspection, query = Introspection(), '{ __type(name: "B") { name } }'
    old = build_schema(SDL)
    assert await answered(introspection, old, query) == {"data": {"__type": None}}
    assert await answered(introspection, build_schema(SDL + " type B { c: Int }"), query) == {
        "data": {"__type": {"name": "B"}}
    }
    reference = ref(old)
    del old
    gc.collect()
    assert reference() is None


async def test_an_operation_that_fails_is_left_to_the_executor() -> None:
    assert await answered(Introspection(), build_schema(SDL), "{ __type { name } }") is None
