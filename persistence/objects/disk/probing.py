"""Whether a folder can keep objects now."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Final

from domain.identifiers import new_id
from persistence.objects.disk.staged import StagedFile

if TYPE_CHECKING:
    from persistence.objects.disk.layout import DiskLayout

_TEXT: Final = b"selfgraph"


def probe(layout: DiskLayout) -> None:
    """Write, read and remove a small file; OSError where that cannot be done. Blocks."""
    if not os.access(layout.folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(layout.folder))
    staged = StagedFile.create(layout.staging / new_id().hex, layout)
    try:
        staged.write([_TEXT])
        staged.synchronize()
        if staged.read(0, len(_TEXT)) != _TEXT:
            raise OSError(errno.EIO, "what was written is not what is read", str(layout.folder))
    finally:
        staged.discard()
