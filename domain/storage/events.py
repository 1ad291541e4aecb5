"""What changes of what readers of files see: told once a change is committed, for whoever in this process asked."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, Self

from domain.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Generator
    from uuid import UUID

    from domain.storage.files import File
    from domain.storage.lifecycle_ports import Place

MAX_SUBSCRIBERS: Final = 10_000
MAX_WAITING: Final = 1000
"""Events that wait for one subscriber."""


class FileEventKind(StrEnum):
    """What has become of a file, or of many."""

    READY = "ready"
    """It is there, with all its bytes."""
    OVERWRITTEN = "overwritten"
    """It has other bytes, and another version."""
    MOVED = "moved"
    """It has another path, and perhaps another bucket."""
    UPDATED = "updated"
    """Something else is said about it."""
    DELETED = "deleted"
    """It can be restored, if anything is kept."""
    RESTORED = "restored"
    """It is there again."""
    PURGED = "purged"
    """It is gone for good, some time after it was deleted."""
    FOLDER_DELETED = "folder_deleted"
    """Files below a path were deleted: those within reach of whoever did it."""
    BUCKET_EMPTIED = "bucket_emptied"
    """The files of a bucket were deleted."""
    BUCKET_DELETED = "bucket_deleted"
    """A bucket was deleted, with all in it."""


@dataclass(frozen=True, slots=True)
class FileEvent:
    """One change. It says which file it is about and nothing of what is in it: who may know looks it up.

    Attributes:
        bucket_id: of the bucket that the file is in now.
        at: when it was told to the transaction, UTC.
        file_id: None if it is about many.
        path: of the file; of a folder that was deleted; None if it is about a bucket.
        version: of the file; None if it is about many.
        before: where a file was that was moved.
    """

    kind: FileEventKind
    bucket_id: UUID
    at: datetime
    file_id: UUID | None = None
    path: str | None = None
    version: int | None = None
    before: Place | None = None

    @classmethod
    def of(cls, kind: FileEventKind, file: File, before: Place | None = None) -> Self:
        """What has become of a file, as it is now."""
        return cls(kind, file.bucket_id, datetime.now(UTC), file.id, file.path, file.version, before)

    @classmethod
    def of_many(cls, kind: FileEventKind, bucket_id: UUID, path: str | None = None) -> Self:
        """What has become of the files of a bucket, or of a folder."""
        return cls(kind, bucket_id, datetime.now(UTC), path=path)


class FileEvents(Protocol):
    """Hears of changes. In a transaction they are held back until it is committed, and forgotten if it is not."""

    def tell(self, event: FileEvent) -> None:
        """Hear of a change; neither waits nor fails."""
        ...


class Subscription:
    """The events since somebody asked for them, in the order of the commits; at most `most` wait to be read."""

    def __init__(self, most: int) -> None:
        self._waiting: asyncio.Queue[FileEvent] = asyncio.Queue(most)
        self._missed = 0

    @property
    def missed(self) -> int:
        """How many were dropped because too many waited: what was read before may be outdated."""
        return self._missed

    async def next(self) -> FileEvent:
        """The next one, as soon as there is one."""
        return await self._waiting.get()

    def waiting(self) -> list[FileEvent]:
        """Those that wait now; they do not any more."""
        return [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]

    def put(self, event: FileEvent) -> None:
        """Have it wait, if there is room."""
        if self._waiting.full():
            self._missed += 1
        else:
            self._waiting.put_nowait(event)


class FileEventSubscribers:
    """The port `FileEvents` for those in this process who have subscribed; costs nothing where nobody has."""

    def __init__(self, most: int = MAX_SUBSCRIBERS, waiting: int = MAX_WAITING) -> None:
        self._most = most
        self._waiting = waiting
        self._subscriptions: set[Subscription] = set()

    def tell(self, event: FileEvent) -> None:
        """Give it to everybody who has subscribed."""
        for each in self._subscriptions:
            each.put(event)

    @contextmanager
    def subscribe(self) -> Generator[Subscription]:
        """The events that are told before the block is left.

        Raises:
            UnavailableError: there are too many subscribers.
        """
        if len(self._subscriptions) >= self._most:
            raise UnavailableError("Too many follow the changes of files.")
        subscription = Subscription(self._waiting)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.remove(subscription)
