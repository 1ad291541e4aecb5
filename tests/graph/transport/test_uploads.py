from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from domain.actor import Actor
from graph.limits import Limits
from tests.graph.transport.conftest import client_of, code

if TYPE_CHECKING:
    import httpx

    from tests.graph.transport.conftest import Serve

ONE = {"query": "mutation($file: Upload!) { upload(file: $file) }", "variables": {"file": None}}
MANY = {"query": "mutation($files: [Upload!]!) { uploadAll(files: $files) }", "variables": {"files": [None, None]}}
HELLO = ("hello.txt", b"hello")


async def post(
    http: httpx.AsyncClient, operations: object, places: object, *files: tuple[str, tuple[str, bytes]]
) -> httpx.Response:
    texts = {
        name: value if isinstance(value, bytes) else orjson.dumps(value)
        for name, value in (("operations", operations), ("map", places))
        if value is not ...
    }
    fields = [(name, (None, text)) for name, text in texts.items()]
    return await http.post("/graphql", files=[*fields, *files])


async def test_a_file_reaches_the_resolver(http: httpx.AsyncClient) -> None:
    response = await post(http, ONE, {"0": ["variables.file"]}, ("0", HELLO))
    assert response.json() == {"data": {"upload": "hello.txt: hello"}}


async def test_files_of_a_list_reach_the_resolver(http: httpx.AsyncClient) -> None:
    places = {"a": ["variables.files.1"], "b": ["variables.files.0"]}
    response = await post(http, MANY, places, ("a", ("a", b"A")), ("b", ("b", b"B")))
    assert response.json() == {"data": {"uploadAll": ["B", "A"]}}


async def test_files_of_a_batch_reach_their_operations(http: httpx.AsyncClient) -> None:
    places = {"a": ["0.variables.file"], "b": ["1.variables.file"]}
    response = await post(http, [ONE, ONE], places, ("a", ("a", b"A")), ("b", ("b", b"B")))
    assert response.json() == [{"data": {"upload": "a: A"}}, {"data": {"upload": "b: B"}}]


async def test_a_file_larger_than_a_body_may_be_is_taken(serve: Serve) -> None:
    with serve(Limits(max_body_bytes=1000, max_upload_bytes=10_000_000)) as served:
        async with client_of(served) as client:
            response = await post(client, ONE, {"0": ["variables.file"]}, ("0", ("f", b"x" * 3_000_000)))
    assert response.json()["data"]["upload"] == "f: " + "x" * 3_000_000


@pytest.mark.parametrize(
    ("operations", "places"),
    [
        (..., {"0": ["variables.file"]}),
        (ONE, ...),
        (b"{", {"0": ["variables.file"]}),
        (b"\xff", {"0": ["variables.file"]}),
        (5, {"0": ["variables.file"]}),
        (None, {"0": ["variables.file"]}),
        ("x", {"0": ["variables.file"]}),
        ([], {"0": ["variables.file"]}),
        (ONE, b"{"),
        (ONE, []),
        (ONE, None),
        (ONE, "variables.file"),
        (ONE, {}),
        (ONE, {"0": "variables.file"}),
        (ONE, {"0": []}),
        (ONE, {"0": [1]}),
        (ONE, {"0": [["variables.file"]]}),
        (ONE, {"0": [""]}),
        (ONE, {"0": ["."]}),
        (ONE, {"0": ["variables"]}),
        (ONE, {"0": ["query"]}),
        (ONE, {"0": ["variables.nowhere"]}),
        (ONE, {"0": ["variables.file.deeper"]}),
        (ONE, {"0": ["0.variables.file"]}),
        (ONE, {"0": ["variables.file", "variables.file"]}),
        (ONE, {"0": ["variables.file"], "1": ["variables.file"]}),
        (MANY, {"0": ["variables.files.2"]}),
        (MANY, {"0": ["variables.files.-1"]}),
        (MANY, {"0": ["variables.files.x"]}),
        (MANY, {"0": ["variables.files.²"]}),
        (MANY, {"0": ["variables.files." + "9" * 5000]}),
        ({**ONE, "variables": 5}, {"0": ["variables.file"]}),
        ({"query": "{ hello }"}, {"0": ["variables.file"]}),
    ],
)
async def test_a_wrong_form_is_a_bad_request(http: httpx.AsyncClient, operations: Any, places: Any) -> None:
    response = await post(http, operations, places, ("0", HELLO))
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_a_file_given_twice_is_a_bad_request(http: httpx.AsyncClient) -> None:
    response = await post(http, ONE, {"0": ["variables.file"]}, ("0", HELLO), ("0", HELLO))
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_operations_given_as_a_file_are_a_bad_request(http: httpx.AsyncClient) -> None:
    files = [("operations", ("o.json", orjson.dumps(ONE))), ("map", (None, b"{}"))]
    response = await http.post("/graphql", files=files)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=", b""),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"garbage"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nvalue\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{'),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--" + b"x" * 5000),
        ("multipart/form-data; boundary=\xff", b"--\xff\r\n"),
    ],
)
async def test_a_malformed_form_is_a_bad_request(http: httpx.AsyncClient, content_type: str, body: bytes) -> None:
    headers = {"content-type": content_type.encode("latin-1")}
    response = await http.post("/graphql", content=body, headers=headers)  # type: ignore[arg-type] # httpx takes bytes
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_a_form_larger_than_the_limit_is_refused(serve: Serve) -> None:
    with serve(Limits(max_upload_bytes=1000)) as served:
        async with client_of(served) as client:
            response = await post(client, ONE, {"0": ["variables.file"]}, ("0", ("f", b"x" * 2000)))
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_form_without_announced_length_is_held_to_the_limit(serve: Serve) -> None:
    async def chunks() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="0"; filename="f"\r\n\r\n'
        for _ in range(100):
            yield b"x" * 100

    with serve(Limits(max_upload_bytes=1000)) as served:
        async with client_of(served) as client:
            headers = {"content-type": "multipart/form-data; boundary=x"}
            response = await client.post("/graphql", content=chunks(), headers=headers)
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


async def test_more_files_than_allowed_are_refused(http: httpx.AsyncClient) -> None:
    response = await post(http, ONE, {}, *((str(number), HELLO) for number in range(101)))
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_a_form_without_a_preflight_header_is_refused(serve: Serve) -> None:
    def anyone(_headers: Any) -> Actor:
        return Actor(role="anonymous")

    with serve(authenticate=anyone) as served:
        async with client_of(served) as client:
            del client.headers["apikey"]
            bare = await post(client, ONE, {"0": ["variables.file"]}, ("0", HELLO))
            client.headers["graphql-require-preflight"] = "1"
            preflighted = await post(client, ONE, {"0": ["variables.file"]}, ("0", HELLO))
    assert (bare.status_code, code(bare)) == (400, "PREFLIGHT_MISSING")
    assert preflighted.json() == {"data": {"upload": "hello.txt: hello"}}
