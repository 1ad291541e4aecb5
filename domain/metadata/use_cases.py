"""What the slice offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.metadata.changing import ChangeMetadata
    from domain.metadata.reading import ReadMetadata, ReadMisfits, ReadSituation
    from domain.metadata.replacing import ReplaceMetadata


@dataclass(frozen=True, slots=True)
class MetadataUseCases:
    """The use cases of metadata."""

    read: ReadMetadata
    situation: ReadSituation
    misfits: ReadMisfits
    change: ChangeMetadata
    replace: ReplaceMetadata
