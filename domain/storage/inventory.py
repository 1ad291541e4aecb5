"""What the database says that the object store holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.storage.files import FileStatus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from uuid import UUID

    from domain.audit import AuditTrail
    from domain.storage.lifecycle_ports import Removals


@dataclass(frozen=True, slots=True)
class NamedObject:
    """An object that a row names.

    Attributes:
        file_id: the file whose bytes they are, or of which they were made.
        bucket: the name of its bucket.
        derived: whether it was made of the file.
        size: in bytes.
        sha256: None where it is not known.
        status: of the file.
        since: when the row last changed.
        expires_at: when the time of its upload is over; None where none is under way.
    """

    key: str
    file_id: UUID
    bucket: str
    path: str
    derived: bool
    size: int
    sha256: bytes | None
    status: FileStatus
    since: datetime
    expires_at: datetime | None

    @property
    def is_there(self) -> bool:
        """Whether the object is one that should be there, and not one on its way or being removed."""
        return self.derived or self.status is FileStatus.READY


@dataclass(frozen=True, slots=True)
class Miscount:
    """A bucket whose `used_bytes` are not those of its files."""

    bucket_id: UUID
    bucket: str
    counted: int
    actual: int


@dataclass(frozen=True, slots=True)
class Total:
    """How many objects there should be, and how many bytes they should have."""

    objects: int
    bytes: int


class Inventory(Protocol):
    """The objects that rows name, and what mends the rows."""

    async def page(self, after: str, most: int) -> list[NamedObject]:
        """Those with keys behind `after`, in the order of their keys."""
        ...

    async def find(self, key: str) -> NamedObject | None:
        """The one with the key."""
        ...

    async def total(self) -> Total:
        """All of them together."""
        ...

    async def digests(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """The SHA-256 of each of the keys for which it is known."""
        ...

    async def list_miscounted(self) -> list[Miscount]:
        """The buckets whose bytes are not counted rightly."""
        ...

    async def recount(self, bucket_id: UUID) -> None:
        """Count the bytes of a bucket anew."""
        ...

    async def condemn(self, key: str, status: FileStatus) -> bool:
        """Make the file of the object `deleting` if it has that status yet; whether it is now."""
        ...

    async def drop_derived(self, key: str) -> None:
        """Forget that the object was made of a file."""
        ...


class InventoryWork(Protocol):
    """One transaction on what there should be."""

    @property
    def inventory(self) -> Inventory:
        """The inventory."""
        ...

    @property
    def removals(self) -> Removals:
        """What has to be removed."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The trail."""
        ...


class OpenInventory(Protocol):
    """Begins a transaction; the block's end commits it, an exception rolls it back."""

    def __call__(self) -> AbstractAsyncContextManager[InventoryWork]:
        """Begin."""
        ...


async def named_objects(open_work: OpenInventory, page: int = 1000) -> AsyncGenerator[NamedObject]:
    """All of them in the order of their keys, a page of them in memory."""
    after = ""
    while True:
        async with open_work() as work:
            found = await work.inventory.page(after, page)
        if not found:
            return
        for each in found:
            yield each
        after = found[-1].key
