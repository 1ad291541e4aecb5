"""Comparing rows and objects, while both may change: what is told of has been looked at twice.

Both come in the order of their keys, so that they are merged with a page of each in memory.
"""

from __future__ import annotations

import hashlib
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.storage.errors import ObjectMissingError
from domain.storage.files import FileStatus
from domain.storage.inventory import named_objects

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable
    from datetime import timedelta

    from domain.storage.inventory import Miscount, NamedObject, OpenInventory
    from domain.storage.objects import ObjectEntry, ObjectStore


class Fault(StrEnum):
    """The kinds of what can be wrong."""

    ORPHAN = "orphan"
    """An object that no row names."""
    MISSING = "missing"
    """A file that is ready, and has no bytes."""
    DAMAGED = "damaged"
    """A file whose bytes are of another size, or another SHA-256."""
    STUCK = "stuck"
    """A file that should be gone: its upload has expired, or its removal does not end."""
    DERIVED = "derived"
    """Something that was made of a file and is not there, or of another size; it is made again when asked for."""
    MISCOUNTED = "miscounted"
    """A bucket whose used bytes are not those of its files."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong.

    Attributes:
        key: of the object.
        named: the row that names it.
        miscount: of a bucket.
        detail: more about it, for people.
    """

    fault: Fault
    key: str | None = None
    named: NamedObject | None = None
    miscount: Miscount | None = None
    detail: str = ""


class CheckStorage:
    """Compares the rows with the object store."""

    def __init__(self, open_work: OpenInventory, objects: ObjectStore, *, grace: timedelta) -> None:
        """What is younger than `grace` is left alone: it may be on its way."""
        self._open = open_work
        self._objects = objects
        self._grace = grace

    async def __call__(self, *, deep: bool, passed: Callable[[int], None]) -> AsyncGenerator[Finding]:
        """Tell what is wrong.

        Args:
            deep: read all bytes, and compare their SHA-256.
            passed: is called with the number of objects that have been compared since the last call, of those that
                `Inventory.total` counts: how many there are that no row names, nobody knows beforehand.

        Raises:
            StorageUnavailableError: the object store does not answer.
        """
        async with aclosing(_merged(named_objects(self._open), self._objects.list())) as pairs:
            async for named, entry in pairs:
                finding = await self._compare(named, entry, deep=deep)
                if finding is not None:
                    yield finding
                if named is not None and named.is_there:
                    passed(1)
        async with self._open() as work:
            miscounted = await work.inventory.list_miscounted()
        for each in miscounted:
            yield Finding(
                Fault.MISCOUNTED, miscount=each, detail=f"{each.counted} bytes are counted, there are {each.actual}"
            )

    async def _compare(self, named: NamedObject | None, entry: ObjectEntry | None, *, deep: bool) -> Finding | None:
        if named is None:
            return await self._orphan(entry) if entry is not None else None
        if named.status is not FileStatus.READY:
            return await self._unready(named)
        if entry is None or entry.size != named.size:
            return await self._misfit(named)
        if deep and named.sha256 is not None and await digest_of(self._objects, named.key) != named.sha256:
            return await self._again(named, Finding(Fault.DAMAGED, named.key, named, detail="another SHA-256"))
        return None

    async def _orphan(self, entry: ObjectEntry) -> Finding | None:
        if entry.modified_at > datetime.now(UTC) - self._grace or await self._objects.stat(entry.key) is None:
            return None
        if await self._named(entry.key) is not None:  # the row came while the objects were listed
            return None
        return Finding(Fault.ORPHAN, entry.key, detail=f"{entry.size} bytes")

    async def _unready(self, named: NamedObject) -> Finding | None:
        if named.derived:  # goes with its file
            return None
        over = datetime.now(UTC) - self._grace
        if named.status is FileStatus.PENDING:
            stuck, detail = (named.expires_at or named.since) <= over, "its upload has expired"
        else:
            stuck, detail = named.since <= over, "its removal does not end"
        return await self._again(named, Finding(Fault.STUCK, named.key, named, detail=detail)) if stuck else None

    async def _misfit(self, named: NamedObject) -> Finding | None:
        entry = await self._objects.stat(named.key)
        if entry is not None and entry.size == named.size:  # it was written while the rows were read
            return None
        detail = "no bytes" if entry is None else f"{entry.size} bytes instead of {named.size}"
        fault = Fault.DERIVED if named.derived else Fault.MISSING if entry is None else Fault.DAMAGED
        return await self._again(named, Finding(fault, named.key, named, detail=detail))

    async def _again(self, named: NamedObject, finding: Finding) -> Finding | None:
        """The finding, if the row still says what it said."""
        now = await self._named(named.key)
        return finding if now is not None and now.status is named.status else None

    async def _named(self, key: str) -> NamedObject | None:
        async with self._open() as work:
            return await work.inventory.find(key)


async def digest_of(objects: ObjectStore, key: str) -> bytes | None:
    """The SHA-256 of the bytes of an object; None if there is none."""
    digest = hashlib.sha256()
    try:
        async with objects.read(key) as chunks:
            async for chunk in chunks:
                digest.update(chunk)
    except ObjectMissingError:
        return None
    return digest.digest()


async def _merged(
    named: AsyncIterator[NamedObject], entries: AsyncIterator[ObjectEntry]
) -> AsyncGenerator[tuple[NamedObject | None, ObjectEntry | None]]:
    """Rows beside objects of the same key; both come in the order of their keys."""
    row, entry = await anext(named, None), await anext(entries, None)
    while row is not None or entry is not None:
        if entry is None or (row is not None and row.key < entry.key):
            yield row, None
            row = await anext(named, None)
        elif row is None or entry.key < row.key:
            yield None, entry
            entry = await anext(entries, None)
        else:
            yield row, entry
            row, entry = await anext(named, None), await anext(entries, None)
