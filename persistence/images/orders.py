"""What a process that makes an image is told, and what its exit code tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DAMAGED: Final = 3
"""The exit code for what is no image, a damaged one or one of an unknown kind."""
TOO_LARGE: Final = 4
"""That for too many pixels."""


@dataclass(frozen=True)
class Order:
    """What to make; the limits are pixels of all pages of the source together, and seconds of the processor."""

    width: int | None
    height: int | None
    fit: str
    format: str
    quality: int
    most_pixels: int
    seconds: int
