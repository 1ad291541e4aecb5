"""One request at a time for each upload, in this process."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from domain.storage.errors import UploadBusyError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID


class Alone:
    """Lets requests wait for each other: a client that is back may come before its broken request has ended.

    Args:
        patience: how many seconds one waits.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._held: dict[UUID, asyncio.Event] = {}

    @asynccontextmanager
    async def with_upload(self, file_id: UUID) -> AsyncGenerator[None]:
        """Be alone with an upload in the block.

        Raises:
            UploadBusyError: somebody else is, for too long.
        """
        try:
            async with asyncio.timeout(self._patience):
                while (held := self._held.get(file_id)) is not None:
                    await held.wait()
        except TimeoutError:
            raise UploadBusyError from None
        released = self._held[file_id] = asyncio.Event()
        try:
            yield
        finally:
            del self._held[file_id]
            released.set()
