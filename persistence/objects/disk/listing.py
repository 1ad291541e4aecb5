"""All objects, in the order of their keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from domain.storage.objects import ObjectEntry
    from persistence.objects.disk.layout import DiskLayout
    from persistence.objects.disk.work import Disk

# Keys in memory: 10 MB.
_KEYS: Final = 100_000
_LOOKED_AT: Final = 1000


async def list_objects(disk: Disk, after: str) -> AsyncGenerator[ObjectEntry]:
    """The objects, as the port says."""
    while keys := await disk.do(partial(disk.layout.keys_after, after, _KEYS)):
        for start in range(0, len(keys), _LOOKED_AT):
            for entry in await disk.do(partial(_entries, disk.layout, keys[start : start + _LOOKED_AT])):
                yield entry
        after = keys[-1]


def _entries(layout: DiskLayout, keys: Sequence[str]) -> list[ObjectEntry]:
    """What is still there."""
    return [entry for entry in map(layout.entry, keys) if entry is not None]
