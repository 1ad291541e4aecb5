"""The GraphQL names of a whole catalog: one name for each thing, no thing twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, count
from typing import TYPE_CHECKING, Final

from domain.tables.aggregates import OF_COLUMNS
from domain.tables.relationships import relationships
from graph.tables.naming import is_legal, legal, unused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from domain.tables.catalog import Catalog, Table, TableName
    from domain.tables.relationships import Relationship
    from graph.tables.naming import Naming

# What is made from a table's name. All of it is reserved at once, so that no table ever takes a name that another
# table's operations have or will have.
_ROOT_WORDS: Final = (
    ("", ""),
    ("", "by_pk"),
    ("", "aggregate"),
    ("", "connection"),
    ("", "group"),
    ("insert", ""),
    ("insert", "one"),
    ("update", ""),
    ("update", "by_pk"),
    ("update", "many"),
    ("delete", ""),
    ("delete", "by_pk"),
)
_TYPE_WORDS: Final = (
    "",
    "bool_exp",
    "order_by",
    "select_column",
    "update_column",
    "constraint",
    "aggregate",
    "aggregate_fields",
    "aggregate_bool_exp",
    "aggregate_order_by",
    *(f"{function.value}_fields" for function in OF_COLUMNS),
    *(f"{function.value}_order_by" for function in OF_COLUMNS),
    "aggregate_bool_exp_count",
    "aggregate_bool_exp_bool_and",
    "aggregate_bool_exp_bool_or",
    "boolean_column",
    "connection",
    "edge",
    "group",
    "group_key",
    "group_order_by",
    "group_key_order_by",
    "having",
    "having_count",
    "sum_having",
    "extreme_having",
    "number_having",
    "boolean_having",
    "insert_input",
    "set_input",
    "inc_input",
    "append_input",
    "prepend_input",
    "delete_key_input",
    "delete_elem_input",
    "delete_at_path_input",
    "pk_columns_input",
    "updates",
    "on_conflict",
    "mutation_response",
)


# What stands beside the columns in a filter.
_LOGIC: Final = ("and", "or", "not")


@dataclass(frozen=True, slots=True)
class Taken:
    """Names that the platform's own schema has and no table may get."""

    fields: frozenset[str]
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class TableNames:
    """The names of one table.

    Attributes:
        words: the words that every other name starts from.
        columns: field name by column name.
        values: by column name, its value in enums of columns.
        relationships: relationship by field name.
        aggregates: array relationship by the name of the field that aggregates its rows.
        note: why the name is not the plain one, for the description; None where it is.
    """

    words: tuple[str, ...]
    naming: Naming
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    relationships: Mapping[str, Relationship] = field(default_factory=dict[str, "Relationship"])
    aggregates: Mapping[str, Relationship] = field(default_factory=dict[str, "Relationship"])
    note: str | None = None

    def root(self, before: str = "", after: str = "") -> str:
        """A root field: `root()` is the list, `root(after="by_pk")` the row by key."""
        return self.naming.field(*([before] if before else []), *self.words, *([after] if after else []))

    def type(self, after: str = "") -> str:
        """A type: `type()` is the row, `type("bool_exp")` its filter."""
        return self.naming.type(*self.words, *([after] if after else []))

    def reserved_types(self) -> set[str]:
        """Every type that the table has or will have."""
        return {self.type(word) for word in _TYPE_WORDS}


@dataclass(frozen=True, slots=True)
class DescribedCatalog:
    """A catalog with the GraphQL names of its tables and columns."""

    catalog: Catalog
    names: Mapping[TableName, TableNames]


def name_catalog(catalog: Catalog, naming: Naming, taken: Taken, default_schema: str) -> dict[TableName, TableNames]:
    """Name every table, column and relationship of the catalog."""
    fields, types = set(taken.fields), {*taken.types, direction_type(naming)}
    related = relationships(catalog)
    named: dict[TableName, TableNames] = {}
    for table in catalog.tables:
        names = _free(table.name, naming, fields, types, default_schema)
        fields |= _reserved_fields(names)
        types |= names.reserved_types()
        columns = _name_columns(table, naming)
        ways = _name_relationships(related[table.name], naming, columns.values())
        named[table.name] = TableNames(
            words=names.words,
            naming=naming,
            columns=columns,
            values=_name_values(table, naming),
            relationships=ways,
            aggregates=_name_further(ways, "aggregate", naming, {*columns.values(), *ways}),
            note=_note(table.name, names, default_schema),
        )
    return named


def direction_type(naming: Naming) -> str:
    """The name of the enum of directions, which all tables share."""
    return naming.type("order_by")


def _free(name: TableName, naming: Naming, fields: set[str], types: set[str], default_schema: str) -> TableNames:
    for words in _candidates(name, default_schema):
        names = TableNames(words, naming)
        if not (_reserved_fields(names) & fields or names.reserved_types() & types):
            return names
    raise AssertionError("numbers do not end")


def _candidates(name: TableName, default_schema: str) -> Iterator[tuple[str, ...]]:
    if name.schema == default_schema and is_legal(name.name):
        yield (name.name,)
    yield (name.schema, name.name)
    for number in count(2):
        yield (name.schema, f"{name.name}{number}")


def _note(name: TableName, names: TableNames, default_schema: str) -> str | None:
    plain = (name.name,) if name.schema == default_schema else (name.schema, name.name)
    if names.words == plain:
        return None
    return f"Named {names.root()} because GraphQL cannot hold the plain name or another field has it."


def _reserved_fields(names: TableNames) -> set[str]:
    return {names.root(before, after) for before, after in _ROOT_WORDS}


def _name_columns(table: Table, naming: Naming) -> dict[str, str]:
    named: dict[str, str] = {}
    taken = {naming.operator(word) for word in _LOGIC}
    # Columns that keep their name as it stands go first, so that a clash renames the others.
    for column in sorted(table.columns, key=lambda column: naming.field(column.name) != column.name):
        named[column.name] = unused(naming.field(column.name), taken)
        taken.add(named[column.name])
    return {column.name: named[column.name] for column in table.columns}


def _name_relationships(
    ways: Iterable[Relationship], naming: Naming, columns: Iterable[str]
) -> dict[str, Relationship]:
    """Name each way by its plain name; where two would get the same, all array relationships of them say by what."""
    ways = list(ways)
    plain = Counter(_plain_name(way, naming) for way in ways)
    taken = {*columns, *(naming.operator(word) for word in _LOGIC)}
    named: dict[str, Relationship] = {}
    for way in ways:
        name = _plain_name(way, naming)
        if name in chain(taken, named) or (way.many and plain[name] > 1):
            name = naming.field(way.target.name, "by", *(_joining_columns(way)))
        named[unused(name, taken | named.keys())] = way
    return named


def _name_values(table: Table, naming: Naming) -> dict[str, str]:
    named: dict[str, str] = {}
    taken = {"true", "false", "null"}  # no enum can have these (GraphQL specification, section 3.9)
    for column in table.columns:
        named[column.name] = unused(naming.enum_value(legal(column.name)), taken)
        taken.add(named[column.name])
    return named


def _name_further(
    ways: Mapping[str, Relationship], word: str, naming: Naming, names: Iterable[str]
) -> dict[str, Relationship]:
    """Name what stands beside each array relationship: `album` -> `albumAggregate`."""
    taken = {*names, *(naming.operator(logic) for logic in _LOGIC)}
    named: dict[str, Relationship] = {}
    for field_name, way in ways.items():
        if way.many:
            named[unused(naming.field(field_name, word), taken | named.keys())] = way
    return named


def _plain_name(way: Relationship, naming: Naming) -> str:
    if not way.inverse and len(way.columns) == 1:
        column = way.columns[0][0]
        if column.lower().endswith("_id") and column[:-3].strip("_"):
            return naming.field(column[:-3])
    return naming.field(way.target.name)


def _joining_columns(way: Relationship) -> list[str]:
    """The columns of the foreign key, on whichever side they are."""
    return [there if way.inverse else here for here, there in way.columns]
