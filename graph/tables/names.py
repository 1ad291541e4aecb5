"""The GraphQL names of a whole catalog: one name for each thing, no thing twice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from domain.kept import Kept, KeptMapping
from domain.tables.inconsistencies import Inconsistency, InconsistentPart
from domain.tables.metadata import TableSettings
from graph.tables.member_names import name_members
from graph.tables.naming import is_legal
from graph.tables.root_words import ROOTS, TYPE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from domain.tables.catalog import Table, TableName
    from domain.tables.metadata import RelationshipDefinition, RootField
    from domain.tables.model import Model
    from domain.tables.relationships import Relationship
    from graph.tables.naming import Naming


Reserved: TypeAlias = "tuple[frozenset[str], frozenset[str]]"
"""The root fields that a table has or will have, those given by hand apart, and its types."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Names that the platform's own schema has and no table may get."""

    fields: frozenset[str]
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class TableNames:
    """The names of one table.

    Attributes:
        field_name: of the list, which all other root fields are named after.
        type_name: of the row, which all other types are named after.
        naming: how names are spelled.
        root_fields: names of root fields that are given by hand.
        columns: field name by column name.
        values: by column name, its value in enums of columns.
        relationships: relationship by field name.
        aggregates: array relationship by the name of the field that aggregates its rows.
        note: why the name is not the plain one, for the description; None where it is.
    """

    field_name: str
    type_name: str
    naming: Naming
    root_fields: Mapping[RootField, str] = field(default_factory=dict["RootField", str])
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    relationships: Mapping[str, Relationship] = field(default_factory=dict[str, "Relationship"])
    aggregates: Mapping[str, Relationship] = field(default_factory=dict[str, "Relationship"])
    note: str | None = None

    def root(self, before: str = "", after: str = "") -> str:
        """A root field: `root()` is the list, `root(after="by_pk")` the row by key."""
        given = self.root_fields.get(ROOTS[before, after]) if self.root_fields else None
        if given:
            return given
        name = self.naming.before(before, self.type_name) if before else self.field_name
        return self.naming.behind(name, after) if after else name

    def type(self, after: str = "") -> str:
        """A type: `type()` is the row, `type("bool_exp")` its filter."""
        return self.naming.behind(self.type_name, after) if after else self.type_name

    @property
    def members(self) -> frozenset[str]:
        """The names of all columns and relationships of a row."""
        return frozenset((*self.columns.values(), *self.relationships, *self.aggregates))

    def reserved_fields(self) -> set[str]:
        """Every root field that the table has or will have, those given by hand apart."""
        return {self.root(before, after) for (before, after), root in ROOTS.items() if root not in self.root_fields}

    def reserved_types(self) -> set[str]:
        """Every type that the table has or will have."""
        return {self.type(word) for word in TYPE_WORDS}


@dataclass(frozen=True, slots=True)
class CatalogNames:
    """The names of a whole catalog.

    Attributes:
        tables: of every table.
        owners: whose each root field is.
        types: every type that is taken, by the tables or before them.
        misfits: the names given by hand that GraphQL cannot hold or that something else has; others stand in for them.
    """

    tables: Mapping[TableName, TableNames]
    owners: Mapping[str, TableName]
    types: frozenset[str]
    misfits: tuple[Inconsistency, ...]


class CatalogNamer:
    """Names every table, column and relationship of one model after the other.

    No name depends on what a role may see, nor on the models before: what has not changed is only not named again.
    """

    def __init__(self, naming: Naming, taken: Taken, default_schema: str) -> None:
        self._rules = _Rules(naming, taken, default_schema)
        self._tables = Kept(self._name_tables)
        self._reserved = Kept(_reserved)
        self._whole: KeptMapping[TableName, tuple[TableNames, list[Inconsistency]]] = KeptMapping(self._name_members)

    def __call__(self, model: Model) -> CatalogNames:
        """The names of a model; of a table that nothing has changed about, the same ones as of the last model."""
        said = model.metadata.tables
        self._tables.begin()
        named = self._tables.of(None, tuple(table.name for table in model.catalog.tables), said)
        by_hand = model.metadata.relationships_of
        whole = self._whole(model.catalog.by_name, named.tables, said, model.relationships, by_hand)
        misfits = (misfit for _, found in whole.values() for misfit in found)
        tables = {name: names for name, (names, _) in whole.items()}
        return replace(named, tables=tables, misfits=(*named.misfits, *misfits))

    def _name_tables(self, tables: tuple[TableName, ...], said: Mapping[TableName, TableSettings]) -> CatalogNames:
        """The names that tables have as a whole; those of what they have follow."""
        self._reserved.begin()
        return _Tables(tables, said, self._rules, self._reserved).named()

    def _name_members(
        self,
        table: Table,
        names: TableNames,
        settings: TableSettings | None,
        ways: Mapping[str, Relationship],
        by_hand: tuple[RelationshipDefinition, ...] | None,
    ) -> tuple[TableNames, list[Inconsistency]]:
        settings = settings or TableSettings(table.name)
        given = {definition.name for definition in by_hand or ()}
        members = name_members(table, settings, ways, given, self._rules.naming)
        whole = replace(
            names,
            columns=members.columns,
            values=members.values,
            relationships=members.relationships,
            aggregates=members.aggregates,
        )
        return whole, members.misfits


def direction_type(naming: Naming) -> str:
    """The name of the enum of directions, which all tables share."""
    return naming.type("order_by")


@dataclass(frozen=True, slots=True)
class _Rules:
    """How names are spelled, which ones are taken beforehand, and whose tables are named without a prefix."""

    naming: Naming
    taken: Taken
    default_schema: str


class _Tables:
    """The names of tables, their root fields and their types.

    The platform's names come first, then those of root fields by hand, those of tables by hand, and the plain ones.
    """

    def __init__(
        self,
        tables: Sequence[TableName],
        said: Mapping[TableName, TableSettings],
        rules: _Rules,
        reserved: Kept[Reserved, TableNames],
    ) -> None:
        self._tables = tables
        self._reserved = reserved
        self._own: dict[TableName, frozenset[str]] = {}
        self._names: dict[TableName, TableNames] = {}
        self._misfits: list[Inconsistency] = []
        self._settings = said
        self._naming = rules.naming
        self._default_schema = rules.default_schema
        self._fields = set(rules.taken.fields)
        self._types = {*rules.taken.types, direction_type(rules.naming)}
        mentioned = [name for name in tables if name in said]
        self._roots = {name: self._root_fields(name) for name in mentioned if said[name].root_fields}
        for name in mentioned:
            custom = said[name].custom_name
            if custom is not None:
                self._name_by_hand(name, custom)
        for name in sorted(tables, key=self._is_respelled):
            if name not in self._names:
                self._name_plainly(name)

    def named(self) -> CatalogNames:
        """The names, in the order of the tables."""
        tables = {name: self._names[name] for name in self._tables}
        owners = {
            field: name for name, names in tables.items() for field in (*self._own[name], *names.root_fields.values())
        }
        return CatalogNames(tables, owners, frozenset(self._types), tuple(self._misfits))

    def _root_fields(self, table: TableName) -> dict[RootField, str]:
        claimed: dict[RootField, str] = {}
        for root, name in self._settings[table].root_fields.items():
            if not is_legal(name):
                self._tell(table, name, "GraphQL cannot hold this name.")
            elif name in self._fields:
                self._tell(table, name, "Another root field has this name.")
            else:
                self._fields.add(name)
                claimed[root] = name
        return claimed

    def _name_by_hand(self, table: TableName, name: str) -> None:
        names = TableNames(name, name, self._naming, self._roots.get(table, {}))
        if not is_legal(name):
            self._tell(table, name, "GraphQL cannot hold this name.")
        elif not self._claim(table, names):
            self._tell(table, name, "A root field or a type that it would give has a name that is taken.")

    def _name_plainly(self, table: TableName) -> None:
        naming, roots = self._naming, self._roots.get(table, {})
        for words in self._candidates(table):
            names = TableNames(naming.field(*words), naming.type(*words), naming, roots)
            if self._claim(table, names, plain=words == self._plain(table)):
                return

    def _is_respelled(self, name: TableName) -> bool:
        """Whether its field is not called as the table itself is; such names come last: `track` before `TRACK`."""
        return name.schema != self._default_schema or self._naming.field(name.name) != name.name

    def _candidates(self, name: TableName) -> Iterator[tuple[str, ...]]:
        if name.schema == self._default_schema and is_legal(name.name):
            yield (name.name,)
        yield (name.schema, name.name)
        for number in count(2):
            yield (name.schema, f"{name.name}{number}")

    def _plain(self, name: TableName) -> tuple[str, ...]:
        return (name.name,) if name.schema == self._default_schema else (name.schema, name.name)

    def _claim(self, table: TableName, names: TableNames, *, plain: bool = True) -> bool:
        """Take the names if all of them are free."""
        fields, types = self._reserved.of((table, names.field_name), names)
        if not (fields.isdisjoint(self._fields) and types.isdisjoint(self._types)):
            return False
        self._fields |= fields
        self._types |= types
        self._own[table] = fields
        self._names[table] = names if plain else replace(names, note=_note(names))
        return True

    def _tell(self, table: TableName, name: str, why: str) -> None:
        self._misfits.append(Inconsistency(InconsistentPart.NAME, table, name, why))


def _reserved(names: TableNames) -> Reserved:
    return frozenset(names.reserved_fields()), frozenset(names.reserved_types())


def _note(names: TableNames) -> str:
    return f"Named {names.root()} because GraphQL cannot hold the plain name or another field has it."
