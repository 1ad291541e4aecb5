"""Giving an upload up: nothing of it stays, and the quota is given back, whatever has become of who sent it."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from domain.errors import ConflictError, SelfgraphError, TimedOutError, UnavailableError
from domain.storage.errors import ObjectMissingError, UploadBusyError
from domain.storage.files import Pending, UploadKind
from domain.storage.objects import Resumable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

    from domain.storage.objects import ObjectStore
    from domain.storage.ports import OpenStorage

_TRANSIENT: Final = (UnavailableError, TimedOutError, ObjectMissingError, UploadBusyError)
SECONDS: Final = 20.0
"""What giving up may take; later it is left to the sweep of expired uploads."""


class GiveUp:
    """Removes uploads: their rows at once, with a job for bytes that are objects already."""

    def __init__(self, open_storage: OpenStorage, store: ObjectStore) -> None:
        self._open = open_storage
        self._store = store
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, pending: Pending) -> bool:
        """Give it up.

        Returns:
            Whether it was on its way; False: somebody else was faster, and has completed it or given it up.

        Raises:
            SelfgraphError: the database cannot be reached.
        """
        # The rows say whether bytes may go, so those come first. Some may arrive after somebody else has given it up.
        async with self._open() as work:
            given_up = await work.uploads.remove(pending.file.id)
            unneeded = await work.uploads.discard(pending.file.object_key)
        if unneeded:
            # A store that cannot be reached keeps no row alive: its sweep removes what is left there.
            with contextlib.suppress(SelfgraphError):
                await self._abandon(pending)
        return given_up

    @asynccontextmanager
    async def if_failed(self, pending: Pending) -> AsyncGenerator[None]:
        """Give it up if the block fails or is cancelled; a second cancellation does not stop that."""
        try:
            yield
        except BaseException:
            await self.surely(pending)
            raise

    @asynccontextmanager
    async def if_refused(self, pending: Pending) -> AsyncGenerator[None]:
        """Give it up if the block ends in a failure that trying again would not mend."""
        try:
            yield
        except SelfgraphError as error:
            # A conflict that says no more is one of transactions, which only were too many at once.
            if type(error) is not ConflictError and not isinstance(error, _TRANSIENT):
                await self.surely(pending)
            raise

    async def surely(self, pending: Pending) -> None:
        """Give it up, also if the caller is cancelled meanwhile; what fails is left to the sweep."""
        await self._surely(self(pending))

    async def abandon(self, pending: Pending) -> None:
        """Remove what has come of an upload, of which something else has been made; the same is true of what fails."""
        await self._surely(self._abandon(pending))

    async def discard(self, key: str) -> None:
        """Have an object removed, unless a file has it after all; the same is true of being cancelled."""
        await self._surely(self._discard(key))

    async def settled(self) -> None:
        """Wait for what is being given up."""
        if self._running:
            await asyncio.wait(self._running)

    async def _surely(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(_quietly(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.wait({task})

    async def _discard(self, key: str) -> None:
        async with self._open() as work:
            await work.uploads.discard(key)

    async def _abandon(self, pending: Pending) -> None:
        token, key = pending.upload.token, pending.file.object_key
        if token is None:
            return
        if pending.upload.kind is UploadKind.RESUMABLE:
            await self._store.abandon(Resumable(key, pending.upload.received, token))
        elif pending.upload.kind is UploadKind.DIRECT and not is_own(token):
            await self._store.abandon_direct(key, token)


RECEIVING: Final = "receiving"
"""The token of a direct upload whose bytes this server is taking, or was when it ended."""
RECEIVED: Final = "received"
"""The token of one whose bytes it has taken, and verified."""


async def _quietly(work: Coroutine[Any, Any, object]) -> None:
    with contextlib.suppress(SelfgraphError, TimeoutError):
        async with asyncio.timeout(SECONDS):
            await work


def is_own(token: str) -> bool:
    """Whether a direct upload comes to this server, and not to the store itself, whose tokens are JSON."""
    return token in {RECEIVING, RECEIVED}
