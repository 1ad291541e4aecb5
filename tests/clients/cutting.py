"""A proxy that cuts connections, as networks do."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

PIECE = 1 << 16


class CuttingProxy:
    """Passes bytes on; each of the first connections is cut once so many bytes have gone to the server.

    `cut` tells how many were.
    """

    def __init__(self, server_port: int, after: Iterable[int]) -> None:
        self._server_port = server_port
        self._after = iter(after)
        self.cut = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        most = next(self._after, None)
        there_reader, there = await asyncio.open_connection("127.0.0.1", self._server_port)
        back = asyncio.create_task(_pass_on(there_reader, writer, None))
        try:
            if await _pass_on(reader, there, most):
                self.cut += 1
                writer.transport.abort()
                there.transport.abort()
        finally:
            await back
            for each in (writer, there):
                each.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None) -> bool:
    """Pass bytes on; whether there were as many as may pass."""
    passed = 0
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(PIECE):
            passed += len(piece)
            writer.write(piece)
            await writer.drain()
            if most is not None and passed >= most:
                return True
        writer.write_eof()
    return False


@asynccontextmanager
async def cutting(server_port: int, after: Iterable[int]) -> AsyncGenerator[tuple[CuttingProxy, int]]:
    """Run such a proxy; gives its port too."""
    proxy = CuttingProxy(server_port, after)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with server:
        yield proxy, server.sockets[0].getsockname()[1]
