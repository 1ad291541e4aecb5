"""What wraps every request: id, access line, masked exceptions, refusal while draining."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest
from loguru import logger
from starlette.middleware.cors import CORSMiddleware

from graph.connections import WHOLE_RESPONSE
from graph.draining import Drain
from graph.logs import configure_logs, name_operation
from graph.middleware import RequestMiddleware, respond
from graph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from starlette.types import Message, Receive, Scope, Send


@pytest.fixture
def log() -> Generator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    nothing: dict[str, Any] = {"_env_file": None}
    configure_logs(Settings(**nothing), stream)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    yield stream
    logging.getLogger("httpx").setLevel(logging.NOTSET)
    logger.remove()
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def drain() -> Drain:
    return Drain()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    assert await receive()
    name_operation("Albums" if scope["path"] == "/graphql" else None)
    logger.info("working")
    if scope["path"] == "/fails":
        raise RuntimeError("the cause")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"abc", "more_body": True})
    if scope["path"] == "/fails-late":
        raise RuntimeError("the cause")
    await send({"type": "http.response.body", "body": scope["state"]["request_id"].encode()})


@pytest.fixture
async def client(drain: Drain, log: io.StringIO) -> AsyncGenerator[httpx.AsyncClient]:
    assert not log.getvalue()
    transport = httpx.ASGITransport(RequestMiddleware(application, drain=drain))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        yield client


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in log.getvalue().splitlines()]


async def test_every_response_has_an_id_of_its_own(client: httpx.AsyncClient) -> None:
    ids = {(await client.get("/")).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


async def test_the_application_sees_the_id_of_the_response(client: httpx.AsyncClient) -> None:
    response = await client.get("/")
    assert response.text == "abc" + response.headers["x-request-id"]


async def test_a_sane_id_of_the_client_is_kept(client: httpx.AsyncClient) -> None:
    response = await client.get("/", headers={"X-Request-Id": "trace.1_a-B"})
    assert response.headers["x-request-id"] == "trace.1_a-B"


@pytest.mark.parametrize("given", [b"", b"a b", b"x" * 65, "ä".encode(), b'"quoted"', b"a/b", b"a\n"])
async def test_another_id_of_the_client_is_replaced(client: httpx.AsyncClient, given: bytes) -> None:
    response = await client.get("/", headers=[(b"X-Request-Id", given)])
    assert response.headers["x-request-id"].encode() != given
    assert response.headers["x-request-id"]


async def test_the_access_line_tells_what_was_asked_and_answered(client: httpx.AsyncClient, log: io.StringIO) -> None:
    response = await client.post("/graphql?apikey=hidden", content=b"the body")
    line = lines(log)[-1]
    assert line["message"] == "request"
    assert (line["method"], line["path"], line["status"]) == ("POST", "/graphql", 200)
    assert line["operation"] == "Albums"
    assert line["milliseconds"] >= 0
    assert line["request_id"] == response.headers["x-request-id"]
    assert "hidden" not in log.getvalue()
    assert "the body" not in log.getvalue()


async def test_an_operation_without_a_name_is_not_named(client: httpx.AsyncClient, log: io.StringIO) -> None:
    await client.get("/")
    assert "operation" not in lines(log)[-1]


async def test_every_line_of_the_request_has_its_id(client: httpx.AsyncClient, log: io.StringIO) -> None:
    response = await client.get("/")
    assert [line["request_id"] for line in lines(log)] == [response.headers["x-request-id"]] * 2


async def test_an_unknown_exception_is_answered_without_its_cause(client: httpx.AsyncClient) -> None:
    response = await client.get("/fails")
    assert response.status_code == 500
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": response.headers["x-request-id"]}
    assert "cause" not in response.text


async def test_an_unknown_exception_is_logged_with_its_cause_and_its_id(
    client: httpx.AsyncClient, log: io.StringIO
) -> None:
    response = await client.get("/fails")
    [failure] = [line for line in lines(log) if line["level"] == "ERROR"]
    assert "RuntimeError: the cause" in failure["exception"]
    assert failure["request_id"] == response.headers["x-request-id"]
    assert lines(log)[-1]["status"] == 500


async def test_an_exception_after_the_answer_began_sends_nothing_more(drain: Drain, log: io.StringIO) -> None:
    sent = await exchange(drain, "/fails-late")
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert any("the cause" in line.get("exception", "") for line in lines(log))


async def test_a_failing_websocket_is_closed_with_1011(drain: Drain, log: io.StringIO) -> None:
    sent = await exchange(drain, "/fails", kind="websocket")
    assert sent == [{"type": "websocket.close", "code": 1011}]
    assert lines(log)[-1]["method"] == "WEBSOCKET"
    assert lines(log)[-1]["status"] == 1011


async def test_a_new_request_is_refused_while_draining(client: httpx.AsyncClient, drain: Drain) -> None:
    drain.begin()
    response = await client.post("/graphql")
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert response.headers["connection"] == "close"
    assert response.headers["x-request-id"]


async def test_a_new_websocket_is_refused_while_draining(drain: Drain) -> None:
    drain.begin()
    [message] = await exchange(drain, "/graphql", kind="websocket")
    assert (message["type"], message["code"]) == ("websocket.close", 1001)


async def test_the_health_of_the_process_may_be_asked_while_draining(client: httpx.AsyncClient, drain: Drain) -> None:
    drain.begin()
    response = await client.get("/healthz")
    assert (response.status_code, response.headers["connection"]) == (200, "close")


async def exchange(drain: Drain, path: str, *, kind: str = "http") -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": f"{kind}.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": kind, "path": path, "headers": [], "state": {}} | ({"method": "GET"} if kind == "http" else {})
    await RequestMiddleware(application, drain=drain)(scope, receive, send)
    return sent


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    assert scope
    assert await receive()
    await respond(send, 200, b"{}")


def asked_by_a_page(take: Any) -> Any:
    """The scope of a request on a server that takes whole responses."""
    headers = [(b"origin", b"http://page"), (b"x-request-id", b"mine")]
    return {"type": "http", "method": "POST", "path": "/", "headers": headers, "extensions": {WHOLE_RESPONSE: take}}


@pytest.mark.parametrize("takes", [True, False])
async def test_a_whole_response_goes_in_one_piece_where_the_server_takes_it(drain: Drain, *, takes: bool) -> None:
    whole: list[tuple[int, dict[bytes, bytes], bytes]] = []
    messages: list[Message] = []

    def take(_: Scope, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> bool:
        whole.append((status, dict(headers), body))
        return takes

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    app = RequestMiddleware(CORSMiddleware(answering, allow_origins=["*"]), drain=drain, logs=False)
    await app(asked_by_a_page(take), receive, send)

    (status, sent, body), *others = whole
    assert (status, body, others) == (200, b"{}", [])
    assert sent[b"x-request-id"] == b"mine"
    assert sent[b"access-control-allow-origin"] == b"*"
    kinds = [message["type"] for message in messages]
    assert kinds == ([] if takes else ["http.response.start", "http.response.body"])
