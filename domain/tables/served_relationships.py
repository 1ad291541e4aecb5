"""The relationships that are served: those by hand, and the automatic ones beside them that are not hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kept import Kept
from domain.tables.definitions import defined_relationships, mentioned_tables
from domain.tables.inconsistencies import Inconsistency, InconsistentPart
from domain.tables.relationship_names import AutomaticRelationships, beside
from domain.tables.relationships import Relationship

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.tables.catalog import Catalog, Table, TableName
    from domain.tables.metadata import Metadata, RelationshipDefinition

    Ways = Mapping[str, Relationship]


class ServedRelationships:
    """Every table's relationships by their names in the spelling of the database, and what does not fit."""

    def __init__(self) -> None:
        self._automatic = AutomaticRelationships()
        self._of_table = Kept(_of_table)

    def __call__(self, catalog: Catalog, metadata: Metadata) -> tuple[Mapping[TableName, Ways], list[Inconsistency]]:
        """Those of a catalog; of a table that nothing has changed about, the same object as of the last one."""
        named: dict[TableName, Ways] = {**self._automatic(catalog)}
        misfits: list[Inconsistency] = []
        definitions = metadata.relationships_of
        hidden = {name: each.hidden_relationships for name, each in metadata.tables.items()}
        self._of_table.begin()
        for name in dict.fromkeys((*definitions, *(name for name, ways in hidden.items() if ways))):
            given, table = definitions.get(name, ()), catalog.by_name.get(name)
            if table is None:
                misfits += [_misfit(name, each.name, "The table is not served.") for each in given]
                continue
            served = {each: catalog.by_name[each] for each in mentioned_tables(given) if each in catalog.by_name}
            named[name], found = self._of_table.of(
                name, table, given, hidden.get(name, ()), tuple(named[name].items()), served
            )
            misfits += found
        return named, misfits


def _of_table(
    table: Table,
    definitions: tuple[RelationshipDefinition, ...],
    hidden: tuple[str, ...],
    automatic: tuple[tuple[str, Relationship], ...],
    served: Mapping[TableName, Table],
) -> tuple[Ways, list[Inconsistency]]:
    defined = defined_relationships(table, definitions, (way for _, way in automatic), served)
    rest = {name: way for name, way in automatic if way not in defined.renamed}
    named = beside(defined.given, rest, table.by_name)
    misfits, unwanted = list(defined.inconsistencies), set[Relationship]()
    for name in hidden:
        # By the name that it is served under, or by the one that a relationship by hand took from it.
        way = named[name] if name in named and name not in defined.given else rest.get(name)
        if way is None:
            misfits.append(_misfit(table.name, name, "No relationship of a foreign key has this name."))
        else:
            unwanted.add(way)
    return {name: way for name, way in named.items() if way not in unwanted}, misfits


def _misfit(table: TableName, name: str, why: str) -> Inconsistency:
    return Inconsistency(InconsistentPart.RELATIONSHIP, table, name, why)
