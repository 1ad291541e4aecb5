"""Which part serves a request below `/files/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.errors import NotFoundError
from graph.transport.files.answers import send_error

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from graph.transport.files.arriving import Arrivals

FILES: Final = "/files/"
"""What the paths of all of them begin with."""
TUS: Final = "/files/tus"
"""Uploads by tus; each has its id behind another slash."""
_TUS_UPLOADS: Final = f"{TUS}/"
UPLOADS: Final = "/files/uploads/"
"""Uploads by signed addresses; the id follows."""


@dataclass(frozen=True, slots=True)
class FileRoutes:
    """An ASGI application of those that serve a part of `/files/` each, and see to their methods themselves.

    Attributes:
        arrivals: the bodies under way; those that can be gone on with end when the process does.
        uploads: takes `/files/uploads/{id}`.
        tus: takes `/files/tus` and `/files/tus/{id}`.
        downloads: takes all else, `/files/{bucket}/{path}`; no bucket is called `uploads` or `tus`.
    """

    arrivals: Arrivals
    uploads: ASGIApp | None = None
    tus: ASGIApp | None = None
    downloads: ASGIApp | None = None

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one request."""
        app = self._find(scope["path"])
        if app is None:
            return send_error(scope, send, NotFoundError("There is nothing at this address."))
        return app(scope, receive, send)

    def begin_drain(self) -> None:
        """End what can be gone on with elsewhere; all else goes on."""
        self.arrivals.begin_drain()

    async def drain(self, timeout: float) -> None:  # noqa: ASYNC109, ARG002 - the signature of what is drained
        """Begin to drain; the server waits for the requests itself."""
        self.begin_drain()

    def _find(self, path: str) -> ASGIApp | None:
        if path == TUS or path.startswith(_TUS_UPLOADS):
            return self.tus
        return self.uploads if path.startswith(UPLOADS) else self.downloads
