"""FastAPI behind the middleware that every request meets: what belongs to the endpoint never enters it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send


class Application(FastAPI):
    """An application with middleware of its own around FastAPI's.

    FastAPI asks at every request whether anybody listens to its telemetry, and Starlette's stack has two layers for
    errors that the endpoint never lets through: a quarter of what a small query costs this process.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - FastAPI's own
        super().__init__(**options)
        self.front: ASGIApp = super().__call__
        """What requests meet first; a server may call it instead of the application."""

        self.endpoint: ASGIApp = super().__call__
        """What serves the endpoint, once the application is open."""
        self.files: ASGIApp = super().__call__
        """What serves files, likewise."""

    def put_in_front(self, wrap: Callable[[ASGIApp], ASGIApp]) -> None:
        """Wrap the application; requests meet what comes last first."""
        self.front = wrap(self.front)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, websocket or lifespan."""
        await self.front(scope, receive, send)
