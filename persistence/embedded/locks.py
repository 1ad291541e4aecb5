"""File locks that the kernel drops when their holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING, Self

from persistence.embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from persistence.embedded.identity import Identity

POLL_SECONDS = 0.02


class FileLock:
    """An open file that can be locked; closing it lets go."""

    def __init__(self, path: Path, owner: Identity) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        if os.fstat(self.descriptor).st_uid != owner.uid:
            os.fchown(self.descriptor, owner.uid, owner.gid)

    def try_exclusive(self) -> bool:
        """Take the lock for this process alone, if nobody has it."""
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        """Take the lock beside others that share it, if nobody has it alone."""
        return self._try(fcntl.LOCK_SH)

    def wait_exclusive(self, deadline: float, purpose: str) -> None:
        """Take the lock for this process alone, until `deadline` on the monotonic clock.

        Raises:
            EmbeddedError: at the deadline.
        """
        while not self.try_exclusive():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"another process was busy with the embedded PostgreSQL for too long ({purpose})")
            time.sleep(POLL_SECONDS)

    def close(self) -> None:
        """Let go."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _try(self, operation: int) -> bool:
        try:
            fcntl.flock(self.descriptor, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
