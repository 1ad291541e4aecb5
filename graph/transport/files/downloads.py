"""GET and HEAD of `/files/{bucket}/{path}`."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from domain.storage.downloading import SCOPE, Access
from domain.storage.errors import ObjectMissingError
from domain.storage.images import read_transform
from graph.transport.files.addresses import file_address
from graph.transport.files.answers import NOT_STORED, send_error
from graph.transport.files.conditions import PreconditionError, RangeError, Verdict, asked_range, judge
from graph.transport.files.representations import Part, Shown, Terms, shown_file, shown_image
from graph.transport.rejections import MethodNotAllowedError
from graph.transport.responses import send_whole

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from starlette.types import Message, Receive, Scope, Send

    from domain.actor import Actor
    from domain.storage.downloading import Readable, ReadFile
    from domain.storage.showing_images import ShowImage
    from graph.transport.files.addresses import FileAddress
    from graph.transport.files.bodies import Bodies
    from graph.transport.files.callers import Callers
    from graph.transport.files.conditions import Representation
    from graph.transport.files.representations import Headers

    Redirect = Callable[[Shown, Terms], Awaitable[bytes | None]]

_ALLOW: Final = (b"allow", b"GET, HEAD")


class Downloads:
    """An ASGI application that sends files.

    Args:
        read_file: finds the file that a request may have.
        show_image: finds or makes the image of it that a request asks for.
        sizes: widths and heights of images, in pixels.
        bodies: opens its bytes.
        callers: names who asks.
        redirect: gives the address of an object in its store, where clients are to fetch it there.
    """

    def __init__(
        self,
        read_file: ReadFile,
        show_image: ShowImage,
        bodies: Bodies,
        callers: Callers,
        *,
        sizes: Sequence[int],
        redirect: Redirect | None = None,
    ) -> None:
        self._read_file = read_file
        self._show_image = show_image
        self._sizes = sizes
        self._bodies = bodies
        self._callers = callers
        self._redirect = redirect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        sending = _Sending(scope, receive, send)
        try:
            await self._serve(_address(scope), sending)
        except Exception as error:
            if sending.begun:
                raise
            await send_error(scope, send, error, *_error_headers(error))

    async def _serve(self, address: FileAddress, sending: _Sending) -> None:
        for last in (False, True):
            if address.signature is None:
                found, terms = await self._by_name(address, sending.scope)
            else:
                right, now = address.right, time.time()
                found = await self._read_file.by_signature(address.bucket, address.path, right, address.signature, now)
                terms = Terms(Access.SIGNED, int(right.expires_at - now))
            try:
                transform = read_transform(address.parameters, self._sizes)
                if transform is None:
                    shown = shown_file(found, address.parameters.get("as"))
                else:
                    image = await self._show_image(found, transform, self._callers.address_of(sending.scope))
                    shown = shown_image(found, image, address.parameters.get("as"))
                await self._send(shown, terms, sending)
            except ObjectMissingError:
                # Other bytes may have taken the place of these since the row was read.
                if last or sending.begun:
                    raise
            else:
                return

    async def _by_name(self, address: FileAddress, scope: Scope) -> tuple[Readable, Terms]:
        async def caller() -> Actor:
            return (await self._callers.of(scope, SCOPE)).actor

        found, access = await self._read_file.by_name(address.bucket, address.path, caller)
        return found, Terms(access)

    def _send(self, shown: Shown, terms: Terms, sending: _Sending) -> Awaitable[None]:
        validators = shown.validators
        match judge(sending.headers, validators):
            case Verdict.FAILED:
                raise PreconditionError
            case Verdict.NOT_MODIFIED:
                return sending.nothing(HTTPStatus.NOT_MODIFIED, shown.unchanged(terms))
            case Verdict.SEND if sending.scope["method"] == "HEAD":
                return sending.nothing(HTTPStatus.OK, shown.part(terms, None).headers)
            case Verdict.SEND:
                send_bytes = self._send_bytes if self._redirect is None else self._send_address
                return send_bytes(shown, terms, validators, sending)

    async def _send_address(self, shown: Shown, terms: Terms, validators: Representation, sending: _Sending) -> None:
        if self._redirect and (url := await self._redirect(shown, terms)):
            await sending.nothing(HTTPStatus.FOUND, [(b"location", url), (b"content-length", b"0"), NOT_STORED])
        else:
            await self._send_bytes(shown, terms, validators, sending)

    def _send_bytes(self, shown: Shown, terms: Terms, validators: Representation, sending: _Sending) -> Awaitable[None]:
        part = shown.part(terms, asked_range(sending.headers, validators))
        small = self._bodies.remembered(shown.object_key, shown.size)
        return self._read_bytes(shown, part, sending) if small is None else sending.whole(part, small)

    async def _read_bytes(self, shown: Shown, part: Part, sending: _Sending) -> None:
        small = await self._bodies.small(shown.object_key, shown.size)
        if small is not None:
            await sending.whole(part, small)
            return
        opened = self._bodies.open(sending.scope, shown.object_key, offset=part.offset, count=part.length)
        async with opened as body:
            await sending.begin(part.status, part.headers)
            await body(sending.receive, sending.send)


class _Sending:
    """One request, and whether its answer has begun."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.headers = _joined(scope)
        self.begun = False

    async def begin(self, status: int, headers: Headers) -> None:
        """Send the head."""
        self.begun = True
        await self.send({"type": "http.response.start", "status": int(status), "headers": headers})

    def whole(self, part: Part, small: bytes) -> Awaitable[None]:
        """Send a part of what is in memory."""
        self.begun = True
        status, headers, offset, length = part
        start: Message = {"type": "http.response.start", "status": status, "headers": headers}
        return send_whole(self.send, start, {"type": "http.response.body", "body": small[offset : offset + length]})

    async def nothing(self, status: int, headers: Headers) -> None:
        """Send a head and no body."""
        await self.begin(status, headers)
        await self.send({"type": "http.response.body", "body": b""})


def _address(scope: Scope) -> FileAddress:
    if scope["method"] not in {"GET", "HEAD"}:
        raise MethodNotAllowedError("Files are read by GET and HEAD.")
    return file_address(scope)


def _joined(scope: Scope) -> Mapping[bytes, bytes]:
    """The headers by their names; lines of the same name are one list (RFC 9110, section 5.3)."""
    joined: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        before = joined.get(name)
        joined[name] = value if before is None else before + b"," + value
    return joined


def _error_headers(error: Exception) -> Headers:
    match error:
        case RangeError():
            return [(b"content-range", b"bytes */%d" % error.size)]
        case MethodNotAllowedError():
            return [_ALLOW]
        case _:
            return []
