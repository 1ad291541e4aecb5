"""How files are sent that are kept in memory."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import pytest

from domain.storage.addresses import signed_address
from domain.storage.downloading import Readable, ReadFile
from domain.storage.objects import Expected, new_object_key
from domain.storage.signing import AddressSigner, Right
from graph.connections import WHOLE_BODY
from graph.transport.files.bodies import Bodies
from graph.transport.files.downloads import Downloads
from persistence.objects.disk import open_disk_store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

BODY = b"0123456789"
FILE = UUID(int=1)
SIGNER = AddressSigner(b"k" * 32)


class Kept:
    """The port `FileLocator` on one file."""

    def __init__(self, key: str) -> None:
        self.file = Readable(
            FILE, False, "a.txt", key, len(BODY), "text/plain", '"x"', 1, datetime(2026, 5, 4, tzinfo=UTC)
        )

    async def locate(self, bucket: str, path: str) -> Readable | None:
        return self.file if (bucket, path) == ("photos", "a.txt") else None


@pytest.fixture
async def downloads(tmp_path: Path) -> AsyncGenerator[Downloads]:
    async def pieces() -> AsyncIterator[bytes]:
        yield BODY

    nothing = cast("Any", None)
    async with open_disk_store(tmp_path / "objects") as store:
        stored = await store.write(new_object_key(), pieces(), Expected())
        read_file = ReadFile(Kept(stored.key), nothing, nothing, SIGNER)
        yield Downloads(read_file, nothing, Bodies(store, 10), nothing, sizes=())


async def sent(downloads: Downloads, *headers: tuple[bytes, bytes], takes_whole: bool) -> list[dict[str, Any]]:
    """The messages that a server gets, which may take a whole response from the first one."""
    right = Right("GET", FILE, int(time.time()) + 60, place="photos/a.txt")
    path, _, query = signed_address("photos", "a.txt", right, SIGNER).partition("?")
    scope = {"type": "http", "method": "GET", "raw_path": path.encode(), "query_string": query.encode()}
    messages: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        messages.append(dict(message))
        if takes_whole:
            del message[WHOLE_BODY]

    await downloads({**scope, "path": path, "headers": list(headers)}, cast("Any", None), send)
    return messages


async def test_a_small_file_is_one_message_to_a_server_that_takes_whole_responses(downloads: Downloads) -> None:
    for _ in range(2):  # the second time it is in memory
        [message] = await sent(downloads, takes_whole=True)
        assert (message["status"], message[WHOLE_BODY]) == (200, BODY)
        assert (b"content-length", b"10") in message["headers"]


async def test_it_is_two_messages_to_any_other_server(downloads: Downloads) -> None:
    start, body = await sent(downloads, takes_whole=False)
    assert (start["type"], start["status"]) == ("http.response.start", 200)
    assert (body["type"], body["body"]) == ("http.response.body", BODY)


async def test_a_range_of_it_is_whole_too(downloads: Downloads) -> None:
    for _ in range(2):
        [message] = await sent(downloads, (b"range", b"bytes=2-4"), takes_whole=True)
        assert (message["status"], message[WHOLE_BODY]) == (206, b"234")
        assert {(b"content-length", b"3"), (b"content-range", b"bytes 2-4/10")} <= set(message["headers"])
