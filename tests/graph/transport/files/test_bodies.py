"""Bodies where the server has no zero copy, and what is remembered of small ones."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.storage.errors import ObjectMissingError
from domain.storage.objects import Expected, new_object_key
from graph.transport.files.bodies import SMALL, Bodies
from persistence.objects.disk import open_disk_store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

    from domain.storage.objects import ObjectStore

LARGE = bytes(range(256)) * 4096 * 5


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[ObjectStore]:
    async with open_disk_store(tmp_path / "data" / "objects") as store:
        yield store


async def put(store: ObjectStore, body: bytes) -> str:
    async def pieces() -> AsyncIterator[bytes]:
        yield body

    return (await store.write(new_object_key(), pieces(), Expected())).key


class Client:
    """The two ends of ASGI; it leaves after so many messages."""

    def __init__(self, leaves_after: int = 1000) -> None:
        self.sent: list[Any] = []
        self._leaves_after = leaves_after
        self._gone = asyncio.Event()

    async def receive(self) -> Any:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        if len(self.sent) == self._leaves_after:
            self._gone.set()
        await asyncio.sleep(0)

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent)


async def send(
    store: ObjectStore, key: str, size: int, client: Client, *, offset: int = 0, count: int | None = None
) -> None:
    async with Bodies(store, 10).open({}, key, offset=offset, count=size if count is None else count) as send_body:
        await send_body(client.receive, client.send)


@pytest.mark.parametrize(("offset", "count"), [(0, len(LARGE)), (7, len(LARGE) - 8), (3 << 20, 1)])
async def test_a_large_object_is_sent_in_pieces(store: ObjectStore, offset: int, count: int) -> None:
    client = Client()
    await send(store, await put(store, LARGE), len(LARGE), client, offset=offset, count=count)
    assert client.body == LARGE[offset : offset + count]
    assert not client.sent[-1].get("more_body")
    assert max(len(message["body"]) for message in client.sent) <= 1 << 20


async def test_nothing_is_read_for_a_client_that_has_left(store: ObjectStore) -> None:
    client = Client(leaves_after=1)
    await send(store, await put(store, LARGE), len(LARGE), client)
    assert len(client.sent) < 4


async def test_an_object_that_is_missing_is_told_before_anything_is_sent(store: ObjectStore) -> None:
    client = Client()
    with pytest.raises(ObjectMissingError):
        await send(store, new_object_key(), len(LARGE), client)
    assert client.sent == []
    with pytest.raises(ObjectMissingError):
        await Bodies(store, 10).small(new_object_key(), 5)


async def test_a_small_object_is_read_once(store: ObjectStore) -> None:
    body = b"x" * SMALL
    key = await put(store, body)
    bodies = Bodies(store, 10)
    for _ in range(2):
        assert await bodies.small(key, SMALL) == body
        await store.remove(key)


async def test_a_large_object_is_not_held_in_memory(store: ObjectStore) -> None:
    assert await Bodies(store, 10).small(await put(store, LARGE), len(LARGE)) is None


async def test_a_small_object_of_another_size_is_not_sent(store: ObjectStore) -> None:
    key = await put(store, b"hell")
    bodies = Bodies(store, 10)
    with pytest.raises(ObjectMissingError):
        await bodies.small(key, 5)
    assert await bodies.small(key, 4) == b"hell"
    with pytest.raises(ObjectMissingError):
        await bodies.small(key, 5)
    assert (bodies.remembered(key, 4), bodies.remembered(key, 5)) == (b"hell", None)
