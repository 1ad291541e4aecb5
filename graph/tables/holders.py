"""Whose a name is: the table that a root field or a type belongs to, and the tables that lead to a shared type."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from domain.kept import KeptMapping, KeptValue
from graph.tables.root_words import TYPE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from domain.tables.catalog import DataType, TableName
    from domain.tables.model import Model
    from domain.tables.relationships import Relationship
    from graph.tables.function_names import FunctionNames
    from graph.tables.names import CatalogNames
    from graph.tables.naming import Naming

    Owner = TableName | None
    """A table; None for functions, which belong to no table."""


class Holders:
    """Finds a name's owner in steps whose number does not grow with the number of tables."""

    def __init__(
        self,
        model: Model,
        naming: Naming,
        names: CatalogNames,
        functions: FunctionNames,
        *,
        sources: Mapping[TableName, Sequence[TableName]],
        shared: Mapping[str, Iterable[DataType]],
        everywhere: frozenset[str],
    ) -> None:
        """Note whose each name is.

        Args:
            model: what is served.
            naming: how names are spelled.
            names: of every table.
            functions: the names of what calls functions.
            sources: the tables with a relationship to a table.
            shared: the types that come with columns of some types.
            everywhere: the types that come with any column.
        """
        of_functions = {
            field: None for each in functions.roots.values() for field in (each.field, each.aggregate) if field
        }
        # There are many, and mostly they are the ones that there were before: no copy, and none to be thrown away.
        self.roots: Mapping[str, Owner] = {**names.owners, **of_functions} if of_functions else names.owners
        self._suffixes = tuple(naming.behind("", word) if word else "" for word in TYPE_WORDS)
        self._tables = {each.type_name: table for table, each in names.tables.items()}
        self._arguments: dict[str, Owner] = {
            **{each.type: None for each in functions.roots.values()},
            **{each.type: table for table, fields in functions.computed.items() for each in fields.values()},
        }
        self._shared = shared
        self._everywhere = everywhere
        self._model = model
        self._sources = sources

    def owner_of(self, type_name: str) -> TableName | None:
        """The table whose own type it is; None if it is nobody's own."""
        for suffix in self._suffixes:
            if type_name.endswith(suffix):
                owner = self._tables.get(type_name.removesuffix(suffix))
                if owner is not None:
                    return owner
        return None

    def holders_of(self, type_name: str) -> Iterator[Owner]:
        """Whose fields may lead to a type of that name, the likeliest first."""
        owner = self.owner_of(type_name)
        if owner is not None:
            yield owner
        if type_name in self._arguments:
            yield self._arguments[type_name]
        if type_name in self._everywhere:
            yield from self._tables.values()
        for type_ in self._shared.get(type_name, ()):
            yield from self._tables_with(type_)
        if type_name in self._everywhere or type_name in self._shared:
            yield None

    def values_of(self, type_name: str) -> object:
        """What the values of a type are in PostgreSQL, if tables share it or functions take it; else None."""
        if type_name in self._arguments:
            return self._arguments[type_name], type_name
        shared = self._shared.get(type_name, ())
        return frozenset(shared) if shared or type_name in self._everywhere else None

    def _tables_with(self, type_: DataType) -> Iterator[TableName]:
        """The tables with a column of a type, then those with a computed field that has to do with it."""
        yield from (table.name for table in self._model.catalog.tables if type_ in table.types)
        for name, fields in self._model.functions.computed.items():
            if any(type_ in field.types for field in fields):
                yield name

    def leading_to(self, target: TableName) -> Sequence[TableName]:
        """The tables with a relationship to a table."""
        return self._sources.get(target, ())


class SourcesByTarget:
    """The tables with a relationship to each table, of one model after the other."""

    def __init__(self) -> None:
        self._targets: KeptMapping[TableName, frozenset[TableName]] = KeptMapping(_targets, compares=True)
        self._by_target = KeptValue(_by_target)

    def __call__(self, model: Model) -> Mapping[TableName, Sequence[TableName]]:
        """Those of a model; the same object as of the last one if they are the same."""
        return self._by_target(self._targets(model.relationships))


def _targets(ways: Mapping[str, Relationship]) -> frozenset[TableName]:
    return frozenset(way.target for way in ways.values())


def _by_target(targets: Mapping[TableName, frozenset[TableName]]) -> dict[TableName, list[TableName]]:
    found: defaultdict[TableName, list[TableName]] = defaultdict(list)
    for source, reached in targets.items():
        for target in reached:
            found[target].append(source)
    return found
