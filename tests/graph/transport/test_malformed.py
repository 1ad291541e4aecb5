from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import orjson
import pytest
from graphql import get_introspection_query
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from graph.limits import Limits
from tests.graph.transport.conftest import KEY, PATIENCE, client_of, code

if TYPE_CHECKING:
    from tests.graph.transport.conftest import Serve, Served

JSON_TYPE = {"content-type": "application/json", "accept": "application/graphql-response+json"}
HELLO = b'{"query": "{ hello }"}'

BODIES = [
    b"",
    b" ",
    b"\x00",
    b"null",
    b"true",
    b"5",
    b'"{ hello }"',
    b"{ hello }",
    b"{",
    b"[",
    b"{}",
    b"\xff\xfe",
    b'{"query": "\xff"}',
    b"\xef\xbb\xbf" + HELLO,
    HELLO.decode().encode("utf-16"),
    HELLO + b"x",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"query": "{ hello }", "variables": ' + b"[" * 2000 + b"]" * 2000 + b"}",
    b'{"query": "{ hello }", "variables": {"a": 1e400}}',
    b'{"query": "{ hello }", "variables": {"a": 1' + b"0" * 5000 + b"}}",
    b'{"query": "{ hello }", "variables": {"a": NaN}}',
    b'{"query": "\\ud800"}',
    b'{"query": "{ hello }", "variables": {"a": "\\udfff"}}',
    b'{"query": "{ hello }", "query": 5}',
    b'{"query": null}',
    b'{"query": 5}',
    b'{"query": ["{ hello }"]}',
    b'{"query": {}}',
    b'{"query": "{ hello }", "variables": []}',
    b'{"query": "{ hello }", "variables": "{}"}',
    b'{"query": "{ hello }", "variables": 0}',
    b'{"query": "{ hello }", "operationName": 5}',
    b'{"query": "{ hello }", "operationName": {}}',
    b'{"query": "{ hello }", "extensions": []}',
    b'{"query": "{ hello }", "extensions": "x"}',
]


@pytest.mark.parametrize("body", BODIES)
async def test_a_malformed_body_is_a_bad_request(http: httpx.AsyncClient, body: bytes) -> None:
    response = await http.post("/graphql", content=body, headers=JSON_TYPE)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


DOCUMENTS = [
    "",
    " ",
    "\x00",
    "{" * 100_000,
    "{a" * 100_000,
    "{ hello(name: " + "[" * 100_000,
    "{ hello(name: " + "{a:" * 3000,
    "{ echo(value: " + "[" * 199 + "]" * 199 + ") }",
    "{ echo(value: " + "{a: " * 190 + "1" + "}" * 190 + ") }",
    "query($a: " + "[" * 5000,
    "query($a: " + "[" * 190 + "Int" + "]" * 190 + ") { hello }",
    "{ hello " + "@include(if: true) " * 101 + "}",
    "{ ...A } fragment A on Query { ...A }",
    "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(1200)),
    "{ hello(name: 5) }",
    '{ hello(name: "\ud83d") }'.encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "}",
    '{ hello(name: "\\ud800") }',
    "fragment A on Query { hello }",
    "type Query { a: Int }",
    "{ hello } { hello }",
    "query A { hello } query A { hello }",
    "query A { hello } query B { hello }",
    "subscription { a: count(to: 1) b: count(to: 1) }",
    "{ deep(nested: " + "{nested: " * 190 + "{value: 9999999999}" + "}" * 190 + ") }",
]


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_a_wrong_document_is_a_400_with_a_code(http: httpx.AsyncClient, document: str) -> None:
    response = await http.post("/graphql", content=orjson.dumps({"query": document}), headers=JSON_TYPE)
    assert response.status_code in {400, 413} or response.json()["data"] is not None
    if response.status_code != 200:
        assert code(response) in {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "PAYLOAD_TOO_LARGE"}


async def test_a_number_larger_than_64_bits_is_no_integer(http: httpx.AsyncClient) -> None:
    body = b'{"query": "query($a: Int) { deep(nested: {value: $a}) }", "variables": {"a": 1' + b"0" * 30 + b"}}"
    response = await http.post("/graphql", content=body, headers=JSON_TYPE)
    assert (response.status_code, code(response)) == (400, "VALIDATION")


async def test_a_deeply_nested_variable_is_refused_or_answered(http: httpx.AsyncClient) -> None:
    for depth in (150, 300, 900):
        nested: Any = orjson.loads(b'{"nested":' * depth + b"{}" + b"}" * depth)
        body = {"query": "query($n: Nested!) { deep(nested: $n) }", "variables": {"n": nested}}
        response = await http.post("/graphql", json=body, headers={"accept": JSON_TYPE["accept"]})
        assert (response.status_code, code(response) if response.status_code != 200 else "") in {
            (200, ""),
            (400, "VALIDATION"),
        }


async def test_the_last_of_duplicate_members_counts(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", content=b'{"query": 5, "query": "{ hello }"}', headers=JSON_TYPE)
    assert response.json() == {"data": {"hello": "Hello, world!"}}


async def test_unknown_members_are_ignored(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": "{ hello }", "id": 1, "extensions": {"a": 1}})
    assert response.status_code == 200


async def test_a_body_over_the_limit_is_refused(serve: Serve) -> None:
    with serve(Limits(max_body_bytes=100)) as served:
        async with client_of(served) as client:
            announced = await client.post("/graphql", content=HELLO + b" " * 100, headers=JSON_TYPE)

            async def chunks() -> Any:
                for _ in range(50):
                    yield b" " * 10

            unannounced = await client.post("/graphql", content=chunks(), headers=JSON_TYPE)
            fitting = await client.post("/graphql", content=HELLO + b" " * (100 - len(HELLO)), headers=JSON_TYPE)
    assert (announced.status_code, code(announced)) == (413, "PAYLOAD_TOO_LARGE")
    assert (unannounced.status_code, code(unannounced)) == (413, "PAYLOAD_TOO_LARGE")
    assert fitting.status_code == 200


async def test_a_body_that_does_not_arrive_is_given_up(serve: Serve) -> None:
    with serve(body_patience=0.05) as served:
        answer = await raw(served, "Content-Type: application/json", "Content-Length: 100", body=b"{")
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout")
    assert b"REQUEST_TIMEOUT" in answer


@pytest.mark.parametrize("type_", ["application/json", "multipart/form-data; boundary=x"])
async def test_a_body_that_drips_is_given_up(serve: Serve, type_: str) -> None:
    with serve(Limits(transfer_min_rate=1_000_000_000), body_patience=0.1) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        lines = [f"apikey: {KEY}", "GraphQL-Require-Preflight: 1", f"Content-Type: {type_}", "Content-Length: 100000"]
        part = ["--x", 'Content-Disposition: form-data; name="operations"', "", ""]
        writer.write("\r\n".join(["POST /graphql HTTP/1.1", "Host: x", *lines, "", *part]).encode())
        dripping = asyncio.create_task(drip(writer))
        try:
            answer = await reader.readuntil(b"\r\n\r\n")
        finally:
            dripping.cancel()
            writer.close()
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout")


async def drip(writer: asyncio.StreamWriter) -> None:
    """Send a byte again and again."""
    while not writer.is_closing():
        writer.write(b" ")
        await asyncio.sleep(0.01)


async def answer_of(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as end:
        return end.partial
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head + await reader.readexactly(length)


async def raw(served: Served, *lines: str, body: bytes = b"", end: bool = False) -> bytes:
    """Speak HTTP by hand and read what comes back, nothing where the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    try:
        head = "\r\n".join(["POST /graphql HTTP/1.1", "Host: x", f"apikey: {KEY}", *lines, "", ""])
        writer.write(head.encode() + body)
        await writer.drain()
        if end:
            writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            return await answer_of(reader)
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "99999999999999999999999", "5, 6", "²"])
async def test_a_lying_content_length_is_a_4xx(server: Served, length: str) -> None:
    answer = await raw(server, "Content-Type: application/json", f"Content-Length: {length}", body=HELLO, end=True)
    assert answer.startswith(b"HTTP/1.1 4") or answer == b""


async def test_a_body_longer_than_announced_is_answered(server: Served) -> None:
    lines = ("Content-Type: application/json", f"Content-Length: {len(HELLO)}")
    answer = await raw(server, *lines, body=HELLO + b"garbage\r\n\r\n")
    # The rest looks like a second request, which the HTTP parser may meet before the first one is answered.
    assert answer.startswith((b"HTTP/1.1 200 OK", b"HTTP/1.1 400 Bad Request"))


async def test_the_server_survives_bodies_that_never_end(server: Served, http: httpx.AsyncClient) -> None:
    for lines in (["Content-Length: 100"], ["Transfer-Encoding: chunked"]):
        for content_type in ("application/json", "multipart/form-data; boundary=x"):
            await raw(server, f"Content-Type: {content_type}", *lines, body=b"5\r\n{", end=True)
    assert (await http.post("/graphql", json={"query": "{ hello }"})).status_code == 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=10), values, max_size=4),
    max_leaves=10,
)
queries = st.sampled_from(["{ hello }", "{ echo(value: 1) }", "query($a: Int) { echo }", "mutation { note(text: 1) }"])
members = st.fixed_dictionaries(
    {},
    optional={
        "query": queries | st.text(alphabet='{}()[]$@!:"\\ #\nahelo1.', max_size=30) | json_values,
        "variables": json_values,
        "operationName": json_values,
        "extensions": json_values | st.fixed_dictionaries({"persistedQuery": json_values}),
    },
)
fuzzed = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@fuzzed
@given(
    body=st.binary(max_size=200)
    | (members | st.lists(members, max_size=3) | json_values).map(lambda value: json.dumps(value).encode())
)
def test_no_body_makes_a_5xx(server: Served, body: bytes) -> None:
    response = httpx.post(server.url, content=body, headers={**JSON_TYPE, "apikey": KEY}, timeout=PATIENCE)
    assert response.status_code < 500
    assert "errors" in response.text or response.status_code == 200


@fuzzed
@given(
    query_string=st.binary(max_size=60).map(lambda value: quote(value, safe="&=%")),
    accept=st.text(alphabet="ajson/*;q=0.1,+ mixed", max_size=40).map(str.strip),
)
def test_no_query_string_makes_a_5xx(server: Served, query_string: str, accept: str) -> None:
    url = f"{server.url}?{query_string}"
    assert httpx.get(url, headers={"accept": accept, "apikey": KEY}, timeout=PATIENCE).status_code < 500


@fuzzed
@given(
    body=st.binary(max_size=200),
    head=st.sampled_from([b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="']),
)
def test_no_form_makes_a_5xx(server: Served, head: bytes, body: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x", "apikey": KEY}
    assert httpx.post(server.url, content=head + body, headers=headers, timeout=PATIENCE).status_code == 400


frames = (
    st.text(max_size=50)
    | st.binary(max_size=50)
    | (
        st.fixed_dictionaries(
            {"type": st.sampled_from(["connection_init", "ping", "pong", "subscribe", "complete", "start", "stop"])},
            optional={"id": json_values, "payload": members | json_values},
        )
        | json_values
    ).map(json.dumps)
)


@fuzzed
@given(sent=st.lists(frames, max_size=4), protocol=st.sampled_from(["graphql-transport-ws", "graphql-ws"]))
def test_no_frame_closes_a_socket_with_a_server_error(server: Served, sent: list[Any], protocol: str) -> None:
    async def converse() -> int | None:
        async with server.socket(protocol) as socket:
            try:
                await socket.send(orjson.dumps({"type": "connection_init", "payload": {"apikey": KEY}}).decode())
                for frame in sent:
                    await socket.send(frame)
                await socket.send("the end")
                while True:
                    await asyncio.wait_for(socket.recv(), PATIENCE)
            except ConnectionClosed as error:
                return error.rcvd.code if error.rcvd else None

    assert asyncio.run(converse()) in {1000, 4400, 4409, 4429}


@pytest.mark.parametrize(
    "document",
    [
        "{ hello " + " hello" * 10_000 + "}",
        "{ node { " + "child { " * 20 + "name" + " }" * 22,
        "{ " + " ".join(f"x{number}: hello" for number in range(51)) + " }",
        "{ " + "hello " * 51 + "}",
        "{ hello @include(if: true) node { name " + "@skip(if: false) " * 101 + "} }",
        "{ node { " + "child { name } " * 200 + "} }",
    ],
)
async def test_documents_over_a_limit_are_refused_by_default(http: httpx.AsyncClient, document: str) -> None:
    response = await http.post("/graphql", json={"query": document}, headers={"accept": JSON_TYPE["accept"]})
    assert (response.status_code, code(response)[:8]) == (400, "GRAPHQL_")


async def test_the_introspection_of_tools_passes_by_default(http: httpx.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": get_introspection_query(schema_description=True)})
    assert response.json()["data"]["__schema"]["queryType"]["name"] == "Query"
