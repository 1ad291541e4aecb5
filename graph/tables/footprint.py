"""What of a role's schema a document depends on: kept with it, so that it outlives changes of other things."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from domain.tables.catalog import TableName
    from graph.tables.aspects import Aspects

MAX_TABLES: Final = 200
"""Of one document; one with more, which filters in variables can lead through, is not kept."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """All that a document mentions of a schema, with what the schema said about each.

    It grows with the values that are given for variables, which may lead through tables that the document itself does
    not mention.

    Attributes:
        tables: tables by their names, one more than `MAX_TABLES` at most.
        roots: root fields, by the names of their type and their own.
        types: types that belong to no table, by the names that the document calls them by.
        functions: at most one entry: whatever is said about all functions, of which there are few.
    """

    tables: dict[TableName, object] = field(default_factory=dict["TableName", object])
    roots: dict[tuple[str, str], object] = field(default_factory=dict[tuple[str, str], object])
    types: dict[str, object] = field(default_factory=dict[str, object])
    functions: list[object] = field(default_factory=list[object])

    def holds(self, aspects: Aspects) -> bool:
        """Whether another version of the schema says the same about everything."""
        return (
            len(self.tables) <= MAX_TABLES
            and all(aspects.table(name) == said for name, said in self.tables.items())
            and all(aspects.root(*name) == said for name, said in self.roots.items())
            and all(aspects.type(name) == said for name, said in self.types.items())
            and all(aspects.functions() == said for said in self.functions)
        )
