"""Reads request bodies within their limit and knows their media types."""

from __future__ import annotations

import asyncio
from email.message import Message
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from domain.errors import PayloadTooLargeError
from graph.transport.rejections import BodyTimeoutError, UnsupportedMediaTypeError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from starlette.types import Message as ReceivedMessage
    from starlette.types import Receive

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
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaTypeError("The body has to come without Content-Encoding.")


async def read_body(receive: Receive, headers: Mapping[str, str], limit: int) -> bytes:
    """The whole body.

    Raises:
        PayloadTooLargeError: as soon as it is known to be larger than `limit` bytes.
        BodyTimeoutError: if the client stops sending.
        ClientGoneError: if it never arrives in full.
    """
    check_length(headers, limit)
    message = await _next_message(receive)
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
        if len(body) <= limit:
            return body
        raise _too_large(limit)
    chunks = [chunk async for chunk in body_chunks(receive, limit, message)]
    return b"".join(chunks)


async def body_chunks(receive: Receive, limit: int, first: Mapping[str, object] | None = None) -> AsyncGenerator[bytes]:
    """The body as it arrives; `first` is a message that was received already. Raises like `read_body`."""
    size = 0
    message = first or await _next_message(receive)
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
        message = await _next_message(receive)


def check_length(headers: Mapping[str, str], limit: int) -> None:
    """Refuse a body whose announced length is beyond the limit before reading it.

    Raises:
        PayloadTooLargeError: if so.
    """
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise _too_large(limit)


async def _next_message(receive: Receive) -> ReceivedMessage:
    try:
        async with asyncio.timeout(PATIENCE):
            return await receive()
    except TimeoutError:
        raise BodyTimeoutError(f"Nothing of the body arrived for {PATIENCE:g} s.") from None


def _too_large(limit: int) -> PayloadTooLargeError:
    return PayloadTooLargeError(f"The body is larger than the {limit} bytes allowed.")
