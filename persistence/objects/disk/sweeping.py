"""What interrupted writes have left behind."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from persistence.objects.disk.layout import DiskLayout


def sweep_staging(layout: DiskLayout, before: datetime) -> int:
    """Remove staged files that nobody has written to since then, and folders without objects. Blocks.

    Returns:
        How many files.
    """
    removed = 0
    with os.scandir(layout.staging) as entries:
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):  # not of our making
                    continue
                if entry.stat(follow_symlinks=False).st_mtime < before.timestamp():
                    Path(entry.path).unlink()
                    removed += 1
            except FileNotFoundError:  # its writer has removed it
                continue
    layout.remove_empty_folders()
    return removed
