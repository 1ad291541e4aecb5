"""One change of the metadata: checked against the database, kept, noted and served."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from domain.audit import AuditEvent
from domain.errors import InvalidInputError
from domain.metadata.dependents import without
from domain.metadata.problems import DependentsError
from domain.metadata.situation import no_misfits, situation_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.actor import Actor
    from domain.client import Client
    from domain.metadata.ports import OpenMetadata, ReadCatalog, Serve, Stored
    from domain.metadata.problems import Path
    from domain.metadata.situation import NameMisfits, Situation
    from domain.tables.catalog import Catalog
    from domain.tables.inconsistencies import Inconsistency
    from domain.tables.metadata import Metadata


@dataclass(frozen=True, slots=True)
class Note:
    """What the trail says of a change."""

    action: str
    target: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Changed:
    """What was there before a change and is there after it."""

    before: Situation
    after: Situation


class Edit(Protocol):
    """A change of the metadata."""

    @property
    def cascade(self) -> bool:
        """Whether what does not fit after it goes with it."""
        ...

    def apply(self, before: Situation) -> Metadata:
        """The metadata as they are to be.

        Raises:
            InvalidInputError: what is asked for is wrong by itself.
            NotFoundError: what is to change is not there.
            ConflictError: what is to come is there already.
        """
        ...

    def place(self, misfit: Inconsistency) -> Path | None:
        """Where in the request it is said what does not fit; None if that is about something else."""
        ...

    def note(self) -> Note:
        """What the trail says of it."""
        ...


class ChangeMetadata:
    """Makes changes of the metadata, one at a time.

    Args:
        open_metadata: begins transactions.
        read_catalog: reads the structure of the database as it is now.
        serve: has this process serve what is kept.
        name_misfits: tells of GraphQL names that cannot be given.
    """

    def __init__(
        self,
        open_metadata: OpenMetadata,
        read_catalog: ReadCatalog,
        serve: Serve,
        name_misfits: NameMisfits = no_misfits,
    ) -> None:
        self._open = open_metadata
        self._read_catalog = read_catalog
        self._serve = serve
        self._name_misfits = name_misfits

    async def __call__(self, actor: Actor, client: Client, edit: Edit) -> Changed:
        """Make a change; once more does nothing. When this returns, this process serves it.

        Raises:
            InvalidInputError: it does not fit the database, or is wrong by itself.
            NotFoundError: what is to change is not there.
            DependentsError: other parts of the metadata would not fit any more.
            ConflictError: what is to come is there already.
        """
        catalog = await self._read_catalog()
        async with self._open() as work:
            stored = await work.metadata.lock()
            changed = await asyncio.to_thread(self._edited, edit, stored, catalog)
            if changed.after.metadata != stored.metadata:
                await work.metadata.save(stored.metadata, changed.after.metadata)
                note = edit.note()
                event = AuditEvent.by(actor, client, note.action, target=note.target)
                await work.audit.add(replace(event, details=note.details))
        await self._serve()
        return changed

    def _edited(self, edit: Edit, stored: Stored, catalog: Catalog) -> Changed:
        before = situation_of(stored, catalog, self._name_misfits)
        metadata = edit.apply(before)
        if replace(metadata, permissions=before.metadata.permissions) == before.metadata:
            # Nothing stands on a permission, and the one that is new has been looked at.
            return Changed(before, before.with_permissions(metadata.permissions))
        after = situation_of(replace(stored, metadata=metadata), catalog, self._name_misfits)
        while misfits := _new_misfits(before, after):
            for misfit in misfits:
                if (place := edit.place(misfit)) is not None:
                    raise InvalidInputError(misfit.why, place)
            if not edit.cascade:
                raise DependentsError(misfits)
            # What goes may have been what something else stands on.
            smaller = without(after.metadata, misfits)
            if smaller == after.metadata:
                raise DependentsError(misfits)
            after = situation_of(replace(stored, metadata=smaller), catalog, self._name_misfits)
        return Changed(before, after)


def _new_misfits(before: Situation, after: Situation) -> list[Inconsistency]:
    found = [each for each in after.own_misfits if each not in before.own_misfits]
    # Reading every rule is what takes long: it is done where it has to be, and once where everything fits.
    if not after.reads_rules_as(before) and after.permission_misfits:
        known = frozenset(before.permission_misfits)
        found += [each for each in after.permission_misfits if each not in known]
    return found
