"""A body as it passes: gathered into blocks, counted and hashed, and refused as soon as it cannot be what was said."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from domain.storage.errors import ChecksumMismatchError, FileTooLargeError, SizeMismatchError
from domain.storage.objects import StoredObject

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Sequence

    from domain.storage.objects import Expected

BLOCK_BYTES: Final = 1 << 20
# As many pieces as one `writev` takes on any system, with room; smaller ones are joined.
_MOST_PIECES: Final = 64


async def blocks(body: AsyncIterable[bytes]) -> AsyncGenerator[list[bytes]]:
    """The body in blocks of about 1 MiB, each a short list of pieces: a hop to a thread costs as much as 100 KiB.

    If the body breaks off, what came before is the last block, and what it raised is raised after that.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        async for chunk in body:
            pieces.append(chunk)
            size += len(chunk)
            if size >= BLOCK_BYTES:
                yield _few(pieces)
                pieces, size = [], 0
    except Exception:
        if size:
            yield _few(pieces)
        raise
    if size:
        yield _few(pieces)


def _few(pieces: list[bytes]) -> list[bytes]:
    return pieces if len(pieces) <= _MOST_PIECES else [b"".join(pieces)]


class Watched:
    """A body of which can be told afterwards whether it was the body that failed: `error` is what it raised."""

    def __init__(self, body: AsyncIterable[bytes]) -> None:
        """Iterate over this body."""
        self._chunks = aiter(body)
        self.error: Exception | None = None

    def __aiter__(self) -> Watched:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._chunks)
        except StopAsyncIteration:
            raise
        except Exception as error:
            self.error = error
            raise


class Taking:
    """Counts and hashes what is taken of a body; `size` is in bytes."""

    def __init__(self, expected: Expected, size: int = 0) -> None:
        """Take a body that has to be as expected, of which `size` bytes are there already."""
        self._expected = expected
        self._digest = hashlib.sha256()
        self.size = size

    def count(self, size: int) -> None:
        """Count bytes that are about to be kept.

        Raises:
            SizeMismatchError: these are more than were said.
            FileTooLargeError: these are more than may be.
        """
        self.size += size
        if self._expected.size is not None and self.size > self._expected.size:
            raise SizeMismatchError(self._expected.size, self.size)
        if self._expected.most is not None and self.size > self._expected.most:
            raise FileTooLargeError(self._expected.most)

    def hash(self, pieces: Sequence[bytes]) -> None:
        """Hash counted bytes, in their order; slow, for a thread."""
        for piece in pieces:
            self._digest.update(piece)

    def conclude(self, key: str) -> StoredObject:
        """The object, if the whole body is as expected.

        Raises:
            SizeMismatchError: it is shorter.
            ChecksumMismatchError: it has another digest.
        """
        stored = StoredObject(key, self.size, self._digest.digest())
        verify(stored, self._expected)
        return stored


def verify(stored: StoredObject, expected: Expected) -> None:
    """See whether an object is what was expected.

    Raises:
        SizeMismatchError, FileTooLargeError, ChecksumMismatchError: it is not.
    """
    verify_size(stored.size, expected)
    if expected.sha256 is not None and not hmac.compare_digest(stored.sha256, expected.sha256):
        raise ChecksumMismatchError


def verify_size(size: int, expected: Expected) -> None:
    """See whether an object is as large as was expected.

    Raises:
        SizeMismatchError, FileTooLargeError: it is not.
    """
    if expected.size is not None and size != expected.size:
        raise SizeMismatchError(expected.size, size)
    if expected.most is not None and size > expected.most:
        raise FileTooLargeError(expected.most)
