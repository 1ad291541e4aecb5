"""The composition root: the only place where the parts meet."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from graph.draining import Drain
from graph.middleware import Dispatch, RequestMiddleware
from graph.routes import health_routes, http_error, playground_routes
from graph.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; its lifespan opens what it needs and closes it.

    Args:
        settings: the settings of the process; absent: read from the environment, for servers that take a factory.
    """
    settings = settings or load_settings()
    drain = Drain()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[dict[str, object]]:
        app.state.checks = {}
        # The server finds the drain in the state of the lifespan: it begins it on SIGTERM.
        yield {"drain": drain}

    app = FastAPI(title="selfgraph", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.router.redirect_slashes = False
    app.router.routes.extend([*health_routes(), *(playground_routes() if settings.playground else [])])
    app.add_exception_handler(HTTPException, http_error)
    # Each middleware added wraps those before it: a request meets them from the last to the first.
    app.add_middleware(Dispatch, path="/graphql")
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_credentials=settings.cors_credentials,
            allow_methods=["GET", "POST"],
            allow_headers=["*"],
            expose_headers=["X-Request-Id"],
        )
    app.add_middleware(RequestMiddleware, drain=drain)
    return app
