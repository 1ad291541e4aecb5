"""What a database holds, as frozen values; the hash of the whole is its version."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class TableKind(StrEnum):
    """The kinds of relation that are served."""

    TABLE = "table"
    PARTITIONED_TABLE = "partitioned_table"
    FOREIGN_TABLE = "foreign_table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized_view"


class TypeKind(StrEnum):
    """The kinds of PostgreSQL type, after `pg_type.typtype`; an array is told apart here."""

    BASE = "base"
    ENUM = "enum"
    DOMAIN = "domain"
    COMPOSITE = "composite"
    RANGE = "range"
    MULTIRANGE = "multirange"
    PSEUDO = "pseudo"
    ARRAY = "array"


class Volatility(StrEnum):
    """What a function may do, after `pg_proc.provolatile`."""

    IMMUTABLE = "immutable"
    STABLE = "stable"
    VOLATILE = "volatile"


class TableName(NamedTuple):
    """A relation's schema and name, as PostgreSQL spells them.

    A tuple, because it is a key of mappings everywhere: a dataclass is hashed and compared by functions in Python.
    """

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class EnumValues:
    """The values of a table that is an enum, each with its description, in their order."""

    table: TableName
    values: tuple[tuple[str, str | None], ...] = field(hash=False)


@dataclass(frozen=True, slots=True)
class DataType:
    """A PostgreSQL type.

    Attributes:
        schema: schema of the type.
        name: its name in `pg_type` (`int4`, `_text`, `mood`).
        kind: what it is.
        base: for a domain, the type under all its layers.
        element: for an array, the type of its elements.
        labels: for an enum, its labels in their order.
        enum: for a text that refers to a table of values, those values.
        subtype: for a range or a multirange, the type of the values between its bounds.
        sortable: whether its values are equal or not, and have an order.
        enum: for a text that refers to a table of values, those values.
    """

    schema: str
    name: str
    kind: TypeKind
    base: DataType | None = None
    element: DataType | None = None
    labels: tuple[str, ...] = ()
    subtype: DataType | None = None
    sortable: bool = True
    enum: EnumValues | None = None

    @property
    def bare(self) -> DataType:
        """The type that values are compared as: a domain's base, else itself."""
        return self.base or self


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `default` is its expression, `declared` its type with length and precision as DDL writes it.

    A `read_only` one is not given a value: a generated column, an identity that is always made by the database, or an
    expression of a view.
    """

    name: str
    type: DataType
    declared: str
    nullable: bool
    default: str | None = None
    generated: bool = False
    identity: bool = False
    comment: str | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key or a unique constraint: its name and its columns in order.

    One that is `deferrable` may be broken until the end of a transaction, and cannot settle a conflict.
    """

    name: str
    columns: tuple[str, ...]
    deferrable: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key; `columns` and `referenced_columns` belong together pairwise."""

    name: str
    columns: tuple[str, ...]
    referenced: TableName
    referenced_columns: tuple[str, ...]
    validated: bool = True


@dataclass(frozen=True, slots=True)
class Index:
    """An index; `definition` is its CREATE INDEX text."""

    name: str
    unique: bool
    method: str
    definition: str


@dataclass(frozen=True)
class Table:
    """A table, view or materialised view.

    Attributes:
        rules: what else rows can break: checks, exclusions and unique indexes, with the columns they look at.
        insertable, updatable, deletable: whether PostgreSQL takes such changes of its rows, as of a simple view's.
    """

    name: TableName
    kind: TableKind
    columns: tuple[Column, ...]
    comment: str | None = None
    primary_key: Key | None = None
    unique_keys: tuple[Key, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    rules: tuple[Key, ...] = ()
    insertable: bool = True
    updatable: bool = True
    deletable: bool = True

    @property
    def versioned(self) -> bool:
        """Whether each row carries the transaction that wrote it."""
        return self.kind in {TableKind.TABLE, TableKind.PARTITIONED_TABLE}

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    @cached_property
    def types(self) -> tuple[DataType, ...]:
        """The types of the columns, each once."""
        return tuple(dict.fromkeys(column.type for column in self.columns))

    @cached_property
    def row_key(self) -> tuple[str, ...]:
        """Columns that tell every row apart: the primary key, else a unique key without NULLs, else none."""
        if self.primary_key:
            return self.primary_key.columns
        for key in self.unique_keys:
            if not any(self.by_name[name].nullable for name in key.columns):
                return key.columns
        return ()


@dataclass(frozen=True, slots=True)
class FunctionArgument:
    """One input argument of a function.

    Attributes:
        name: empty where it has none.
        type: what it takes.
        has_default: whether it may be left out.
        row: the table that it takes a row of; None: it takes something else, or the table is not served.
    """

    name: str
    type: DataType
    has_default: bool
    row: TableName | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function of an exposed schema that may be called (procedures, aggregates and window functions are left out).

    Attributes:
        name: which others may have too.
        arguments: those that are given to it.
        returns: what it answers.
        returns_table: the table that it answers rows of; None: something else, or the table is not served.
        returns_set: whether it answers any number of them.
        volatility: what it may do.
        comment: a note for people.
        variadic: whether its last argument takes any number of values.
        overloaded: whether anything else that can be called in the same schema has its name, of whatever kind.
    """

    name: TableName
    arguments: tuple[FunctionArgument, ...]
    returns: DataType
    returns_table: TableName | None
    returns_set: bool
    volatility: Volatility
    comment: str | None = None
    variadic: bool = False
    overloaded: bool = False


@dataclass(frozen=True)
class Catalog:
    """Everything that is served of one database.

    `version` is a SHA-256 over the whole, so that two catalogs are equal if their versions are.
    """

    version: str
    tables: tuple[Table, ...]
    functions: tuple[Function, ...] = field(default=())

    @cached_property
    def by_name(self) -> Mapping[TableName, Table]:
        """The tables by schema and name."""
        return {table.name: table for table in self.tables}
