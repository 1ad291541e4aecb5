"""How much the memory of a process grows, looked at again and again."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Final, Self

import psutil

if TYPE_CHECKING:
    from types import TracebackType

MEBIBYTE: Final = 1024**2
SAMPLE_SECONDS: Final = 0.02


class Growth:
    """For a block: the most by which the resident memory of a process exceeded that at the beginning."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._ended = Event()
        self._thread = Thread(target=self._watch)
        self._before = self._most = 0

    @property
    def mebibytes(self) -> float:
        """The growth."""
        return (self._most - self._before) / MEBIBYTE

    def __enter__(self) -> Self:
        self._before = self._most = self._process.memory_info().rss
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self._most = max(self._most, self._process.memory_info().rss)
