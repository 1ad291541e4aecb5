"""What the schema of a role says about each thing that a document can mention, as values that are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from domain.tables.catalog import TableName
    from domain.tables.rights import Rights
    from graph.tables.basis import Basis


class Aspects:
    """Tells of a table, of a root field, of a type by its name and of the functions what documents depend on.

    Two schemas of a role that say the same about all that a document mentions hold it to be equally valid, and compile
    it to the same statements. No answer refers to the schema that gives it, so that who keeps one keeps no old schema.
    """

    def __init__(self, basis: Basis, rights: Rights, roots: Mapping[str, Callable[[str], object]]) -> None:
        """`roots` tell of the fields of the root types, by the names of these, whose they are."""
        self._basis = basis
        self._rights = rights
        self._roots = roots
        self._tables: dict[TableName, object] = {}
        self._owners: dict[str, TableName] = {}

    def owner(self, type_name: str) -> TableName | None:
        """The table whose own type it is."""
        known = self._owners.get(type_name)
        if known is None and (found := self._basis.holders.owner_of(type_name)) is not None:
            # Only types that there are: a document may make up any number of other names.
            known = self._owners[type_name] = found
        return known

    def table(self, name: TableName) -> object:
        """Its structure, the names of all that it has, and what the role may do with it; None: it is not served."""
        found = self._tables.get(name)
        if found is None and (table := self._basis.model.catalog.by_name.get(name)) is not None:
            found = self._tables[name] = (table, self._basis.names[name], self._rights.of(table))
        return found

    def root(self, type_name: str, name: str) -> object:
        """The field itself if it is one of the platform's, or the table that it belongs to."""
        root = self._roots.get(type_name)
        return None if root is None else root(name)

    def type(self, name: str) -> object:
        """Of a type that belongs to no table, whose values it is for; None of one of the platform's."""
        return self._basis.holders.values_of(name)

    def functions(self) -> object:
        """All functions that are fields, their names, and who may call them."""
        model = self._basis.model
        return model.functions, self._basis.functions, model.metadata.functions, model.metadata.inherits
