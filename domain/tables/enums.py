"""Tables that are enums: the rows of such a table are the values that columns which refer to it may hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from domain.kept import Kept
from domain.tables.catalog import EnumValues, TypeKind
from domain.tables.inconsistencies import Inconsistency, InconsistentPart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.tables.catalog import Catalog, Column, DataType, Table, TableName
    from domain.tables.metadata import Metadata

MAX_VALUES: Final = 500
"""The values of one enum; a table with more rows is none."""
_TEXTS: Final = frozenset({"text", "varchar", "citext"})
_VALUE: Final = re.compile(r"(?!__)[_A-Za-z][_0-9A-Za-z]*")
_NO_VALUES: Final = frozenset({"true", "false", "null"})

Values: TypeAlias = "tuple[tuple[str, str | None], ...]"
Enums: TypeAlias = "dict[tuple[TableName, str], EnumValues]"


@dataclass(frozen=True, slots=True)
class EnumTable:
    """A table that is an enum: the column with its values, and the one with what they mean, if there is one."""

    name: TableName
    value: str
    description: str | None


@dataclass(frozen=True, slots=True)
class EnumRows:
    """The rows of tables that are enums.

    Attributes:
        values: the values and their descriptions, one more than `MAX_VALUES` at most; without a table that cannot be
            read.
        version: another one whenever the values are others.
    """

    values: Mapping[TableName, Values] = field(default_factory=dict["TableName", "Values"])
    version: str = ""


def enum_tables(catalog: Catalog, metadata: Metadata) -> tuple[EnumTable, ...]:
    """The tables that are said to be enums and can be."""
    found = (_enum_table(table) for table in _said(catalog, metadata))
    return tuple(each for each in found if each)


class WithEnums:
    """The catalog with the columns that refer to enums told apart from other texts, and what does not fit."""

    def __init__(self) -> None:
        self._with_values = Kept(_with_values)

    def __call__(
        self, catalog: Catalog, metadata: Metadata, rows: EnumRows | None
    ) -> tuple[Catalog, list[Inconsistency]]:
        """Both of a catalog; without `rows` no column is told apart.

        A table about which nothing has changed is the same object as in the last one.
        """
        enums, misfits = _enums(catalog, metadata, rows)
        return (self._referring(catalog, enums) if enums else catalog), misfits

    def _referring(self, catalog: Catalog, enums: Enums) -> Catalog:
        """The catalog with every column that a foreign key binds to an enum holding its values."""
        self._with_values.begin()
        return replace(catalog, tables=tuple(self._told_apart(table, enums) for table in catalog.tables))

    def _told_apart(self, table: Table, enums: Enums) -> Table:
        held = {
            key.columns[0]: enums[key.referenced, key.referenced_columns[0]]
            for key in table.foreign_keys
            if len(key.columns) == 1 and (key.referenced, key.referenced_columns[0]) in enums
        }
        return self._with_values.of(table.name, table, held) if held else table


def _enums(catalog: Catalog, metadata: Metadata, rows: EnumRows | None) -> tuple[Enums, list[Inconsistency]]:
    """The values of every enum, by its table and the column that holds them, and what does not fit."""
    misfits: list[Inconsistency] = []
    enums: Enums = {}
    for table in _said(catalog, metadata):
        enum = _enum_table(table)
        if enum is None:
            misfits.append(_misfit(table.name, "", "Its primary key is not one column of text."))
        elif rows is not None:
            values = rows.values.get(table.name)
            misfits += _misfits_of(table.name, values)
            legal = tuple(each for each in values or () if _is_legal(each[0]))
            if legal and len(legal) <= MAX_VALUES:
                enums[table.name, enum.value] = EnumValues(table.name, legal)
    return enums, misfits


def _said(catalog: Catalog, metadata: Metadata) -> Iterator[Table]:
    for name, settings in metadata.tables.items():
        if settings.is_enum and name in catalog.by_name:
            yield catalog.by_name[name]


def _enum_table(table: Table) -> EnumTable | None:
    key = table.primary_key.columns if table.primary_key else ()
    if len(key) != 1 or not _is_text(table.by_name[key[0]]):
        return None
    others = (column.name for column in table.columns if column.name != key[0] and _is_text(column))
    return EnumTable(table.name, key[0], next(others, None))


def _is_text(column: Column) -> bool:
    bare = column.type.bare
    return bare.kind is TypeKind.BASE and bare.name in _TEXTS


def _is_legal(value: str) -> bool:
    """Whether GraphQL can hold the value as it stands (GraphQL specification, sections 2.1.9 and 3.9)."""
    return _VALUE.fullmatch(value) is not None and value not in _NO_VALUES


def _misfits_of(table: TableName, values: Values | None) -> Iterator[Inconsistency]:
    if values is None:
        yield _misfit(table, "", "Its rows cannot be read.")
    elif not values:
        yield _misfit(table, "", "It has no rows.")
    elif len(values) > MAX_VALUES:
        yield _misfit(table, "", f"It has more than {MAX_VALUES} rows.")
    else:
        for value, _ in values:
            if not _is_legal(value):
                yield _misfit(table, value, "GraphQL cannot hold this value.")


def _misfit(table: TableName, value: str, why: str) -> Inconsistency:
    return Inconsistency(InconsistentPart.ENUM, table, value, why)


def _with_values(table: Table, held: Mapping[str, EnumValues]) -> Table:
    columns = (
        replace(column, type=_of_values(column.type, held[column.name])) if column.name in held else column
        for column in table.columns
    )
    return replace(table, columns=tuple(columns))


def _of_values(type_: DataType, values: EnumValues) -> DataType:
    return replace(type_, base=_of_values(type_.base, values)) if type_.base else replace(type_, enum=values)
