from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from domain.errors import UnavailableError
from graph.limits import Limits
from tests.graph.transport.conftest import KEY, PATIENCE

if TYPE_CHECKING:
    import queue
    from collections.abc import AsyncGenerator

    from websockets.asyncio.client import ClientConnection

    from tests.graph.transport.conftest import Serve, Served

NEW = "graphql-transport-ws"
LEGACY = "graphql-ws"
START = {NEW: "subscribe", LEGACY: "start"}
NEXT = {NEW: "next", LEGACY: "data"}
STOP = {NEW: "complete", LEGACY: "stop"}
PROTOCOLS = pytest.mark.parametrize("protocol", [NEW, LEGACY])


async def say(socket: ClientConnection, message: Any) -> None:
    await socket.send(message if isinstance(message, str | bytes) else orjson.dumps(message).decode())


async def hear(socket: ClientConnection) -> Any:
    """The next message, the legacy protocol's keep-alives left out."""
    while True:
        message = orjson.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
        if message["type"] != "ka":
            return message


async def closed(socket: ClientConnection) -> tuple[int, str]:
    """The code and the reason with which the server closes the socket."""
    try:
        while True:
            await asyncio.wait_for(socket.recv(), PATIENCE)
    except ConnectionClosed as error:
        return (error.rcvd.code, error.rcvd.reason) if error.rcvd else (1006, "")


@asynccontextmanager
async def ready(served: Served, protocol: str = NEW, **options: Any) -> AsyncGenerator[ClientConnection]:
    async with served.socket(protocol, **options) as socket:
        await say(socket, {"type": "connection_init", "payload": {"apikey": KEY}})
        assert (await hear(socket))["type"] == "connection_ack"
        yield socket


def start(protocol: str, query: str, name: str = "1", **members: Any) -> dict[str, Any]:
    return {"id": name, "type": START[protocol], "payload": {"query": query, **members}}


@PROTOCOLS
async def test_a_subscription_is_answered(server: Served, protocol: str) -> None:
    async with ready(server, protocol) as socket:
        await say(socket, start(protocol, "subscription($to: Int!) { count(to: $to) }", variables={"to": 2}))
        messages = [await hear(socket) for _ in range(3)]
    assert messages == [
        {"id": "1", "type": NEXT[protocol], "payload": {"data": {"count": 0}}},
        {"id": "1", "type": NEXT[protocol], "payload": {"data": {"count": 1}}},
        {"id": "1", "type": "complete"},
    ]


@PROTOCOLS
async def test_queries_and_mutations_are_answered(server: Served, protocol: str) -> None:
    async with ready(server, protocol) as socket:
        for query, data in (("{ role }", {"role": "superadmin"}), ('mutation { note(text: "x") }', {"note": "x"})):
            await say(socket, start(protocol, query))
            assert (await hear(socket))["payload"] == {"data": data}
            assert (await hear(socket))["type"] == "complete"


@PROTOCOLS
async def test_a_wrong_document_is_an_error_of_its_operation(server: Served, protocol: str) -> None:
    async with ready(server, protocol) as socket:
        for query, code in (("{", "GRAPHQL_PARSE_FAILED"), ("{ nope }", "GRAPHQL_VALIDATION_FAILED")):
            await say(socket, start(protocol, query))
            message = await hear(socket)
            entry = message["payload"][0] if protocol == NEW else message["payload"]
            assert (message["type"], entry["extensions"]["code"]) == ("error", code)


@PROTOCOLS
async def test_failures_are_masked(server: Served, protocol: str) -> None:
    async with ready(server, protocol) as socket:
        await say(socket, start(protocol, "{ broken conflict }"))
        errors = (await hear(socket))["payload"]["errors"]
    assert [error["extensions"]["code"] for error in errors] == ["INTERNAL", "CONFLICT"]
    assert "hunter2" not in str(errors)


@PROTOCOLS
async def test_a_value_that_json_cannot_hold_is_an_internal_error(server: Served, protocol: str) -> None:
    async with ready(server, protocol) as socket:
        await say(socket, start(protocol, "{ unsendable }"))
        assert "INTERNAL" in str(await hear(socket))


@PROTOCOLS
async def test_a_stopped_subscription_stops_its_source(server: Served, protocol: str, notes: queue.Queue[str]) -> None:
    async with ready(server, protocol) as socket:
        await say(socket, start(protocol, "subscription { forever }"))
        await hear(socket)
        assert await asyncio.to_thread(notes.get, timeout=5) == "forever started"
        await say(socket, {"id": "1", "type": STOP[protocol]})
        assert await asyncio.to_thread(notes.get, timeout=5) == "forever stopped"


@PROTOCOLS
async def test_a_client_that_leaves_stops_its_operations(
    server: Served, protocol: str, notes: queue.Queue[str]
) -> None:
    async with ready(server, protocol) as socket:
        await say(socket, start(protocol, "subscription { forever }"))
        await hear(socket)
        assert await asyncio.to_thread(notes.get, timeout=5) == "forever started"
    assert await asyncio.to_thread(notes.get, timeout=5) == "forever stopped"


@PROTOCOLS
async def test_the_key_may_come_with_the_handshake(server: Served, protocol: str) -> None:
    async with server.socket(protocol, additional_headers={"apikey": KEY}) as socket:
        await say(socket, {"type": "connection_init"})
        assert (await hear(socket))["type"] == "connection_ack"


@PROTOCOLS
@pytest.mark.parametrize("payload", [{}, {"apikey": "wrong"}, {"apikey": 5}, {"apikey": None}, None])
async def test_a_socket_without_the_key_is_closed(server: Served, protocol: str, payload: Any) -> None:
    async with server.socket(protocol) as socket:
        await say(socket, {"type": "connection_init", "payload": payload})
        if protocol == LEGACY:
            refusal = await hear(socket)
            assert (refusal["type"], refusal["payload"]["extensions"]["code"]) == (
                "connection_error",
                "UNAUTHENTICATED",
            )
        assert (await closed(socket))[0] == (4403 if protocol == NEW else 1011)


async def test_a_failing_authentication_closes_the_socket_with_its_code(serve: Serve) -> None:
    def unavailable(_credentials: Any) -> Any:
        raise UnavailableError("No database.")

    with serve(authenticate=unavailable) as served:
        async with served.socket() as socket:
            await say(socket, {"type": "connection_init"})
            assert await closed(socket) == (1013, "UNAVAILABLE")


@PROTOCOLS
async def test_an_operation_before_the_initialisation_closes_the_socket(server: Served, protocol: str) -> None:
    async with server.socket(protocol) as socket:
        await say(socket, start(protocol, "{ hello }"))
        assert (await closed(socket))[0] == 4401


@PROTOCOLS
async def test_a_second_initialisation_closes_the_socket(server: Served, protocol: str) -> None:
    async with ready(server, protocol) as socket:
        await say(socket, {"type": "connection_init", "payload": {"apikey": KEY}})
        assert (await closed(socket))[0] == 4429


@PROTOCOLS
async def test_a_socket_that_is_never_initialised_is_closed(serve: Serve, protocol: str) -> None:
    with serve(initialisation_timeout=0.05) as served:
        async with served.socket(protocol) as socket:
            assert (await closed(socket))[0] == 4408


@PROTOCOLS
async def test_other_messages_do_not_put_the_initialisation_off(serve: Serve, protocol: str) -> None:
    with serve(initialisation_timeout=0.3) as served:
        async with served.socket(protocol) as socket:
            end = asyncio.ensure_future(closed(socket))
            while not end.done():
                with suppress(ConnectionClosed):
                    await say(socket, {"type": "ping"} if protocol == NEW else {"type": "stop", "id": "1"})
                await asyncio.wait({end}, timeout=0.05)
    assert end.result()[0] == 4408


async def test_the_same_id_twice_closes_the_socket(server: Served) -> None:
    async with ready(server) as socket:
        name = "é" * 500
        for _ in range(2):
            await say(socket, start(NEW, "subscription { forever }", name=name))
        code, reason = await closed(socket)
        assert code == 4409
        assert reason.startswith("Subscriber for é")


async def test_an_id_may_be_used_again_after_its_operation(server: Served) -> None:
    async with ready(server) as socket:
        for _ in range(3):
            await say(socket, start(NEW, "{ hello }"))
            assert [(await hear(socket))["type"] for _ in range(2)] == ["next", "complete"]


@PROTOCOLS
async def test_operations_beyond_the_limit_are_refused(serve: Serve, protocol: str) -> None:
    with serve(Limits(max_socket_operations=2)) as served:
        async with ready(served, protocol) as socket:
            for name in ("a", "b"):
                await say(socket, start(protocol, "subscription { forever }", name=name))
                assert (await hear(socket))["type"] == NEXT[protocol]
            await say(socket, start(protocol, "{ hello }", name="c"))
            refusal = await hear(socket)
            assert (refusal["id"], refusal["type"]) == ("c", "error")
            assert "RATE_LIMITED" in str(refusal["payload"])
            await say(socket, {"id": "a", "type": STOP[protocol]})
            await say(socket, {"type": "ping"} if protocol == NEW else start(protocol, "{", name="d"))
            while (await hear(socket))["type"] not in {"pong", "error"}:
                pass
            await say(socket, start(protocol, "{ hello }", name="e"))
            assert (await hear(socket))["type"] == NEXT[protocol]


MALFORMED: list[Any] = [
    "",
    "x",
    "{",
    "[" * 100_000,
    "null",
    "true",
    "5",
    '"text"',
    "[]",
    "[[1]]",
    "{}",
    '{"type": null}',
    '{"type": 5}',
    '{"type": []}',
    '{"type": {}}',
    '{"type": "nonsense"}',
    '{"type": "subscribe\\ud800"}',
    '{"type": 1e400}',
    '{"type": "connection_init", "payload": 5}',
    '{"type": "connection_init", "payload": []}',
    '{"type": "connection_init", "payload": "x"}',
    b"\x00\x01",
    b'{"type": "ping"}',
]
OPERATIONS: list[Any] = [
    {},
    {"id": "1"},
    {"id": "", "payload": {"query": "{ hello }"}},
    {"id": 5, "payload": {"query": "{ hello }"}},
    {"id": None, "payload": {"query": "{ hello }"}},
    {"id": ["1"], "payload": {"query": "{ hello }"}},
    {"id": {}, "payload": {"query": "{ hello }"}},
    {"id": "1", "payload": None},
    {"id": "1", "payload": []},
    {"id": "1", "payload": "{ hello }"},
    {"id": "1", "payload": {}},
    {"id": "1", "payload": {"query": None}},
    {"id": "1", "payload": {"query": 5}},
    {"id": "1", "payload": {"query": ["{ hello }"]}},
    {"id": "1", "payload": {"query": "{ hello }", "variables": []}},
    {"id": "1", "payload": {"query": "{ hello }", "variables": "x"}},
    {"id": "1", "payload": {"query": "{ hello }", "operationName": 5}},
    {"id": "1", "payload": {"query": "{ hello }", "operationName": {}}},
    {"id": "1", "payload": {"query": "{ hello }", "extensions": 5}},
]


@PROTOCOLS
@pytest.mark.parametrize("initialised", [True, False])
@pytest.mark.parametrize("frame", MALFORMED)
async def test_a_malformed_frame_closes_the_socket(
    server: Served, protocol: str, frame: Any, *, initialised: bool
) -> None:
    async with ready(server, protocol) if initialised else server.socket(protocol) as socket:
        await say(socket, frame)
        code, reason = await closed(socket)
    assert code == 4400
    assert reason


@PROTOCOLS
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_malformed_operation_closes_the_socket(server: Served, protocol: str, operation: Any) -> None:
    async with ready(server, protocol) as socket:
        await say(socket, {"type": START[protocol], **operation})
        code, reason = await closed(socket)
    assert code == 4400
    assert reason


@PROTOCOLS
@pytest.mark.parametrize("name", [None, 5, [], {}, ""])
async def test_a_malformed_stop_closes_the_socket(server: Served, protocol: str, name: Any) -> None:
    async with ready(server, protocol) as socket:
        await say(socket, {"type": STOP[protocol], "id": name})
        assert (await closed(socket))[0] == 4400


@PROTOCOLS
async def test_stopping_what_does_not_run_is_ignored(server: Served, protocol: str) -> None:
    async with ready(server, protocol) as socket:
        await say(socket, {"type": STOP[protocol], "id": "nothing"})
        await say(socket, start(protocol, "{ hello }"))
        assert (await hear(socket))["type"] == NEXT[protocol]


@PROTOCOLS
@pytest.mark.parametrize("size", [600, 10_000])
async def test_a_frame_over_the_limit_closes_the_socket(serve: Serve, protocol: str, size: int) -> None:
    with serve(Limits(max_frame_bytes=1000)) as served:
        async with ready(served, protocol) as socket:
            await say(socket, start(protocol, "{ hello } # " + "é" * size))
            assert (await closed(socket))[0] == 1009


@pytest.mark.parametrize("protocol", [None, "mqtt", "GRAPHQL-WS"])
async def test_an_unknown_protocol_closes_the_socket(server: Served, protocol: str | None) -> None:
    async with server.socket(protocol) as socket:
        assert (await closed(socket))[0] == 4406


async def test_pings_are_answered(server: Served) -> None:
    async with server.socket() as socket:
        await say(socket, {"type": "ping", "payload": {"a": 1}})
        assert await hear(socket) == {"type": "pong"}


async def test_increments_come_in_one_piece(server: Served) -> None:
    async with ready(server) as socket:
        await say(socket, start(NEW, "{ hello ... @defer { node { name } } }"))
        assert (await hear(socket))["payload"]["data"] == {"hello": "Hello, world!", "node": {"name": "root"}}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://[", "http://127.0.0.1:1"])
async def test_a_foreign_origin_is_refused(server: Served, origin: str) -> None:
    with pytest.raises(InvalidStatus) as error:
        async with server.socket(origin=origin):
            pass
    assert error.value.response.status_code == 403
    assert b"FORBIDDEN" in error.value.response.body


@pytest.mark.parametrize("origin", ["https://app.example", "https://APP.example:443", "same"])
async def test_listed_origins_and_the_own_one_are_let_in(serve: Serve, origin: str) -> None:
    with serve(allowed_origins=("https://app.example",)) as served:
        async with ready(served, origin=f"http://{served.host}" if origin == "same" else origin):
            pass


async def test_every_origin_is_let_in_when_all_are_listed(serve: Serve) -> None:
    with serve(allowed_origins=("*",)) as served:
        async with ready(served, origin="https://anywhere.example"):
            pass
