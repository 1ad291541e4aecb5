"""A file that is being written: all of it blocks, and is for threads."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sys
import threading
from typing import TYPE_CHECKING, Final

from domain.regular_files import open_regular
from persistence.objects.disk.layout import synchronize
from persistence.objects.taking import BLOCK_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from persistence.objects.disk.layout import DiskLayout

_PRIVATE_FILE: Final = 0o600
_TRIES: Final = 3
_NO_LINK: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class BusyError(Exception):
    """Another request writes to the file just now."""


class StagedFile:
    """A file in the staging folder, which nobody else writes to: not in this process and in no other one.

    Whoever gave up waiting for a thread closes the file while that thread may still be writing. So closing waits its
    turn, and what comes after it does nothing: the number of a closed file may be that of another one by then.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        """Take over an open file."""
        self.path = path
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def create(cls, path: Path, layout: DiskLayout) -> StagedFile:
        """Make a new file of mode 0600."""
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, _PRIVATE_FILE)
        layout.owner.give(path)
        return cls(path, descriptor)

    @classmethod
    def open(cls, path: Path) -> StagedFile | None:
        """Open one that is there, for nobody else; None: it is not there, or has become an object.

        Raises:
            BusyError: somebody else has it open.
        """
        try:
            descriptor = open_regular(path, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise BusyError from None
        except OSError:  # a file system without locks; the rows of uploads have theirs
            pass
        staged = cls(path, descriptor)
        if os.fstat(descriptor).st_nlink == 0:  # the one who had it was faster
            staged.close()
            return None
        return staged

    def is_object(self) -> bool:
        """Whether it has become an object; a crash has left its name here too."""
        return os.fstat(self._descriptor).st_nlink > 1

    def resume(self, size: int) -> bool:
        """Go on after so many bytes and drop what lies beyond; False: there are fewer, or it has become an object."""
        with self._lock:
            if self._closed:
                return False
            status = os.fstat(self._descriptor)
            if status.st_size < size or status.st_nlink > 1:
                return False
            os.ftruncate(self._descriptor, size)
            os.lseek(self._descriptor, size, os.SEEK_SET)
            return True

    def write(self, pieces: Sequence[bytes]) -> None:
        """Write pieces, one after the other, where it stands."""
        with self._lock:
            if not self._closed:
                _write_all(self._descriptor, pieces)

    def copy_from(self, source: int, offset: int, size: int) -> int:
        """Write bytes of another open file where it stands, past this process where the system can do that.

        Returns:
            How many; 0 at the end of that file.
        """
        with self._lock:
            if self._closed:
                return 0
            if sys.platform == "linux":
                with contextlib.suppress(OSError):  # what is serious comes again below
                    return os.copy_file_range(source, self._descriptor, size, offset)
            pieces = os.pread(source, min(size, BLOCK_BYTES), offset)
            _write_all(self._descriptor, [pieces])
            return len(pieces)

    def read(self, offset: int, size: int) -> bytes:
        """Some bytes of it; fewer at its end."""
        with self._lock:
            return b"" if self._closed else os.pread(self._descriptor, size, offset)

    def synchronize_so_far(self) -> None:
        """Have the disk write what there is, while writing goes on."""
        with self._lock:
            if self._closed:
                return
            descriptor = os.dup(self._descriptor)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def synchronize(self) -> None:
        """Wait until the disk has it."""
        with self._lock:
            if not self._closed:
                os.fsync(self._descriptor)

    def become(self, key: str, layout: DiskLayout) -> None:
        """Make it the object, durably; once more does nothing.

        Raises:
            FileExistsError: the key is in use, which is a defect.
        """
        if not link(self.path, key, layout):
            _move(self.path, key, layout)
        self.discard()

    def close(self) -> None:
        """Leave it."""
        with self._lock:
            if not self._closed:
                self._closed = True
                os.close(self._descriptor)

    def discard(self) -> None:
        """Remove it."""
        with self._lock:
            self.path.unlink(missing_ok=True)
        self.close()


def link(source: Path, key: str, layout: DiskLayout) -> bool:
    """Give a file the name of an object too, durably; False where the file system has no links, or no more for it.

    Raises:
        FileExistsError: the key is in use by another file.
        FileNotFoundError: there is no source.
    """
    place = layout.place(key)
    for tries_left in reversed(range(_TRIES)):
        layout.make_folder_of(place)
        try:
            if not _link(source, place):
                return False
        except FileNotFoundError:  # or the folder was empty, and removed just now
            if tries_left == 0 or not source.exists():
                raise
        else:
            break
    synchronize(place.parent)
    return True


def _link(source: Path, place: Path) -> bool:
    try:
        place.hardlink_to(source)
    except FileExistsError:
        if not source.samefile(place):
            raise
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        return False
    return True


def _move(source: Path, key: str, layout: DiskLayout) -> None:
    place = layout.place(key)
    layout.make_folder_of(place)
    if place.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
    source.rename(place)
    synchronize(place.parent)


def _write_all(descriptor: int, pieces: Sequence[bytes]) -> None:
    written = os.writev(descriptor, pieces)
    if written == sum(map(len, pieces)):
        return
    rest = memoryview(b"".join(pieces))[written:]  # a full disk takes a part first, and refuses then
    while rest:
        rest = rest[os.write(descriptor, rest) :]
