"""Another object of the same bytes: a second name of the file, or another file where there are no such names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from domain.storage.errors import ObjectMissingError
from persistence.objects.disk.reading import opened
from persistence.objects.disk.staged import link
from persistence.objects.disk.writing import new_staged_file

if TYPE_CHECKING:
    from pathlib import Path

    from persistence.objects.disk.layout import DiskLayout
    from persistence.objects.disk.work import Disk

# Copied in one go: short enough for the time limit of one piece of work.
_COPIED_BYTES: Final = 64 << 20


async def copy_object(disk: Disk, source: str, target: str) -> None:
    """Make the object, as the port says."""
    place = disk.layout.place(source)
    linked = await disk.do_surely(lambda: _linked(place, target, disk.layout))
    if linked is None:
        raise ObjectMissingError(source)
    if not linked:
        await _copy_bytes(disk, source, target)


def _linked(source: Path, target: str, layout: DiskLayout) -> bool | None:
    try:
        return link(source, target, layout)
    except FileNotFoundError:
        if source.exists():
            raise
        return None


async def _copy_bytes(disk: Disk, source: str, target: str) -> None:
    async with opened(disk, source) as file, new_staged_file(disk, target) as staged:
        offset = 0
        while copied := await disk.do(partial(file.copy_to, staged, offset, _COPIED_BYTES)):
            offset += copied
        await disk.do(staged.synchronize)
        await disk.do_surely(lambda: staged.become(target, disk.layout))
