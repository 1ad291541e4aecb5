from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from domain.storage.alone import Alone
from domain.storage.bodies import Portions, beginning_of, until
from domain.storage.errors import UploadBusyError, UploadExpiredError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


async def chunks(*given: bytes) -> AsyncGenerator[bytes]:
    for each in given:
        yield each


@pytest.mark.parametrize(
    ("given", "head"), [((), b""), ((b"ab",), b"ab"), ((b"ab", b"cd", b"ef"), b"abcd"), ((b"abcdef", b"g"), b"abcdef")]
)
async def test_a_body_is_whole_after_its_beginning_was_looked_at(given: tuple[bytes, ...], head: bytes) -> None:
    first, whole = await beginning_of(chunks(*given), 3)

    assert first == head
    assert b"".join([each async for each in whole]) == b"".join(given)


async def test_a_body_is_divided_between_its_chunks() -> None:
    portions = Portions(chunks(b"ab", b"cd", b"ef", b"g"))
    taken = []
    while not portions.ended:
        taken.append([each async for each in portions.next(4)])

    assert taken == [[b"ab", b"cd"], [b"ef", b"g"]]


async def test_one_request_waits_for_the_other() -> None:
    alone, file_id, seen = Alone(10), uuid4(), list[str]()

    async def work(name: str) -> None:
        async with alone.with_upload(file_id):
            seen.append(name)
            await asyncio.sleep(0)
            seen.append(name)

    await asyncio.gather(work("a"), work("b"), work("c"))

    assert seen == ["a", "a", "b", "b", "c", "c"]


async def test_one_that_waits_too_long_is_told_so() -> None:
    alone, file_id = Alone(0), uuid4()

    async with alone.with_upload(file_id), alone.with_upload(uuid4()):
        with pytest.raises(UploadBusyError):
            async with alone.with_upload(file_id):
                pass


def soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def test_a_body_that_ends_in_time_is_as_it_was() -> None:
    assert [each async for each in until(chunks(b"ab", b"c"), soon(60))] == [b"ab", b"c"]


async def test_a_body_is_not_waited_for_beyond_the_time() -> None:
    async def silent() -> AsyncGenerator[bytes]:
        await asyncio.Event().wait()
        yield b""

    with pytest.raises(UploadExpiredError):
        await anext(until(silent(), soon(0.01)))


async def test_a_body_that_never_lets_go_ends_with_the_time_too() -> None:
    async def endless() -> AsyncGenerator[bytes]:
        while True:
            yield b"x"

    with pytest.raises(UploadExpiredError):
        async for _ in until(endless(), soon(0.01)):
            pass


async def test_the_end_of_a_wait_of_the_body_itself_is_not_the_end_of_the_time() -> None:
    async def failing() -> AsyncGenerator[bytes]:
        yield b"a"
        raise TimeoutError

    taken = until(failing(), soon(60))
    assert await anext(taken) == b"a"
    with pytest.raises(TimeoutError):
        await anext(taken)
