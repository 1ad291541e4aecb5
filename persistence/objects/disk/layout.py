"""Where the files of a store are: `<folder>/<first six digits of the key>/<key>`, and `<folder>/staging` beside them.

The first six digits of a UUIDv7 are its time in steps of 4.7 hours, so the folders, in order, hold the keys in order:
all objects can be walked through in the order of their keys with no more in memory than a page of one folder. A
folder for each of the last digits would spread as evenly, and to walk would mean to read all of them for each page.
"""

from __future__ import annotations

import errno
import heapq
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from domain.storage.objects import ObjectEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from persistence.embedded.identity import Identity

_KEY: Final = re.compile(r"[0-9a-f]{32}")
_FOLDER: Final = re.compile(r"[0-9a-f]{6}")
_PREFIX: Final = 6
_REMEMBERED: Final = 1000
_PRIVATE_FOLDER: Final = 0o700


@dataclass(frozen=True, slots=True)
class DiskLayout:
    """The folders of one store, with mode 0700, and who owns them.

    `durable` are the folders of which the disk is known to know.
    """

    folder: Path
    owner: Identity
    durable: set[str]

    @property
    def staging(self) -> Path:
        """What is being written; on the file system of the objects, since it becomes them by a link."""
        return self.folder / "staging"

    def place(self, key: str) -> Path:
        """The file of an object.

        Raises:
            ValueError: the key is none of ours.
        """
        if _KEY.fullmatch(key) is None:
            raise ValueError(f"no key of an object: {key!r}")
        return self.folder / key[:_PREFIX] / key

    def make(self) -> None:
        """Make what is missing of the folders."""
        try:
            self.folder.parent.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), error.filename) from None
        for folder in (self.folder.parent, self.folder, self.staging):
            self._make(folder)

    def make_folder_of(self, place: Path) -> None:
        """Make the folder of an object, durably, unless it is there."""
        folder = place.parent
        made = self._make(folder)
        if made or folder.name not in self.durable:
            synchronize(self.folder)
        if len(self.durable) >= _REMEMBERED:
            self.durable.clear()
        self.durable.add(folder.name)

    def remove_empty_folders(self) -> None:
        """Remove folders without objects; whoever is about to put one there makes the folder again."""
        for name in self._folders():
            try:
                (self.folder / name).rmdir()
            except OSError:  # there is something in it, mostly
                continue
            self.durable.discard(name)

    def keys_after(self, after: str, most: int) -> list[str]:
        """The first keys after a key: at most so many, and fewer also where a folder ends; none at the end of all."""
        for name in sorted(folder for folder in self._folders() if folder >= after[:_PREFIX]):
            keys = heapq.nsmallest(most, (key for key in _names(self.folder / name, _KEY) if key > after))
            if keys:
                return keys
        return []

    def entry(self, key: str) -> ObjectEntry | None:
        """What there is under the key."""
        try:
            status = self.place(key).lstat()
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(status.st_mode):  # not of our making, and not read either
            return None
        return ObjectEntry(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))

    def _folders(self) -> list[str]:
        return list(_names(self.folder, _FOLDER))

    def _make(self, folder: Path) -> bool:
        try:
            folder.mkdir(mode=_PRIVATE_FOLDER)
        except FileExistsError:
            return False
        self.owner.give(folder)
        return True


def synchronize(folder: Path) -> None:
    """Wait until the disk knows what names are in the folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _names(folder: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries if pattern.fullmatch(entry.name))
    except FileNotFoundError:  # removed since, for it was empty
        return
