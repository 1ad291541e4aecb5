"""A service that is down, silent, or refuses us; memory; lists of several pages."""

from __future__ import annotations

import asyncio
import contextlib
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from loguru import logger

from domain.storage.errors import StorageFullError, StorageUnavailableError
from domain.storage.objects import Expected, new_object_key
from persistence.objects.s3 import S3Options, copying, open_s3_store
from tests.persistence.machine import free_port
from tests.persistence.objects.bodies import all_of, keys_of, pieces_of, some_bytes
from tests.persistence.objects.s3_server import BUCKET, MANY, MANY_KEYS, SECRET_KEY, SHARED, SHARED_KEY

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator

    from domain.storage.objects import ObjectStore
    from tests.persistence.objects.conftest import OpenStore
    from tests.persistence.objects.s3_server import S3Server

LIMIT = 64 << 20
LARGE = 256 << 20
HANGS = 30


def local(port: int, *, read_seconds: float = 20, seconds: float = 60) -> S3Options:
    url = f"http://127.0.0.1:{port}"
    return S3Options(
        BUCKET, "key", SECRET_KEY, endpoint_url=url, addressing="path", read_seconds=read_seconds, seconds=seconds
    )


async def read_all(store: ObjectStore) -> None:
    await all_of(store, new_object_key())


async def list_all(store: ObjectStore) -> None:
    await keys_of(store)


async def write_small(store: ObjectStore) -> None:
    await store.write(new_object_key(), pieces_of(b"text"), Expected())


async def write_large(store: ObjectStore) -> None:
    await store.write(new_object_key(), pieces_of(some_bytes(9 << 20)), Expected())


async def stat(store: ObjectStore) -> None:
    await store.stat(new_object_key())


async def check(store: ObjectStore) -> None:
    await store.check()


USES = [check, write_small, write_large, read_all, list_all, stat]


@pytest.fixture
def logged() -> Generator[list[str]]:
    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(str(message)), level="ERROR")
    yield lines
    logger.remove(sink)


@contextlib.asynccontextmanager
async def answering(answer: bytes | None) -> AsyncGenerator[int]:
    """A server on the port that gives everyone this answer, or None; whoever calls is heard to the end of the head."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                if answer is not None:
                    writer.write(answer)
                    await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await server.wait_closed()


@pytest.mark.parametrize("use", USES)
async def test_a_service_that_is_down_is_told(use: object, logged: list[str]) -> None:
    assert callable(use)
    async with open_s3_store(local(free_port(), seconds=10)) as store:
        with pytest.raises(StorageUnavailableError):
            await use(store)

    assert 1 <= len(logged) <= 2
    assert SECRET_KEY not in "".join(logged)


@pytest.mark.parametrize("use", USES)
async def test_a_service_that_never_answers_is_told_in_time(use: object) -> None:
    assert callable(use)
    async with answering(None) as port, open_s3_store(local(port, read_seconds=HANGS, seconds=0.5)) as store:
        async with asyncio.timeout(HANGS):
            with pytest.raises(StorageUnavailableError):
                await use(store)


async def test_an_answer_that_stops_is_told_in_time() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes."
    async with answering(head) as port, open_s3_store(local(port, read_seconds=0.5, seconds=HANGS)) as store:
        async with asyncio.timeout(HANGS):
            with pytest.raises(StorageUnavailableError):
                await read_all(store)


@pytest.mark.parametrize(
    ("status", "code"), [(507, "InsufficientStorage"), (403, "QuotaExceeded"), (507, "SomethingElse")]
)
async def test_a_full_service_is_told(status: int, code: str) -> None:
    text = f"<Error><Code>{code}</Code><Message>no room</Message></Error>"
    answer = f"HTTP/1.1 {status} No\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n{text}".encode()
    async with answering(answer) as port, open_s3_store(local(port)) as store:
        with pytest.raises(StorageFullError):
            await write_small(store)


@pytest.mark.parametrize("changes", [{"secret_key": "another"}, {"access_key": "another"}], ids=str)
@pytest.mark.parametrize("use", [check, write_small, write_large, read_all, list_all, stat])
async def test_wrong_credentials_are_told(
    s3_server: S3Server, use: object, changes: dict[str, str], logged: list[str]
) -> None:
    assert callable(use)
    async with open_s3_store(s3_server.options("wrong/", **changes)) as store:
        with pytest.raises(StorageUnavailableError):
            await use(store)

    assert BUCKET in logged[0]


async def test_a_bucket_that_is_missing_is_told(s3_server: S3Server) -> None:
    options = S3Options("missing", "selfgraph-tests", SECRET_KEY, endpoint_url=s3_server.url, addressing="path")
    async with open_s3_store(options) as store:
        for use in (check, write_small, list_all):
            with pytest.raises(StorageUnavailableError):
                await use(store)


async def test_a_list_of_several_pages(s3_server: S3Server) -> None:
    async with open_s3_store(s3_server.options(f"{MANY}/")) as store:
        assert await keys_of(store) == MANY_KEYS
        assert await keys_of(store, MANY_KEYS[2050]) == MANY_KEYS[2051:]


async def test_folders_of_others_end_no_list(s3_server: S3Server) -> None:
    async with open_s3_store(s3_server.options(f"{SHARED}/")) as store:
        assert await keys_of(store) == [SHARED_KEY]


async def test_names_of_others_in_the_bucket_are_left_alone(s3: OpenStore, s3_server: S3Server) -> None:
    async with open_s3_store(s3_server.options("other/")) as other:
        key = new_object_key()
        await other.write(key, pieces_of(b"text"), Expected())

        assert await keys_of(s3.store) == []
        assert await keys_of(other) == [key]


async def test_an_object_of_more_than_one_copy_is_copied_in_parts(
    s3: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_LARGEST", 100_000)
    monkeypatch.setattr(copying, "_PART", 1 << 20)
    source, target, data = new_object_key(), new_object_key(), some_bytes((3 << 20) + 5)
    await s3.store.write(source, pieces_of(data), Expected())

    await s3.store.copy(source, target)

    assert await all_of(s3.store, target) == data
    assert await s3.leftovers() == []


async def large_body() -> AsyncIterator[bytes]:
    for _ in range(LARGE >> 18):
        yield bytes(1 << 18)


async def test_no_body_is_held_in_memory(s3_server: S3Server) -> None:
    key = new_object_key()
    async with open_s3_store(s3_server.options("large/", part_bytes=8 << 20)) as store:
        await store.check()
        tracemalloc.start()
        try:
            await store.write(key, large_body(), Expected(size=LARGE))
            async with store.read(key) as body:
                size = sum([len(chunk) async for chunk in body])
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        await store.remove(key)

    assert size == LARGE
    assert most < LIMIT
