"""The parts of an object: how large they are, and one while it is filled."""

from __future__ import annotations

import hashlib
import io
import tempfile
from base64 import b64encode
from typing import IO, TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Bytes: TypeAlias = bytes | memoryview
PartSizes: TypeAlias = "Callable[[int], int]"

MOST_PARTS: Final = 10_000
# What is larger than this waits in a file: parts are that large only in objects above 600 GB.
_IN_MEMORY: Final = 64 << 20
_STEP: Final = 1000
_LARGEST: Final = 4 << 30
_MEBIBYTE: Final = 1 << 20


def equal_parts(size: int, least: int) -> int:
    """How large the parts of an object of known size are, in bytes: no more than 10,000 of them."""
    needed = -(-size // MOST_PARTS)
    return max(least, -(-needed // _MEBIBYTE) * _MEBIBYTE)


def growing_parts(least: int) -> PartSizes:
    """How large the parts of an object of unknown size are, by their number from 1 on.

    They double every 1000 parts, so that 10,000 are enough for 5 TB. Where a part ends depends on nothing else: a body
    that is sent again from an earlier offset makes the same parts again.
    """
    return lambda number: min(least << (number - 1) // _STEP, max(least, _LARGEST))


class Part:
    """A part while it is filled: its bytes and their MD5, which the service checks. Its methods block."""

    def __init__(self) -> None:
        """Begin an empty one."""
        self._file: IO[bytes] = io.BytesIO()
        self._in_memory = True
        self._digest = hashlib.md5(usedforsecurity=False)
        self.size = 0

    def fill(self, pieces: Sequence[Bytes], limit: int) -> list[Bytes]:
        """Take bytes up to a size; what did not fit is returned."""
        for position, piece in enumerate(pieces):
            room = limit - self.size
            taken, rest = memoryview(piece)[:room], memoryview(piece)[room:]
            self._take(taken)
            if rest:
                return [rest, *pieces[position + 1 :]]
        return []

    def body(self) -> IO[bytes]:
        """The bytes from their beginning, for one request at a time."""
        self._file.seek(0)
        return self._file

    def content(self) -> bytes:
        """All bytes of a small one."""
        return self.body().read()

    @property
    def content_md5(self) -> str:
        """The value of the header Content-MD5."""
        return b64encode(self._digest.digest()).decode()

    def close(self) -> None:
        """Give up memory or file."""
        self._file.close()

    def _take(self, piece: memoryview) -> None:
        self.size += len(piece)
        if self._in_memory and self.size > _IN_MEMORY:
            spooled = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
            spooled.write(self.content())
            self._file.close()
            self._file, self._in_memory = spooled, False
        self._digest.update(piece)
        self._file.write(piece)
