"""Uploads by tus 1.0 at `/files/tus`: https://tus.io/protocols/resumable-upload."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.errors import NotFoundError
from domain.storage.buckets import MAX_FILE_SIZE
from domain.storage.errors import UploadBusyError, UploadExpiredError
from domain.storage.resuming import Piece
from graph.transport.bodies import ClientGoneError
from graph.transport.files.refusing import refuse_body
from graph.transport.files.routes import TUS
from graph.transport.files.tus_headers import (
    ALGORITHMS,
    EXTENSIONS,
    RESUMABLE,
    VERSION,
    PieceChecksumError,
    VersionError,
    checksum_of,
    metadata_header,
    new_upload,
    progress_headers,
    whole_number,
)
from graph.transport.headers import headers_of
from graph.transport.rejections import MethodNotAllowedError, UnsupportedMediaTypeError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from starlette.types import Receive, Scope, Send

    from domain.actor import Actor
    from domain.storage.resuming import Progress
    from domain.storage.upload_use_cases import UploadUseCases
    from graph.context import Context
    from graph.transport.files.arriving import Arrivals, Arriving
    from graph.transport.files.callers import Callers
    from graph.transport.files.tus_headers import Checksum

SCOPE: Final = "storage:write"
"""What a restricted API key has to hold."""
_PIECE: Final = "application/offset+octet-stream"
_METHODS: Final = {True: "OPTIONS, POST", False: "OPTIONS, HEAD, PATCH, DELETE"}
_STATUS: Final[dict[type[Exception], int]] = {UploadExpiredError: 410, UploadBusyError: 423, PieceChecksumError: 460}
"""Those that tus has for failures of its own."""

Headers = list[tuple[bytes, bytes]]


class Tus:
    """An ASGI application that speaks tus.

    Args:
        uploads: the use cases.
        arrivals: read bodies.
        callers: names who asks.
        server: the address of this server; empty: the places of uploads begin with their path.
    """

    def __init__(self, uploads: UploadUseCases, arrivals: Arrivals, callers: Callers, server: str) -> None:
        self._uploads = uploads
        self._arrivals = arrivals
        self._callers = callers
        self._server = server.removesuffix("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = None
        try:
            body = self._arrivals.of(scope, receive)
            status, headers = await self._answer(scope, body)
        except ClientGoneError:
            return
        except Exception as error:  # noqa: BLE001 - the last line of defence: masked, logged, answered
            await refuse_body(scope, send, body, error, *_refusal(scope, error), status=_STATUS.get(type(error)))
        else:
            length = () if status == 204 else ((b"content-length", b"0"),)  # noqa: PLR2004 - RFC 9110, section 8.6
            await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
            await send({"type": "http.response.body", "body": b""})

    async def _answer(self, scope: Scope, body: Arriving) -> tuple[int, Headers]:
        headers = headers_of(scope)
        method = (headers.get("x-http-method-override") or str(scope["method"])).upper()
        if method == "OPTIONS":
            return 204, _capabilities()
        if headers.get("tus-resumable") != VERSION:
            raise VersionError(f"The header Tus-Resumable has to be {VERSION}.")
        at_root = scope["path"].rstrip("/") == TUS
        if method not in _METHODS[at_root].split(", "):
            raise MethodNotAllowedError(f"The method has to be one of {_METHODS[at_root]}.")
        caller = await self._callers.of(scope, SCOPE)
        if at_root:
            return await self._create(caller, headers, body)
        return await self._go_on(method, caller.actor, _id_in(scope["path"]), headers, body)

    async def _create(self, caller: Context, headers: Mapping[str, str], body: Arriving) -> tuple[int, Headers]:
        comes = headers.get("content-type", "").strip().lower() == _PIECE
        checksum = checksum_of(headers) if comes else None
        progress = await self._uploads.begin_resumable(caller.actor, caller.client, new_upload(headers))
        if comes or not progress.size:
            # It is begun: what breaks off now can be gone on with.
            with contextlib.suppress(ClientGoneError):
                progress = await self._append(caller.actor, progress.file_id, 0, body, checksum)
        location = (b"location", f"{self._server}{TUS}/{progress.file_id}".encode())
        return 201, [location, *progress_headers(progress)]

    async def _go_on(
        self, method: str, actor: Actor, file_id: UUID, headers: Mapping[str, str], body: Arriving
    ) -> tuple[int, Headers]:
        if method == "DELETE":
            await self._uploads.cancel(actor, file_id)
            return 204, [RESUMABLE]
        if method == "HEAD":
            progress = await self._uploads.progress(actor, file_id)
            length = (b"upload-length", b"%d" % progress.size)
            return 200, [*progress_headers(progress), length, metadata_header(progress)]
        if headers.get("content-type", "").strip().lower() != _PIECE:
            raise UnsupportedMediaTypeError(f"The Content-Type of a piece has to be {_PIECE}.")
        offset = whole_number(headers, "upload-offset")
        return 204, progress_headers(await self._append(actor, file_id, offset, body, checksum_of(headers)))

    async def _append(
        self, actor: Actor, file_id: UUID, offset: int, body: Arriving, checksum: Checksum | None
    ) -> Progress:
        chunks = self._arrivals.resumable(body)
        checked = chunks if checksum is None else _checked(chunks, checksum)
        return await self._uploads.resume(actor, file_id, Piece(offset, checked, whole=checksum is not None))


async def _checked(chunks: AsyncGenerator[bytes], checksum: Checksum) -> AsyncGenerator[bytes]:
    """The chunks; their end fails if they are not what was said."""
    hashed = checksum.new()
    async for chunk in chunks:
        await asyncio.to_thread(hashed.update, chunk)
        yield chunk
    checksum.check(hashed)


def _id_in(path: str) -> UUID:
    text = path.removeprefix(f"{TUS}/")
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("There is no such upload.") from None


def _capabilities() -> Headers:
    return [
        RESUMABLE,
        (b"tus-version", VERSION.encode()),
        (b"tus-extension", EXTENSIONS),
        (b"tus-max-size", b"%d" % MAX_FILE_SIZE),
        (b"tus-checksum-algorithm", ",".join(ALGORITHMS).encode()),
    ]


def _refusal(scope: Scope, error: Exception) -> Headers:
    headers: Headers = [RESUMABLE]
    match error:
        case VersionError():
            headers.append((b"tus-version", VERSION.encode()))
        case MethodNotAllowedError():
            headers.append((b"allow", _METHODS[scope["path"].rstrip("/") == TUS].encode()))
        case _:
            pass
    return headers
