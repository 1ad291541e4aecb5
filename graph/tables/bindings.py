"""What a generated GraphQL field stands for in the catalog, kept in the field's `extensions`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

if TYPE_CHECKING:
    from graphql import GraphQLArgument, GraphQLField, GraphQLInputField

    from domain.tables.aggregates import Function
    from domain.tables.catalog import Column, DataType, Table
    from domain.tables.functions import ComputedField, RootFunction
    from domain.tables.operators import Operator
    from domain.tables.relationships import Relationship
    from domain.tables.writes import Assignment

_KEY: Final = "selfgraph"


class RootKind(Enum):
    """What a root field answers."""

    LIST = "list"
    BY_KEY = "by_key"
    AGGREGATE = "aggregate"
    CONNECTION = "connection"
    GROUP = "group"
    CALLED_LIST = "called_list"
    CALLED_ROW = "called_row"
    CALLED_AGGREGATE = "called_aggregate"


class WriteKind(Enum):
    """What a root field of mutations does."""

    INSERT = "insert"
    INSERT_ONE = "insert_one"
    UPDATE = "update"
    UPDATE_BY_KEY = "update_by_key"
    UPDATE_MANY = "update_many"
    DELETE = "delete"
    DELETE_BY_KEY = "delete_by_key"


class WritePart(Enum):
    """What an argument of a mutation, or a field of its inputs, gives."""

    OBJECTS = "objects"
    OBJECT = "object"
    DATA = "data"
    ON_CONFLICT = "on_conflict"
    CONSTRAINT = "constraint"
    UPDATE_COLUMNS = "update_columns"
    WHERE = "where"
    KEY = "pk_columns"
    VERSION = "if_version"
    UPDATES = "updates"


class ResponseField(Enum):
    """A field of the answer to a mutation."""

    AFFECTED_ROWS = "affected_rows"
    RETURNING = "returning"


class RowField(Enum):
    """A field of a row that is no column."""

    VERSION = "version"


class Logic(Enum):
    """How the predicates below a field belong together."""

    AND = "and"
    OR = "or"
    NOT = "not"


class Part(Enum):
    """A part of what is answered about rows together."""

    AGGREGATE = "aggregate"
    NODES = "nodes"


class GroupPart(Enum):
    """A part of a group, or of an ordering of groups."""

    KEY = "key"
    AGGREGATE = "aggregate"


class ConnectionPart(Enum):
    """A part of a page."""

    EDGES = "edges"
    CURSOR = "cursor"
    NODE = "node"
    NODES = "nodes"
    PAGE_INFO = "page_info"
    TOTAL = "total"


class Test(Enum):
    """A test of a column that compares it with nothing, or with nothing as it is."""

    IS_NULL = "is_null"
    CAST = "cast"


@dataclass(frozen=True, slots=True)
class BoundRoot:
    """A root field over a table; `key` maps the arguments of a BY_KEY field to columns.

    One over the rows that a function returns has the function.
    """

    kind: RootKind
    table: Table
    key: tuple[tuple[str, Column], ...] = ()
    function: RootFunction | None = None


@dataclass(frozen=True, slots=True)
class BoundWrite:
    """A root field that changes a table."""

    kind: WriteKind
    table: Table


@dataclass(frozen=True, slots=True)
class BoundColumn:
    """A column, in a row, a filter or an ordering."""

    column: Column


@dataclass(frozen=True, slots=True)
class BoundDistance:
    """The distance of a column's vector, in a row."""

    column: Column


@dataclass(frozen=True, slots=True)
class BoundCast:
    """A column as a value of another type, in a filter."""

    type: DataType


@dataclass(frozen=True, slots=True)
class BoundRelationship:
    """A relationship and the table it leads to, in a row, a filter or an ordering."""

    relationship: Relationship
    table: Table


@dataclass(frozen=True, slots=True)
class BoundAggregate:
    """The aggregate of an array relationship, in a row, a filter or an ordering."""

    relationship: Relationship
    table: Table


@dataclass(frozen=True, slots=True)
class BoundFunction:
    """An aggregate function, whose fields or arguments are columns."""

    function: Function


@dataclass(frozen=True, slots=True)
class BoundComputed:
    """A computed field, in a row, a filter or an ordering."""

    field: ComputedField


@dataclass(frozen=True, slots=True)
class BoundComputedAggregate:
    """What is computed of the rows that a computed field leads to, in a row."""

    field: ComputedField


@dataclass(frozen=True, slots=True)
class BoundArguments:
    """The argument of a field that holds those of a function."""


@dataclass(frozen=True, slots=True)
class BoundArgument:
    """An argument of a function, by its place."""

    place: int


@dataclass(frozen=True, slots=True)
class ListArguments:
    """How the arguments of a list field are spelled."""

    where: str
    order_by: str
    distinct_on: str
    limit: str
    offset: str


_Reading: TypeAlias = "BoundRoot | BoundColumn | BoundRelationship | BoundAggregate | BoundFunction | RowField"
_Calling: TypeAlias = "BoundComputed | BoundComputedAggregate | BoundArguments | BoundArgument"
_Parts: TypeAlias = "Part | ConnectionPart | GroupPart"
_Testing: TypeAlias = "Logic | Operator | Test | BoundCast | BoundDistance"
_Writing: TypeAlias = "BoundWrite | Assignment | WritePart | ResponseField"
Binding: TypeAlias = "_Reading | _Calling | _Parts | _Testing | _Writing"


def bind(binding: Binding) -> dict[str, Any]:
    """The `extensions` of a field that stands for `binding`."""
    return {_KEY: binding}


def binding_of(field: GraphQLField | GraphQLInputField | GraphQLArgument) -> Binding | None:
    """What the field stands for; None if it is not a generated one."""
    return cast("Binding | None", field.extensions.get(_KEY))
