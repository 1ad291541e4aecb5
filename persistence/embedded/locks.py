"""File locks that the kernel drops when their holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING, Self

from persistence.embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from persistence.embedded.identity import Identity

POLL_SECONDS = 0.02


class FileLock:
    """An open file that can be locked; closing it lets go."""

    def __init__(self, path: Path, owner: Identity) -> None:
        self.path = path
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        if os.fstat(self.descriptor).st_uid != owner.uid:
            os.fchown(self.descriptor, owner.uid, owner.gid)

    def try_exclusive(self) -> bool:
        """Take the lock for this process alone, if nobody has it."""
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        """Take the lock beside others that share it, if nobody has it alone."""
        return self._try(fcntl.LOCK_SH)

    def wait_exclusive(self, deadline: float) -> None:
        """Take the lock for this process alone, until `deadline` on the monotonic clock.

        Raises:
            EmbeddedError: at the deadline.
        """
        self._wait(self.try_exclusive, deadline)

    def wait_shared(self, deadline: float) -> None:
        """Take the lock beside others that share it, until `deadline` on the monotonic clock.

        Raises:
            EmbeddedError: at the deadline.
        """
        self._wait(self.try_shared, deadline)

    def survive_exec(self) -> None:
        """Let the program that this process turns into keep the lock."""
        os.set_inheritable(self.descriptor, True)

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

    def _wait(self, attempt: Callable[[], bool], deadline: float) -> None:
        while not attempt():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"another process keeps {self.path} locked for too long; try again, or end it")
            time.sleep(POLL_SECONDS)

    def _try(self, operation: int) -> bool:
        try:
            fcntl.flock(self.descriptor, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
