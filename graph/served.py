"""The schema that one role sees, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from domain.tables.rights import Unrestricted

if TYPE_CHECKING:
    from graphql import GraphQLSchema

    from domain.tables.rights import Rights
    from graph.tables.aspects import Aspects


@dataclass(frozen=True, slots=True)
class ServedSchema:
    """The schema that one role sees.

    Attributes:
        graphql: the schema.
        version: another one whenever the structure of the database or what is said about it is another.
        rights: what the role may do.
        role: the role.
        backend: whether it is the schema of a trusted backend that acts in the role.
        aspects: what documents depend on in it; None: on all of it.
    """

    graphql: GraphQLSchema
    version: str
    rights: Rights = field(default_factory=Unrestricted)
    role: str = ""
    backend: bool = False
    aspects: Aspects | None = None


class SchemaSource(Protocol):
    """Where the executor asks for the current schema, at the start of every operation."""

    def for_role(self, role: str, *, backend: bool = False) -> ServedSchema:
        """The schema of a role as it is now, or of a trusted backend that acts in the role."""
        ...

    async def renewed(self, version: str) -> bool:
        """Wait for a schema that is being built, if one is; whether it is another one than `version` now."""
        ...
