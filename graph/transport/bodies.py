"""Reads request bodies within their limit and knows their media types."""

from __future__ import annotations

import asyncio
from email.message import Message
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from domain.errors import PayloadTooLargeError
from graph.connections import ARRIVED_BODY
from graph.pace import Pace
from graph.transport.rejections import BodyTimeoutError, UnsupportedMediaTypeError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from starlette.types import Message as ReceivedMessage
    from starlette.types import Receive, Scope

    from domain.deadline import TimeLimit
    from graph.connections import TakeBody
    from graph.limits import Limits

JSON: Final = "application/json"
FORM: Final = "multipart/form-data"
PATIENCE: Final = 30.0
"""Seconds to wait for the next piece of a body."""


class ClientGoneError(Exception):
    """The client hung up before its request was complete; there is nobody to answer."""


@lru_cache(maxsize=256)
def media_type_of(content_type: str) -> str:
    """The media type of a `Content-Type` header: JSON or a multipart form, in UTF-8.

    Raises:
        UnsupportedMediaTypeError: for any other.
    """
    header = Message()
    header["content-type"] = content_type
    media_type = header.get_content_type() if content_type else ""
    if media_type not in {JSON, FORM}:
        raise UnsupportedMediaTypeError("Content-Type has to be application/json, or multipart/form-data for uploads.")
    charset = header.get_content_charset("utf-8")
    if charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaTypeError("The charset of the body has to be utf-8.")
    return media_type


def check_encoding(headers: Mapping[str, str]) -> None:
    """Refuse a compressed body: its limit would say nothing about its size.

    Raises:
        UnsupportedMediaTypeError: if so.
    """
    encoding = headers.get("content-encoding")
    if encoding is not None and encoding.strip().lower() != "identity":
        raise UnsupportedMediaTypeError("The body has to come without Content-Encoding.")


def arrived_body(scope: Scope, limit: int) -> bytes | None:
    """The whole body where it has come with the head of its request and the server says so; else None.

    Raises:
        PayloadTooLargeError: it is larger than `limit` bytes.
    """
    take: TakeBody | None = scope["extensions"].get(ARRIVED_BODY) if "extensions" in scope else None
    body = take(scope) if take is not None else None
    if body is not None and len(body) > limit:
        raise _too_large(limit)
    return body


async def read_body(receive: Receive, headers: Mapping[str, str], limits: Limits, patience: TimeLimit) -> bytes:
    """The whole body; the `patience` is what its first piece has, and how long it may come too slowly.

    Raises:
        PayloadTooLargeError: as soon as it is known to be larger than the limit.
        BodyTimeoutError: if the client stops sending, or drips.
        ClientGoneError: if it never arrives in full.
    """
    limit, pace = limits.max_body_bytes, Pace(limits.transfer_min_rate, patience.seconds)
    check_length(headers, limit)
    try:
        with patience.start():
            message = await receive()
    except TimeoutError:
        raise too_slow(pace) from None
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
        if len(body) <= limit:
            return body
        raise _too_large(limit)
    chunks = [chunk async for chunk in body_chunks(receive, limit, pace, message)]
    return b"".join(chunks)


async def body_chunks(
    receive: Receive, limit: int, pace: Pace, first: Mapping[str, object] | None = None
) -> AsyncGenerator[bytes]:
    """The body as it arrives; `first` is a message that was received already. Raises like `read_body`."""
    size = 0
    message = first or await _next_message(receive, pace)
    while True:
        if message["type"] != "http.request":
            raise ClientGoneError
        chunk = message.get("body", b"")
        if isinstance(chunk, bytes):
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            yield chunk
        if not message.get("more_body", False):
            return
        message = await _next_message(receive, pace)


def check_length(headers: Mapping[str, str], limit: int) -> None:
    """Refuse a body whose announced length is beyond the limit before reading it.

    Raises:
        PayloadTooLargeError: if so.
    """
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise _too_large(limit)


def too_slow(pace: Pace) -> BodyTimeoutError:
    """What is said of a body that does not come, or not at the pace that it has to."""
    return BodyTimeoutError(f"Of the body {pace.shortfall} arrived in {pace.seconds:g} s.")


async def _next_message(receive: Receive, pace: Pace) -> ReceivedMessage:
    clock = asyncio.get_running_loop().time
    begun = clock()
    try:
        async with asyncio.timeout(pace.left):
            message = await receive()
    except TimeoutError:
        raise too_slow(pace) from None
    pace.count(len(message.get("body", b"")), clock() - begun)
    if pace.is_lost:
        raise too_slow(pace)
    return message


def _too_large(limit: int) -> PayloadTooLargeError:
    return PayloadTooLargeError(f"The body is larger than the {limit} bytes allowed.")
