"""Work on the disk: in threads, with a time limit, and told in domain's words where it fails."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from loguru import logger

from domain.storage.errors import StorageFullError, StorageUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from persistence.objects.disk.layout import DiskLayout
    from persistence.objects.threads import Threads

Result = TypeVar("Result")

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Disk:
    """The folders, and the threads that work in them."""

    layout: DiskLayout
    threads: Threads

    async def do(self, work: Callable[[], Result], late: Callable[[Result], object] | None = None) -> Result:
        """Do the work in a thread; `late` does away with a result that comes when nobody waits for it any more.

        Raises:
            StorageFullError: there is no room.
            StorageUnavailableError: the folder cannot be used, or it took too long.
            FileExistsError: the key of a new object is in use, which is a defect.
            BusyError: as the work raises it.
        """
        with self._told():
            return await self.threads.run(work, late)

    async def do_surely(self, work: Callable[[], Result]) -> Result:
        """As `do`; it is done even if the caller is cancelled."""
        with self._told():
            return await self.threads.run_surely(work)

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except FileExistsError:
            raise
        except OSError as error:  # TimeoutError is one
            if error.errno in _NO_ROOM:
                logger.error("No room for objects in {}: {}", self.layout.folder, error.strerror)
                raise StorageFullError from None
            logger.error("The objects in {} cannot be used: {}", self.layout.folder, error.strerror or "too slow")
            raise StorageUnavailableError from None
