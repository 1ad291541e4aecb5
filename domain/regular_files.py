"""Opening files that are files."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_NO_FILE: Final = frozenset({errno.ELOOP, errno.EISDIR, errno.ENXIO})


def open_regular(path: Path, access: int = os.O_RDONLY) -> int:
    """Open a file, and nothing else that has its name: no link to another one, which may be anywhere, no pipe. Blocks.

    Args:
        path: of the file; links in its folder's path are followed.
        access: `O_RDONLY` or `O_RDWR`.

    Returns:
        Its descriptor, for the caller to close.

    Raises:
        FileNotFoundError: it is not there, or something else is.
        OSError: as the system says.
    """
    try:
        descriptor = os.open(path, access | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in _NO_FILE:
            raise _missing(path) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _missing(path)
    return descriptor


def _missing(path: Path) -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
