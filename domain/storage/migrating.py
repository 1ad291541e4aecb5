"""Copying all objects from one store to another. It may be broken off and begun again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.storage.checking import digest_of
from domain.storage.errors import ChecksumMismatchError, ObjectMissingError, SizeMismatchError
from domain.storage.objects import Expected

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from domain.storage.inventory import OpenInventory
    from domain.storage.objects import ObjectEntry, ObjectStore

_PAGE: Final = 500
_AT_ONCE: Final = 4


@dataclass
class Migration:
    """What a run came to.

    Attributes:
        copied: objects that were copied.
        skipped: objects that were there already.
        damaged: keys of objects that are not what their rows say; they are not copied.
    """

    copied: int
    skipped: int
    damaged: list[str]


class MigrateObjects:
    """Copies every object to another store.

    An object counts as copied when the other store gives back bytes of its size and its SHA-256.
    """

    def __init__(self, open_work: OpenInventory, source: ObjectStore, target: ObjectStore) -> None:
        self._open = open_work
        self._source = source
        self._target = target

    async def __call__(self, *, trust_sizes: bool, passed: Callable[[int], None]) -> Migration:
        """Copy what is not there.

        Args:
            trust_sizes: take an object of the right size that is there for the right one, without reading it.
            passed: is called with the bytes of each object that is done.

        Raises:
            StorageUnavailableError: a store does not answer; another run goes on.
            StorageFullError: there is no room.
        """
        migration = Migration(0, 0, [])
        async for page in _pages(self._source.list()):
            async with self._open() as work:
                digests = await work.inventory.digests([entry.key for entry in page])
            for start in range(0, len(page), _AT_ONCE):
                some = page[start : start + _AT_ONCE]
                each = (self._migrate(e, digests.get(e.key), migration, trust_sizes=trust_sizes) for e in some)
                for failure in await asyncio.gather(*each, return_exceptions=True):
                    if failure is not None:
                        raise failure
                passed(sum(entry.size for entry in some))
        return migration

    async def _migrate(
        self, entry: ObjectEntry, sha256: bytes | None, migration: Migration, *, trust_sizes: bool
    ) -> None:
        try:
            if await self._is_there(entry, sha256, trust_sizes=trust_sizes):
                migration.skipped += 1
            else:
                await self._copy(entry, sha256)
                migration.copied += 1
        except (SizeMismatchError, ChecksumMismatchError):
            migration.damaged.append(entry.key)
        except ObjectMissingError:
            return  # it was removed meanwhile, by whoever uses the store

    async def _is_there(self, entry: ObjectEntry, sha256: bytes | None, *, trust_sizes: bool) -> bool:
        there = await self._target.stat(entry.key)
        if there is None:
            return False
        if there.size == entry.size:
            if trust_sizes:
                return True
            wanted = sha256 or await digest_of(self._source, entry.key)
            if wanted is not None and await digest_of(self._target, entry.key) == wanted:
                return True
        await self._target.remove(entry.key)
        return False

    async def _copy(self, entry: ObjectEntry, sha256: bytes | None) -> None:
        async with self._source.read(entry.key) as chunks:
            stored = await self._target.write(entry.key, chunks, Expected(entry.size, sha256))
        if await digest_of(self._target, entry.key) != stored.sha256:
            await self._target.remove(entry.key)
            raise ChecksumMismatchError


async def _pages(entries: AsyncIterator[ObjectEntry]) -> AsyncGenerator[list[ObjectEntry]]:
    page: list[ObjectEntry] = []
    async for entry in entries:
        page.append(entry)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page
