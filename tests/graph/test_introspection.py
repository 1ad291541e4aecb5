from __future__ import annotations

import asyncio
import gc
import threading
from typing import TYPE_CHECKING, Any
from weakref import ref

import orjson
import pytest
from graphql import ExecutionResult, GraphQLSchema, build_schema, execute_sync, get_introspection_query, parse

from graph.introspection import Introspection, schema_parts
from graph.operations import OperationRequest

if TYPE_CHECKING:
    from tests.graph.conftest import Serve

SDL = "type Query { a: Int b: Query }"
WHOLE = build_schema(SDL)


async def answered(introspection: Introspection, schema: GraphQLSchema, text: str, **variables: Any) -> Any:
    parts = schema_parts(parse(text), None)
    assert parts is not None
    told = await introspection.answer(schema, parts.schema, OperationRequest(text, variables=variables))
    return None if isinstance(told, ExecutionResult) else orjson.loads(orjson.dumps(dict(told)))


def parts_of(text: str) -> tuple[set[str], set[str], tuple[str, ...]] | None:
    """The names of the fields of both parts, wherever they stand in them, and the keys in order."""
    parts = schema_parts(parse(text), None)
    if parts is None:
        return None
    data = [
        set(execute_sync(WHOLE, document, variable_values={"n": "A", "no": False}).data or {}) if document else set()
        for document in (parts.schema, parts.rest)
    ]
    return data[0], data[1], parts.keys


@pytest.mark.parametrize(
    ("document", "parts"),
    [
        (get_introspection_query(), ({"__schema"}, set(), ("__schema",))),
        ("{ __typename }", None),
        ("{ a } # __schema", None),
        ("{ b { __typename } }", None),
        ("{ a __schema { types { name } } b { a } }", ({"__schema"}, {"a", "b"}, ("a", "__schema", "b"))),
        ('{ __typename t: __type(name: "A") { name } }', ({"t"}, {"__typename"}, ("__typename", "t"))),
        ("query($n: String!) { __type(name: $n) { name } }", ({"__type"}, set(), ("__type",))),
        ("{ ...A } fragment A on Query { a __schema { types { ...N } } } fragment N on __Type { name }", ({"__schema"}, {"a"}, ("a", "__schema"))),
        ("query($no: Boolean!) { ... @include(if: $no) { __schema { types { name } } a } b { a } }", (set(), {"b"}, ("__schema", "a", "b"))),
        ("query($no: Boolean!) { __schema @skip(if: $no) { types { name } } ... on Query { a @include(if: $no) } }", ({"__schema"}, set(), ("__schema", "a"))),
    ],
)  # fmt: skip
def test_what_is_asked_of_the_schema_is_told_from_the_rest(document: str, parts: Any) -> None:
    assert parts_of(document) == parts


async def test_the_answer_is_that_of_graphql_core() -> None:
    schema = build_schema(SDL)
    query = get_introspection_query()
    expected = execute_sync(schema, parse(query)).data
    introspection = Introspection()
    first, second = await answered(introspection, schema, query), await answered(introspection, schema, query)
    assert first == second == expected


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
    assert await answered(introspection, old, query) == {"__type": None}
    assert await answered(introspection, build_schema(SDL + " type B { c: Int }"), query) == {"__type": {"name": "B"}}
    reference = ref(old)
    del old
    gc.collect()
    assert reference() is None


async def test_what_fails_is_given_as_it_is() -> None:
    assert await answered(Introspection(), build_schema(SDL), "{ __type { name } }") is None


async def test_variables_are_read_each_time() -> None:
    introspection, query = Introspection(), "query($name: String!) { __type(name: $name) { name } }"

    for name, found in (("Query", {"name": "Query"}), ("B", None)):
        assert await answered(introspection, WHOLE, query, name=name) == {"__type": found}


async def test_a_thread_that_has_begun_keeps_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, goes_on, running = threading.Event(), threading.Event(), list[int]()

    def slow(*arguments: Any, **options: Any) -> Any:
        running.append(1)
        begun.set()
        assert goes_on.wait(10)
        return execute_sync(*arguments, **options)

    monkeypatch.setattr("graph.introspection.execute_sync", slow)
    introspection, query = Introspection(), "{ __schema { types { name } } }"
    impatient = asyncio.create_task(answered(introspection, build_schema(SDL), query))
    assert await asyncio.to_thread(begun.wait, 10)
    impatient.cancel()
    other = asyncio.create_task(answered(introspection, build_schema(SDL), query))
    await asyncio.sleep(0.05)

    assert len(running) == 1
    goes_on.set()
    assert await other is not None
    assert len(running) == 2


async def test_beside_other_fields_the_schema_is_walked_in_a_thread(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def noted(*arguments: Any, **options: Any) -> Any:
        threads.append(threading.current_thread())
        return execute_sync(*arguments, **options)

    served = await serve("CREATE TABLE us (id integer PRIMARY KEY); INSERT INTO us VALUES (1)")
    monkeypatch.setattr("graph.introspection.execute_sync", noted)
    query = """query($of: String!, $no: Boolean = false) {
        us { id } ...Told tables { name } __typename left: __schema @include(if: $no) { types { name } } }
        fragment Told on Query { __type(name: $of) { kind } }"""

    data = await served.data(query, {"of": "Us"})

    assert list(data) == ["us", "__type", "tables", "__typename"]
    assert data == {"us": [{"id": 1}], "__type": {"kind": "OBJECT"}, "tables": [{"name": "us"}], "__typename": "Query"}
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()
    refused = await served.answer("query($of: String!) { tables { name } __type(name: $of) { kind } }", {})
    assert refused["errors"]
    await served.data("{ tables { name } } # __schema")
    assert len(threads) == 1
