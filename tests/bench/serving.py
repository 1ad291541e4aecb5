"""A real server on loopback, in a thread of its own, for what benchmarks send."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from tests.graph.transport.conftest import PATIENCE, ThreadedServer

if TYPE_CHECKING:
    from collections.abc import Generator

    from starlette.types import ASGIApp


@contextmanager
def serving_app(app: ASGIApp) -> Generator[str]:
    """Serve an application; gives its address."""
    server = ThreadedServer(uvicorn.Config(app, port=0, log_config=None, ws="none", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        server.listening.get(timeout=PATIENCE)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()
