from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.errors import UnavailableError
from graph.transport.bodies import ClientGoneError
from graph.transport.files.arriving import Arrivals
from graph.transport.rejections import BadRequestError, BodyTimeoutError, UnsupportedMediaTypeError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive


def receiving(*messages: dict[str, Any]) -> Receive:
    left = list(messages)

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return receive


def piece(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def scope(**headers: str) -> dict[str, Any]:
    return {"headers": [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]}


async def joined(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_a_body_is_what_came() -> None:
    receive = receiving(piece(b"ab"), piece(b""), piece(b"c"), piece(b"d", more=False))

    body = Arrivals(10).of(scope(), receive)

    assert await joined(body.chunks()) == b"abcd"
    assert body.ended


async def test_a_body_whose_client_hangs_up_breaks_off() -> None:
    body = Arrivals(10).of(scope(), receiving(piece(b"ab"), {"type": "http.disconnect"}))

    with pytest.raises(ClientGoneError):
        await joined(body.chunks())


async def test_a_body_that_does_not_come_is_given_up() -> None:
    body = Arrivals(0.01).of(scope(), receiving(piece(b"ab")))

    with pytest.raises(BodyTimeoutError):
        await joined(body.chunks())


async def test_a_body_that_drips_is_given_up_and_what_came_of_it_is_there() -> None:
    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return piece(b"a")

    chunks = Arrivals(0.05, rate=1_000_000_000).of(scope(), receive).chunks()

    assert await anext(chunks) == b"a"
    with pytest.raises(BodyTimeoutError, match=r"less than 50000000 bytes arrived in 0\.05 s"):
        await joined(chunks)


async def test_a_body_that_ends_was_not_too_slow() -> None:
    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.02)
        return piece(b"a", more=False)

    assert await joined(Arrivals(0.01, rate=0).of(scope(), receiving(piece(b"a", more=False))).chunks()) == b"a"
    assert await joined(Arrivals(10, rate=1_000_000_000).of(scope(), receive).chunks()) == b"a"


async def test_a_body_that_can_be_gone_on_with_ends_when_the_process_does() -> None:
    arrivals = Arrivals(10)
    body = arrivals.of(scope(), receiving(piece(b"ab")))
    reading = asyncio.ensure_future(joined(arrivals.resumable(body)))
    await asyncio.sleep(0)

    arrivals.begin_drain()

    with pytest.raises(UnavailableError):
        await reading
    with pytest.raises(UnavailableError):
        await joined(arrivals.resumable(arrivals.of(scope(), receiving(piece(b"ab", more=False)))))


async def test_any_other_body_goes_on_while_the_process_ends() -> None:
    arrivals = Arrivals(10)
    arrivals.begin_drain()

    assert await joined(arrivals.of(scope(), receiving(piece(b"ab", more=False))).chunks()) == b"ab"


@pytest.mark.parametrize("length", ["x", "-1", "1.5", "", "9" * 30, "²"])
async def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    headers = {"headers": [(b"content-length", length.encode("latin-1"))]}
    with pytest.raises(BadRequestError):
        Arrivals(10).of(headers, receiving())


async def test_a_compressed_body_is_refused() -> None:
    with pytest.raises(UnsupportedMediaTypeError):
        Arrivals(10).of(scope(content_encoding="gzip"), receiving())


async def test_a_body_that_was_announced_as_empty_is_not_waited_for() -> None:
    assert await joined(Arrivals(10).of(scope(content_length="0"), receiving()).chunks()) == b""


async def test_who_waits_to_be_asked_for_a_body_is_not_asked_after_a_refusal() -> None:
    body = Arrivals(10).of(scope(expect="100-continue", content_length="5"), receiving(piece(b"ab")))

    await body.linger()

    assert not body.ended
