"""What the slice offers of reading files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.storage.downloading import ReadFile
    from domain.storage.giving_addresses import GiveAddress
    from domain.storage.showing_images import ShowImage


@dataclass(frozen=True, slots=True)
class Reading:
    """The use cases of reading files."""

    read_file: ReadFile
    give_address: GiveAddress
    show_image: ShowImage
