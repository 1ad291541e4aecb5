"""Everything that is kept, and how it fits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.metadata.situation import no_misfits, situation_of
from domain.tables.enums import enum_tables
from domain.tables.permission_problems import disagreements

if TYPE_CHECKING:
    from domain.metadata.ports import OpenMetadata, ReadCatalog, ReadEnums
    from domain.metadata.situation import NameMisfits, Situation
    from domain.tables.inconsistencies import Inconsistency
    from domain.tables.metadata import Metadata


class ReadMetadata:
    """Reads what is kept."""

    def __init__(self, open_metadata: OpenMetadata) -> None:
        self._open = open_metadata

    async def __call__(self) -> Metadata:
        """Everything."""
        async with self._open() as work:
            return (await work.metadata.read()).metadata


class ReadSituation:
    """Reads what is kept beside the database as it is now."""

    def __init__(
        self,
        open_metadata: OpenMetadata,
        read_catalog: ReadCatalog,
        name_misfits: NameMisfits = no_misfits,
        read_enums: ReadEnums | None = None,
    ) -> None:
        self._open = open_metadata
        self._read_catalog = read_catalog
        self._name_misfits = name_misfits
        self._read_enums = read_enums

    async def __call__(self) -> Situation:
        """Everything, and what is served because of it."""
        catalog = await self._read_catalog()
        async with self._open() as work:
            stored = await work.metadata.read()
        rows = await self._read_enums(enum_tables(catalog, stored.metadata)) if self._read_enums else None
        return await asyncio.to_thread(situation_of, stored, catalog, self._name_misfits, rows)


class ReadMisfits:
    """Reads what of all that is kept does not fit the database as it is now."""

    def __init__(self, situation: ReadSituation) -> None:
        self._situation = situation

    async def __call__(self) -> tuple[Inconsistency, ...]:
        """What is left out, and what roles may not do because those that they inherit contradict each other."""
        situation = await self._situation()
        return await asyncio.to_thread(lambda: (*situation.misfits, *disagreements(situation.model)))
