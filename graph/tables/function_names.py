"""The GraphQL names of functions: of root fields, of computed fields and of what they take."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from domain.tables.vectors import is_vector
from graph.tables.naming import is_legal, unused

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from domain.tables.catalog import FunctionArgument, TableName
    from domain.tables.functions import ComputedField, RootFunction, ServedFunctions
    from graph.tables.names import TableNames
    from graph.tables.naming import Naming

    Given = Sequence[tuple[int, str, FunctionArgument]]


@dataclass(frozen=True, slots=True)
class CallNames:
    """The names of one field that calls a function.

    Attributes:
        field: the field itself.
        aggregate: the field beside it that aggregates the rows; empty where there is none.
        type: the input object of the arguments.
        arguments: the name of each argument that a caller gives, by its place.
    """

    field: str
    aggregate: str
    type: str
    arguments: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class FunctionNames:
    """The names of all functions.

    Attributes:
        roots: of the root fields, by function.
        computed: of the computed fields, by table and field.
        types: every type that is named here.
    """

    roots: Mapping[TableName, CallNames] = field(default_factory=dict["TableName", CallNames])
    computed: Mapping[TableName, Mapping[str, CallNames]] = field(
        default_factory=dict["TableName", "Mapping[str, CallNames]"]
    )
    types: frozenset[str] = frozenset()


class FunctionNamer:
    """Names functions beside tables that have their names already."""

    def __init__(
        self, tables: Mapping[TableName, TableNames], naming: Naming, fields: Container[str], types: Container[str]
    ) -> None:
        """`fields` and `types` are taken."""
        self._tables = tables
        self._naming = naming
        self._fields = fields
        self._types = types
        self._own_fields: set[str] = set()
        self._own_types: set[str] = set()

    def name(self, functions: ServedFunctions, default_schema: str) -> FunctionNames:
        """Name every root field and every computed field."""
        roots = {each.function.name: self._root(each, default_schema) for each in functions.roots}
        computed = {table: self._computed(table, fields) for table, fields in functions.computed.items()}
        return FunctionNames(roots, computed, frozenset(self._own_types))

    def _root(self, function: RootFunction, default_schema: str) -> CallNames:
        naming = self._naming
        for words in _candidates(function, default_schema):
            fields = naming.field(*words), naming.field(*words, "aggregate")
            if not any(name in self._fields or name in self._own_fields for name in fields):
                self._own_fields.update(fields)
                return CallNames(*fields, self._type(*words, "args"), self._arguments(function.given))
        raise AssertionError("numbers do not end")

    def _computed(self, table: TableName, fields: Sequence[ComputedField]) -> dict[str, CallNames]:
        names, naming = self._tables[table], self._naming
        taken = {*names.columns.values(), *names.relationships, *names.aggregates}
        taken |= {naming.operator(word) for word in ("and", "or", "not", "version")}
        taken |= {naming.field(names.columns[each], "distance") for each in _vectors(fields)}
        made: dict[str, CallNames] = {}
        for each in fields:
            own = unused(naming.field(each.name), taken)
            taken.add(own)
            beside = ""
            if each.returns and each.function.returns_set:
                beside = unused(naming.field(each.name, "aggregate"), taken)
                taken.add(beside)
            type_ = self._type(each.name, names.type_name, "args")
            made[each.name] = CallNames(own, beside, type_, self._arguments(each.given))
        return made

    def _type(self, *words: str) -> str:
        plain = self._naming.type(*words)
        numbered = (f"{plain}{number}" for number in count(2))
        name = plain if self._is_free(plain) else next(each for each in numbered if self._is_free(each))
        self._own_types.add(name)
        return name

    def _is_free(self, type_: str) -> bool:
        return type_ not in self._types and type_ not in self._own_types

    def _arguments(self, given: Given) -> dict[int, str]:
        named: dict[int, str] = {}
        for place, name, _ in given:
            named[place] = unused(self._naming.field(name), named.values())
        return named


def _vectors(fields: Sequence[ComputedField]) -> Iterator[str]:
    """The columns that have another field beside them."""
    for table in {each.table.name: each.table for each in fields}.values():
        yield from (column.name for column in table.columns if is_vector(column.type))


def _candidates(function: RootFunction, default_schema: str) -> Iterator[tuple[str, ...]]:
    schema, name = function.function.name.schema, function.name
    if schema == default_schema and is_legal(name):
        yield (name,)
    yield (schema, name)
    for number in count(2):
        yield (schema, f"{name}{number}")
