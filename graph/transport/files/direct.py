"""PUT of `/files/uploads/{id}?expires=...&signature=...`: the bytes of an upload, from whoever has the address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from domain.limits import OPERATIONS, address_subject
from domain.storage.checksums import sha256_of
from domain.storage.errors import AddressInvalidError
from domain.storage.files import etag_of
from graph.transport.bodies import ClientGoneError
from graph.transport.files.answers import NOT_STORED
from graph.transport.files.refusing import refuse_body
from graph.transport.headers import headers_of
from graph.transport.rejections import MethodNotAllowedError
from graph.transport.responses import send_body

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from starlette.types import Receive, Scope, Send

    from domain.limits import RateLimiter
    from domain.storage.upload_use_cases import UploadUseCases
    from graph.transport.clients import Clients
    from graph.transport.files.arriving import Arrivals

_ALLOW: Final = (b"allow", b"PUT")
_DIGEST: Final = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):")
"""That of RFC 9530, section 2."""


class DirectUploads:
    """An ASGI application that takes the bytes of uploads.

    Args:
        uploads: the use cases.
        arrivals: read bodies.
        clients: tells where requests come from.
        limiter: counts them, by address.
    """

    def __init__(self, uploads: UploadUseCases, arrivals: Arrivals, clients: Clients, limiter: RateLimiter) -> None:
        self._uploads = uploads
        self._arrivals = arrivals
        self._clients = clients
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = None
        try:
            body = self._arrivals.of(scope, receive)
            file_id = await self._admit(scope)
            digest = _digest_of(headers_of(scope))
            stored = await self._uploads.receive(file_id, body.length, body.chunks(), digest)
        except ClientGoneError:
            return
        except Exception as error:  # noqa: BLE001 - the last line of defence: masked, logged, answered
            headers = [_ALLOW] if isinstance(error, MethodNotAllowedError) else []
            await refuse_body(scope, send, body, error, *headers)
        else:
            etag = (b"etag", etag_of(stored.sha256).encode())
            await send_body(send, 200, b"application/json", b'{"size":%d}' % stored.size, (etag, NOT_STORED))

    async def _admit(self, scope: Scope) -> UUID:
        if scope["method"] != "PUT":
            raise MethodNotAllowedError("The bytes of an upload are sent by PUT.")
        client = self._clients.of(scope, headers_of(scope))
        await self._limiter.hit(OPERATIONS, address_subject(client.address))
        try:
            pairs = parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True, max_num_fields=2)
        except ValueError:
            raise AddressInvalidError from None
        return self._uploads.addresses.check(scope["path"], dict(pairs))


def _digest_of(headers: Mapping[str, str]) -> bytes | None:
    """What the client says of the bytes now, in `Content-Digest` or `X-Checksum-Sha256`."""
    found = _DIGEST.search(headers.get("content-digest", ""))
    said = found.group(1) if found else headers.get("x-checksum-sha256")
    return None if said is None else sha256_of(said.strip())
