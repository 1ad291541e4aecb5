"""What changing metadata needs from the outside: one transaction with everything in it, and what is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from domain.access.ports import RoleRepository
    from domain.actor import Actor
    from domain.audit import AuditTrail
    from domain.client import Client
    from domain.tables.catalog import Catalog
    from domain.tables.enums import EnumRows, EnumTable
    from domain.tables.inconsistencies import Inconsistency
    from domain.tables.metadata import Metadata
    from domain.tables.model import Model


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept: the metadata, and the names of all roles there are."""

    metadata: Metadata
    roles: frozenset[str]


class MetadataRepository(Protocol):
    """The metadata."""

    async def read(self) -> Stored:
        """Everything and the roles there are."""
        ...

    async def lock(self) -> Stored:
        """Everything and the roles there are; nobody else changes it or deletes a role until the transaction ends."""
        ...

    async def save(self, before: Metadata, after: Metadata) -> None:
        """Write what `after` says otherwise than `before`, which is what `lock` gave.

        What roles inherit is part of it; roles themselves are not: those that are named have to be there.
        """
        ...


class Beside(Protocol):
    """What a file says beside the metadata, of a slice that these know nothing of; kept in the same transaction."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles that it names; those that are missing are made."""
        ...

    async def wrong(self) -> Sequence[Inconsistency]:
        """What could not be kept, or would be nonsense in every database."""
        ...

    async def misfits(self, model: Model) -> Sequence[Inconsistency]:
        """What does not fit the tables, as they will be served."""
        ...

    async def save(self, actor: Actor, client: Client) -> bool:
        """Write what is another than before, once the roles are there; whether that is anything."""
        ...


class MetadataWork(Protocol):
    """One transaction on metadata, and on the roles that they name."""

    @property
    def metadata(self) -> MetadataRepository:
        """The metadata."""
        ...

    @property
    def roles(self) -> RoleRepository:
        """The roles."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The trail."""
        ...

    @property
    def beside(self) -> Sequence[Beside]:
        """What is said beside the metadata, and kept with them."""
        ...


class OpenMetadata(Protocol):
    """Begins a transaction; the block's end commits it, an exception rolls it back."""

    def __call__(self, *, revoking: bool = False) -> AbstractAsyncContextManager[MetadataWork]:
        """Begin; `revoking` if what roles inherit may change: it is known everywhere here when the block is left."""
        ...


class ReadCatalog(Protocol):
    """Reads the structure of the database."""

    async def __call__(self) -> Catalog:
        """Everything that there is now, whatever of it is tracked.

        Raises:
            SelfgraphError: the database cannot be read.
        """
        ...


class ReadEnums(Protocol):
    """Reads the rows of tables that are enums."""

    async def __call__(self, tables: Sequence[EnumTable]) -> EnumRows:
        """The rows as they are now.

        Raises:
            SelfgraphError: the database cannot be read.
        """
        ...


class Serve(Protocol):
    """Has this process serve the tables as they are now."""

    async def __call__(self) -> object:
        """Read the structure and the metadata now, and serve them from here on.

        Raises:
            SelfgraphError: the database cannot be read; what was served before still is.
        """
        ...
