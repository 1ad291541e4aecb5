"""Everything at once, as a file says it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.audit import AuditEvent
from domain.metadata.editing_permissions import tidied
from domain.metadata.ports import Stored
from domain.metadata.problems import MisfitsError
from domain.metadata.situation import no_misfits, situation_of
from domain.metadata.whole import malformed, missing_roles
from domain.tables.metadata import TableSettings
from domain.tables.rule_ways import with_ways

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.client import Client
    from domain.metadata.ports import MetadataWork, OpenMetadata, ReadCatalog, Serve
    from domain.metadata.situation import NameMisfits
    from domain.tables.catalog import Catalog
    from domain.tables.inconsistencies import Inconsistency
    from domain.tables.metadata import Metadata
    from domain.tables.model import Model


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a replacement came to.

    Attributes:
        before: what was there.
        after: what is there now.
        new_roles: the roles that were made for it.
        misfits: what does not fit the database and was taken all the same.
        beside: whether anything is another than before of what is kept beside the metadata.
    """

    before: Metadata
    after: Metadata
    new_roles: tuple[str, ...] = ()
    misfits: tuple[Inconsistency, ...] = ()
    beside: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything is another than before."""
        return self.changed_metadata or self.beside

    @property
    def changed_metadata(self) -> bool:
        """Whether the metadata, or the roles there are, are others than before."""
        return bool(self.new_roles) or _by_key(self.before) != _by_key(self.after)


class ReplaceMetadata:
    """Puts metadata in place of all that are there, what roles inherit too. Roles that are named and missing are made.

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

    async def __call__(
        self, actor: Actor, client: Client, metadata: Metadata, *, allow_misfits: bool = False, keep: bool = True
    ) -> Replaced:
        """Check everything, then write it in one transaction; where anything is wrong, nothing is written.

        Args:
            actor: who does it.
            client: from where.
            metadata: what is to be there; its version means nothing.
            allow_misfits: take what does not fit the database too; it is left out until it fits.
            keep: whether to write it; else it is only checked.

        Raises:
            MisfitsError: with everything that is wrong.
        """
        catalog = await self._read_catalog()
        async with self._open(revoking=True) as work:
            await work.roles.lock_inheritance()
            stored = await work.metadata.lock()
            wanted = _tidied(replace(metadata, version=stored.metadata.version))
            outcome = await self._checked(work, stored, wanted, catalog, allow_misfits=allow_misfits)
            if keep:
                outcome = await _write(work, outcome, actor, client)
        if keep:
            await self._serve()
        return outcome

    async def _checked(
        self, work: MetadataWork, stored: Stored, wanted: Metadata, catalog: Catalog, *, allow_misfits: bool
    ) -> Replaced:
        """What it will come to; raises MisfitsError."""
        beside = frozenset[str]().union(*(each.roles for each in work.beside))
        missing = missing_roles(wanted, stored.roles, beside)
        fitted = Stored(wanted, stored.roles.union(missing))
        wanted, model, misfits = await asyncio.to_thread(self._fitted, fitted, catalog)
        wrong = malformed(wanted, stored.roles, beside)
        for each in work.beside:
            wrong = (*wrong, *await each.wrong())
            misfits = (*misfits, *await each.misfits(model))
        if wrong or (misfits and not allow_misfits):
            raise MisfitsError(tuple(dict.fromkeys((*wrong, *misfits))))
        return Replaced(stored.metadata, wanted, missing, misfits)

    def _fitted(self, wanted: Stored, catalog: Catalog) -> tuple[Metadata, Model, tuple[Inconsistency, ...]]:
        """The metadata as they are kept, what is served then, and what does not fit."""
        situation = situation_of(wanted, catalog, self._name_misfits)
        metadata = wanted.metadata
        kept = replace(
            metadata,
            # A table of which nothing is said counts until here: it may not be there.
            tables={name: each for name, each in metadata.tables.items() if each != TableSettings(name)},
            permissions=tuple(with_ways(each, situation.model) for each in metadata.permissions),
        )
        return kept, situation.model, situation.misfits


async def _write(work: MetadataWork, outcome: Replaced, actor: Actor, client: Client) -> Replaced:
    """Write what is another than before; what that was."""
    if outcome.changed_metadata:
        for name in outcome.new_roles:
            await work.roles.add(name, None)
        await work.metadata.save(outcome.before, outcome.after)
        await work.audit.add(_event(actor, client, outcome))
    changed = [await each.save(actor, client) for each in work.beside]
    return replace(outcome, beside=any(changed))


def _tidied(metadata: Metadata) -> Metadata:
    """The metadata with nothing twice."""
    return replace(
        metadata,
        permissions=tuple(tidied(each) for each in metadata.permissions),
        inherits={role: names for role, names in metadata.inherits.items() if names},
    )


def _by_key(metadata: Metadata) -> object:
    """Metadata to be compared: the order of their parts means nothing."""
    return (
        metadata.tables,
        {(each.table, each.name): each for each in metadata.relationships},
        {(each.table, each.name): each for each in metadata.computed_fields},
        metadata.functions,
        {(each.table, each.role, each.action): each for each in metadata.permissions},
        metadata.inherits,
    )


def _event(actor: Actor, client: Client, outcome: Replaced) -> AuditEvent:
    after = outcome.after
    return AuditEvent.by(
        actor,
        client,
        "metadata.replace",
        target="metadata",
        tables=len(after.tables),
        relationships=len(after.relationships),
        computed_fields=len(after.computed_fields),
        functions=len(after.functions),
        permissions=len(after.permissions),
        new_roles=list(outcome.new_roles),
    )
