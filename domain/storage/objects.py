"""The port to the bytes: objects under keys that clients never see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from domain.identifiers import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from pathlib import Path


def new_object_key() -> str:
    """A key that no object has or had: 32 hexadecimal digits that sort by time."""
    return new_id().hex


@dataclass(frozen=True, slots=True)
class Expected:
    """What a body has to be; None where it was not said.

    Attributes:
        size: its length in bytes.
        sha256: its digest, 32 bytes.
        most: the most bytes that it may have where `size` is None.
    """

    size: int | None = None
    sha256: bytes | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it was written: its size in bytes and its SHA-256."""

    key: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """An object as the store lists it; `modified_at` in UTC."""

    key: str
    size: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class Resumable:
    """An upload that comes in pieces.

    Attributes:
        key: the object that it is to become.
        offset: how many bytes are kept.
        token: what the store has to know to go on; opaque, a JSON text, kept by the caller beside the offset.
    """

    key: str
    offset: int
    token: str


@dataclass(frozen=True, slots=True)
class DirectPart:
    """One request of a client to the store itself: `size` bytes from `offset` on."""

    number: int
    url: str = field(repr=False)
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class DirectUpload:
    """How a client sends an object to the store itself, past this server.

    Attributes:
        method: of each request, such as PUT.
        headers: what each request has to carry.
        parts: the requests; one, or several for an object that is sent in parts.
        token: what the store has to know to put the parts together; opaque.
    """

    method: str
    headers: Mapping[str, str]
    parts: tuple[DirectPart, ...]
    token: str


class ObjectStore(Protocol):
    """Keeps objects. An object is whole or not there: nothing that is interrupted leaves a part of it visible.

    Every method raises StorageUnavailableError where the store cannot be reached, answers too late or refuses the
    credentials, and StorageFullError where there is no room.
    """

    async def check(self) -> None:
        """Raise unless objects can be written, read and removed now."""
        ...

    async def write(self, key: str, body: AsyncIterable[bytes], expected: Expected) -> StoredObject:
        """Keep the body under the key, durably. Nothing is kept where this raises or is cancelled.

        Raises:
            SizeMismatchError: the body is shorter or longer than expected.
            ChecksumMismatchError: it has another digest.
            FileTooLargeError: it is larger than `expected.most`.
        """
        ...

    async def stat(self, key: str) -> ObjectEntry | None:
        """What there is under the key; None: nothing."""
        ...

    def read(
        self, key: str, offset: int = 0, length: int | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open the object; the block iterates over its bytes from `offset` on, `length` of them or all that follow.

        Raises:
            ObjectMissingError: there is none.
        """
        ...

    async def local_file(self, key: str) -> Path | None:
        """The file that holds exactly the object's bytes, for sendfile; None where the store has no files."""
        ...

    async def copy(self, source: str, target: str) -> None:
        """Make another object of the same bytes, without sending them through this process where that can be done.

        Its `modified_at` may be that of the source.

        Raises:
            ObjectMissingError: there is no source.
        """
        ...

    async def remove(self, key: str) -> None:
        """Remove the object; once more does nothing."""
        ...

    def list(self, after: str = "") -> AsyncIterator[ObjectEntry]:
        """The objects in the order of their keys, those after `after`."""
        ...

    async def begin(self, key: str, content_type: str) -> Resumable:
        """Begin an upload that comes in pieces; nothing is visible under the key until it is finished."""
        ...

    def hold(self, key: str) -> AbstractAsyncContextManager[None]:
        """Keep others from appending to the upload, and from finishing it, in the block; not every store can.

        Raises:
            UploadBusyError: another request does so just now.
        """
        ...

    async def append(self, upload: Resumable, body: AsyncIterable[bytes], most: int) -> Resumable:
        """Keep what comes, durably, after `upload.offset`: whatever lies beyond it from an earlier try is dropped.

        If the body breaks off (its iteration raises), what came before that is kept where that can be done, and told
        by an AppendInterruptedError, which holds the upload as far as it has come.

        Raises:
            FileTooLargeError: there would be more than `most` bytes in all; nothing of this body is kept.
            AppendInterruptedError: the body broke off.
            UploadBusyError: another request appends to the upload just now; not every store can tell.
            ObjectMissingError: the upload is not there any more, or is shorter than `upload.offset`.
        """
        ...

    async def finish(self, upload: Resumable, expected: Expected) -> StoredObject:
        """Make the object of the pieces; doing it again answers the same.

        Raises:
            SizeMismatchError: there are fewer or more bytes than expected; the pieces stay.
            ChecksumMismatchError: it is not what was expected; the pieces may be gone, and are to be abandoned.
            ObjectMissingError: the upload is not there any more.
        """
        ...

    async def abandon(self, upload: Resumable) -> None:
        """Remove the pieces; once more does nothing."""
        ...

    async def direct_upload(
        self, key: str, *, size: int, content_type: str, sha256: bytes | None, seconds: int
    ) -> DirectUpload | None:
        """How a client sends the object to the store itself within that time; None where it cannot."""
        ...

    async def finish_direct(self, key: str, token: str, etags: Sequence[str], expected: Expected) -> StoredObject:
        """Put the parts together, of which the store has answered the `etags`, and see whether it is what was expected.

        The object has the key, or a new one if what was sent could still be changed. Doing it again answers the same,
        with another new key; what was sent stays until it is abandoned, which a key of its own outlives.

        Raises:
            ObjectMissingError: the client has not sent it.
            SizeMismatchError, ChecksumMismatchError: it sent something else, which is removed.
        """
        ...

    async def abandon_direct(self, key: str, token: str) -> None:
        """Remove what a client has sent; once more does nothing."""
        ...

    async def direct_download(
        self, key: str, *, seconds: int, content_type: str, disposition: str, cache_control: str
    ) -> str | None:
        """A URL that gives the object with these headers to whoever has it, for that time; None where there is none."""
        ...

    async def sweep(self, before: datetime) -> int:
        """Remove what interrupted writes have left behind before that moment; answers how many.

        An upload that comes in pieces may count by its beginning: `before` is to be earlier than any of those that
        may still go on.
        """
        ...
