"""What an installation says about its tables, functions and relationships beside what the database itself holds.

Everything is kept as it was given: names are the database's, rules are JSON in the dialect (`rules` reads them). What
does not fit the database, because a table is gone or a column has another name, is no error here: `model` leaves it
out and tells of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.tables.catalog import TableName

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Rule: TypeAlias = "Mapping[str, Json]"
"""A boolean expression of the dialect over the columns of the database; an empty one holds for every row."""


class Action(StrEnum):
    """What a permission allows."""

    SELECT = "select"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Permission:
    """What one role may do with the rows of one table.

    Attributes:
        table: whose rows.
        role: who may.
        action: what may be done.
        columns: which columns are read or given; None: all, those to come too. Nothing for DELETE.
        computed_fields: which computed fields are read (SELECT).
        filter: which rows are read, changed or deleted (SELECT, UPDATE, DELETE); None for INSERT.
        check: what a row must fulfil after it is written (INSERT, UPDATE); None: nothing, for UPDATE the filter only.
        presets: values that written rows get, whatever the caller gives; a text may name a session variable.
        limit: the most rows of one list (SELECT).
        allow_aggregations: whether what is computed of many rows may be read (SELECT).
        backend_only: whether only service keys that ask for it may (INSERT, UPDATE, DELETE).
        comment: a note for people.
        ways: where the relationships of `filter` and `check` led when it was set, as `rule_ways` has it; None: there
            are none, or it is not known.
    """

    table: TableName
    role: str
    action: Action
    columns: tuple[str, ...] | None = ()
    computed_fields: tuple[str, ...] = ()
    filter: Rule | None = None
    check: Rule | None = None
    presets: Mapping[str, Json] = field(default_factory=dict[str, "Json"])
    limit: int | None = None
    allow_aggregations: bool = False
    backend_only: bool = False
    comment: str | None = None
    ways: tuple[str, ...] | None = None


class RootField(StrEnum):
    """A root field of a table that can be given a name of its own."""

    SELECT = "select"
    SELECT_BY_PK = "select_by_pk"
    SELECT_AGGREGATE = "select_aggregate"
    SELECT_CONNECTION = "select_connection"
    SELECT_GROUP = "select_group"
    INSERT = "insert"
    INSERT_ONE = "insert_one"
    UPDATE = "update"
    UPDATE_BY_PK = "update_by_pk"
    UPDATE_MANY = "update_many"
    DELETE = "delete"
    DELETE_BY_PK = "delete_by_pk"


@dataclass(frozen=True, slots=True)
class TableSettings:
    """How one table is served.

    Attributes:
        table: the table or view.
        tracked: whether it is served at all; a table that nothing is said about is.
        is_enum: whether its rows are the values of an enum: the primary key, one text column, holds their names.
        custom_name: what its GraphQL names are made from instead of its own name.
        column_names: GraphQL names by column.
        root_fields: GraphQL names of root fields.
        hidden_relationships: relationships of foreign keys, by their names, that are not served.
    """

    table: TableName
    tracked: bool = True
    is_enum: bool = False
    custom_name: str | None = None
    column_names: Mapping[str, str] = field(default_factory=dict[str, str])
    root_fields: Mapping[RootField, str] = field(default_factory=dict[RootField, str])
    hidden_relationships: tuple[str, ...] = ()


class RelationshipKind(StrEnum):
    """How many rows a relationship leads to."""

    OBJECT = "object"
    """One at most."""
    ARRAY = "array"
    """A list."""


@dataclass(frozen=True, slots=True)
class ByForeignKey:
    """A relationship along a foreign key, which it thereby names.

    Attributes:
        columns: the referencing columns of the foreign key.
        referencing: the table that they are in where it is the other one; None: the relationship's own table.
    """

    columns: tuple[str, ...]
    referencing: TableName | None = None


@dataclass(frozen=True, slots=True)
class ByColumns:
    """A relationship between any columns.

    Attributes:
        target: the table that it leads to.
        columns: pairs of (own column, column of the target) that are equal.
        inserted_after: whether the target of an object relationship is inserted after the row itself.
    """

    target: TableName
    columns: tuple[tuple[str, str], ...]
    inserted_after: bool = False


@dataclass(frozen=True, slots=True)
class RelationshipDefinition:
    """A relationship by hand, or another name for that of a foreign key."""

    table: TableName
    name: str
    kind: RelationshipKind
    using: ByForeignKey | ByColumns
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ComputedFieldDefinition:
    """A function that is a field of each row of a table.

    Attributes:
        table: the table.
        name: of the field, in the spelling of the database.
        function: takes the row.
        table_argument: the argument that gets the row; None: the first one.
        session_argument: the argument of type json or jsonb that gets the session variables; None: none.
        comment: the field's description.
    """

    table: TableName
    name: str
    function: TableName
    table_argument: str | None = None
    session_argument: str | None = None
    comment: str | None = None


class ExposedAs(StrEnum):
    """Where a function is a root field."""

    QUERY = "query"
    MUTATION = "mutation"


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """How one function is served.

    Attributes:
        function: by schema and name.
        tracked: whether it is a root field; one that nothing is said about is if it can be.
        exposed_as: where; None: a query if it changes nothing, else a mutation.
        session_argument: the argument of type json or jsonb that gets the session variables; None: none.
        custom_name: what its root field is named after instead of its own name.
        roles: who may call it; empty: for a query whoever may read the table that it returns, for a mutation nobody.
        comment: the field's description.
    """

    function: TableName
    tracked: bool = True
    exposed_as: ExposedAs | None = None
    session_argument: str | None = None
    custom_name: str | None = None
    roles: frozenset[str] = frozenset()
    comment: str | None = None


@dataclass(frozen=True)
class Metadata:
    """Everything that an installation says about its tables.

    Attributes:
        tables: by name; one that is missing has the defaults of `TableSettings`.
        relationships: by hand.
        computed_fields: by hand; the catalog's own come beside them.
        functions: by name; one that is missing has the defaults of `FunctionSettings`.
        permissions: at most one for each table, role and action.
        inherits: the roles that each role inherits directly; one that inherits none may be missing.
        version: another one whenever anything of it is another one.
    """

    tables: Mapping[TableName, TableSettings] = field(default_factory=dict["TableName", TableSettings])
    relationships: tuple[RelationshipDefinition, ...] = ()
    computed_fields: tuple[ComputedFieldDefinition, ...] = ()
    functions: Mapping[TableName, FunctionSettings] = field(default_factory=dict["TableName", FunctionSettings])
    permissions: tuple[Permission, ...] = ()
    inherits: Mapping[str, frozenset[str]] = field(default_factory=dict[str, "frozenset[str]"])
    version: str = ""

    @cached_property
    def permissions_of(self) -> Mapping[TableName, tuple[Permission, ...]]:
        """The permissions by table."""
        return _by_table(self.permissions)

    @cached_property
    def relationships_of(self) -> Mapping[TableName, tuple[RelationshipDefinition, ...]]:
        """The relationships by hand, by the table that has them."""
        return _by_table(self.relationships)

    @cached_property
    def permission_by_key(self) -> Mapping[tuple[TableName, str, Action], Permission]:
        """The permissions by table, role and action."""
        return {(each.table, each.role, each.action): each for each in self.permissions}


_OfTable = TypeVar("_OfTable", Permission, RelationshipDefinition)


def _by_table(said: Iterable[_OfTable]) -> dict[TableName, tuple[_OfTable, ...]]:
    found: dict[TableName, list[_OfTable]] = {}
    for each in said:
        found.setdefault(each.table, []).append(each)
    return {table: tuple(of_table) for table, of_table in found.items()}


NO_METADATA = Metadata()
