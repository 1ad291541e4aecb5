"""The end of a process: no new requests, the running ones get their time, sockets are closed with a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from starlette.types import Scope


class Drainable(Protocol):
    """Something with long-lived connections of its own."""

    def begin_drain(self) -> None:
        """Take no new work."""
        ...

    async def drain(self, timeout: float) -> None:  # noqa: ASYNC109 - the endpoint's own signature
        """Close what is open, at the latest after `timeout` seconds."""
        ...


class Drain:
    """Whether the process is ending; the server starts it, the middleware asks it."""

    def __init__(self) -> None:
        self._endpoints: list[Drainable] = []
        self.begun = False

    def add(self, endpoint: Drainable) -> None:
        """Drain this too."""
        self._endpoints.append(endpoint)

    def refuses(self, scope: Scope) -> bool:
        """Whether a new request is turned away; the health of the process may be asked to the end."""
        return self.begun and scope["path"] != "/healthz"

    def begin(self) -> None:
        """Refuse new requests from now on."""
        self.begun = True
        for endpoint in self._endpoints:
            endpoint.begin_drain()

    async def finish(self, timeout: float) -> None:  # noqa: ASYNC109 - a budget that is handed on, not a scope
        """Close the endpoints' connections, at the latest after `timeout` seconds."""
        for endpoint in self._endpoints:
            await endpoint.drain(timeout)
