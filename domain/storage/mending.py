"""Mending what a check has found. A file that should have bytes is given up only where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.audit import AuditEvent
from domain.storage.checking import Fault
from domain.storage.errors import QuotaExceededError
from domain.storage.files import FileStatus

if TYPE_CHECKING:
    from domain.storage.checking import Finding
    from domain.storage.inventory import InventoryWork, Miscount, NamedObject, OpenInventory
    from domain.storage.objects import ObjectStore


class MendStorage:
    """Puts right what can be put right. What has to be purged is `deleting` then."""

    def __init__(self, open_work: OpenInventory, objects: ObjectStore, *, forget_missing: bool) -> None:
        """`forget_missing`: delete files for good whose bytes are missing; the trail tells of each."""
        self._open = open_work
        self._objects = objects
        self._forget_missing = forget_missing

    async def __call__(self, finding: Finding) -> bool:
        """Mend it; whether it is mended, or will be by the purge that follows.

        Raises:
            StorageUnavailableError: the object store does not answer.
        """
        match finding:
            case _ if finding.miscount is not None:
                return await self._recount(finding.miscount)
            case _ if finding.named is not None:
                return await self._mend_row(finding.fault, finding.named)
            case _ if finding.key is not None:
                return await self._remove_orphan(finding.key)
            case _:
                return False

    async def _mend_row(self, fault: Fault, named: NamedObject) -> bool:
        async with self._open() as work:
            match fault:
                case Fault.DERIVED:
                    await work.inventory.drop_derived(named.key)
                    await work.removals.enqueue([named.key])
                    return True
                case Fault.STUCK if named.status is FileStatus.DELETING:
                    return True
                case Fault.STUCK:
                    return await work.inventory.condemn(named.key, FileStatus.PENDING)
                case Fault.MISSING if self._forget_missing:
                    return await _forget(work, named)
                case _:
                    return False

    async def _recount(self, miscount: Miscount) -> bool:
        try:
            async with self._open() as work:
                await work.inventory.recount(miscount.bucket_id)
        except QuotaExceededError:  # there is more in it than it may hold; that is for people to decide
            return False
        return True

    async def _remove_orphan(self, key: str) -> bool:
        # A row is there before the bytes are, so none can come for these any more.
        async with self._open() as work:
            if await work.inventory.find(key) is not None:
                return False
        await self._objects.remove(key)
        return True


async def _forget(work: InventoryWork, named: NamedObject) -> bool:
    if not await work.inventory.condemn(named.key, FileStatus.READY):
        return False
    details = {"bucket": named.bucket, "path": named.path, "size": named.size}
    await work.audit.add(AuditEvent("file.forget", target=f"file:{named.file_id}", details=details))
    return True
