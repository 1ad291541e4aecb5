"""The comparisons of the dialect, and which columns have which."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from domain.tables.catalog import DataType, TypeKind

if TYPE_CHECKING:
    from collections.abc import Mapping


class Operator(StrEnum):
    """A comparison of a column with a value; the value is its name in a document less the leading underscore."""

    EQ = "eq"
    NEQ = "neq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    NIN = "nin"
    LIKE = "like"
    NLIKE = "nlike"
    ILIKE = "ilike"
    NILIKE = "nilike"
    SIMILAR = "similar"
    NSIMILAR = "nsimilar"
    REGEX = "regex"
    NREGEX = "nregex"
    IREGEX = "iregex"
    NIREGEX = "niregex"
    CONTAINS = "contains"
    CONTAINED_IN = "contained_in"
    OVERLAPS = "overlaps"
    HAS_KEY = "has_key"
    HAS_KEYS_ANY = "has_keys_any"
    HAS_KEYS_ALL = "has_keys_all"
    JSONB_PATH_EXISTS = "jsonb_path_exists"
    JSONB_PATH_MATCH = "jsonb_path_match"
    CONTAINS_ELEMENT = "contains_element"
    STRICTLY_LEFT = "strictly_left"
    STRICTLY_RIGHT = "strictly_right"
    ADJACENT = "adjacent"
    SEARCH = "search"
    ANCESTOR = "ancestor"
    ANCESTOR_ANY = "ancestor_any"
    DESCENDANT = "descendant"
    DESCENDANT_ANY = "descendant_any"
    MATCHES = "matches"
    MATCHES_ANY = "matches_any"
    MATCHES_FULLTEXT = "matches_fulltext"


class OperandKind(StrEnum):
    """What an operator is given: a value of the column's type or of another one, or a list of such values."""

    SAME = "same"
    SAME_LIST = "same_list"
    TEXT = "text"
    TEXT_LIST = "text_list"
    JSON_PATH = "json_path"
    ELEMENT = "element"
    """A value that a range may hold."""
    LABEL_PATTERN = "label_pattern"
    """A pattern of ltree's, an lquery."""
    LABEL_PATTERN_LIST = "label_pattern_list"
    LABEL_SEARCH = "label_search"
    """A search of ltree's, an ltxtquery."""


EQUALITY: Final = (Operator.EQ, Operator.NEQ, Operator.IN, Operator.NIN)
ORDERING: Final = (Operator.GT, Operator.GTE, Operator.LT, Operator.LTE)
PATTERNS: Final = (
    Operator.LIKE,
    Operator.NLIKE,
    Operator.ILIKE,
    Operator.NILIKE,
    Operator.SIMILAR,
    Operator.NSIMILAR,
    Operator.REGEX,
    Operator.NREGEX,
    Operator.IREGEX,
    Operator.NIREGEX,
)
CONTAINMENT: Final = (Operator.CONTAINS, Operator.CONTAINED_IN)
KEYS: Final = (Operator.HAS_KEY, Operator.HAS_KEYS_ANY, Operator.HAS_KEYS_ALL)
JSON_PATHS: Final = (Operator.JSONB_PATH_EXISTS, Operator.JSONB_PATH_MATCH)
PLACES: Final = (Operator.OVERLAPS, Operator.STRICTLY_LEFT, Operator.STRICTLY_RIGHT, Operator.ADJACENT)
RANGES: Final = (*CONTAINMENT, Operator.CONTAINS_ELEMENT, *PLACES)
LABELS: Final = (
    Operator.ANCESTOR,
    Operator.ANCESTOR_ANY,
    Operator.DESCENDANT,
    Operator.DESCENDANT_ANY,
    Operator.MATCHES,
    Operator.MATCHES_ANY,
    Operator.MATCHES_FULLTEXT,
)
"""Of ltree, whose values are paths of labels."""

TEXT_TYPES: Final = frozenset({"text", "varchar", "bpchar", "name", "char", "citext"})
# Types whose order has operators of other names.
_EQUAL_OR_NOT: Final = frozenset({"hstore"})
# What types have beside equality and order.
_FURTHER: Final[Mapping[str, tuple[Operator, ...]]] = {
    **dict.fromkeys(TEXT_TYPES, (*PATTERNS, Operator.SEARCH)),
    "jsonb": (*CONTAINMENT, *KEYS, *JSON_PATHS),
    "tsvector": (Operator.SEARCH,),
    "ltree": LABELS,
}


def operators_of(type_: DataType) -> tuple[Operator, ...]:
    """The operators that a column of this type is offered, in the order of the schema."""
    bare = type_.bare
    match bare.kind:
        case TypeKind.ARRAY:
            comparable = bare.element is None or bool(operators_of(bare.element))
            whole = (Operator.EQ, Operator.NEQ, *ORDERING, *CONTAINMENT, Operator.OVERLAPS)
            return whole if comparable else ()
        case TypeKind.COMPOSITE | TypeKind.PSEUDO:
            return ()
        case TypeKind.RANGE | TypeKind.MULTIRANGE:
            further = RANGES if bare.subtype else (*CONTAINMENT, *PLACES)
            return (*EQUALITY, *ORDERING, *further)
        case TypeKind.BASE if not bare.sortable:
            return ()
        case TypeKind.BASE:
            return (
                EQUALITY
                if bare.enum or bare.name in _EQUAL_OR_NOT
                else (*EQUALITY, *ORDERING, *_FURTHER.get(bare.name, ()))
            )
        case _:
            return (*EQUALITY, *ORDERING)


_OPERANDS: Final[Mapping[Operator, OperandKind]] = {
    Operator.IN: OperandKind.SAME_LIST,
    Operator.NIN: OperandKind.SAME_LIST,
    **dict.fromkeys(PATTERNS, OperandKind.TEXT),
    Operator.SEARCH: OperandKind.TEXT,
    Operator.HAS_KEY: OperandKind.TEXT,
    Operator.HAS_KEYS_ANY: OperandKind.TEXT_LIST,
    Operator.HAS_KEYS_ALL: OperandKind.TEXT_LIST,
    **dict.fromkeys(JSON_PATHS, OperandKind.JSON_PATH),
    Operator.CONTAINS_ELEMENT: OperandKind.ELEMENT,
    Operator.ANCESTOR_ANY: OperandKind.SAME_LIST,
    Operator.DESCENDANT_ANY: OperandKind.SAME_LIST,
    Operator.MATCHES: OperandKind.LABEL_PATTERN,
    Operator.MATCHES_ANY: OperandKind.LABEL_PATTERN_LIST,
    Operator.MATCHES_FULLTEXT: OperandKind.LABEL_SEARCH,
}
_LISTS: Final = frozenset({OperandKind.SAME_LIST, OperandKind.TEXT_LIST, OperandKind.LABEL_PATTERN_LIST})


def operand_of(operator: Operator) -> OperandKind:
    """What the operator is compared with."""
    return _OPERANDS.get(operator, OperandKind.SAME)


def takes_list(operator: Operator) -> bool:
    """Whether the operator is given a list of values of its operand's type."""
    return operand_of(operator) in _LISTS


def operand_type(operator: Operator, type_: DataType) -> DataType:
    """The PostgreSQL type of what a value of the type is compared with, or of each one where it is a list."""
    own, kind = type_.bare, operand_of(operator)
    if kind in _EXTENSION_OPERANDS:
        return DataType(own.schema, _EXTENSION_OPERANDS[kind], TypeKind.BASE)
    match kind:
        case OperandKind.TEXT if own.name == "citext" and operator in PATTERNS:
            return own  # letters of a text would have a case
        case OperandKind.TEXT | OperandKind.TEXT_LIST:
            return TEXT
        case OperandKind.JSON_PATH:
            return JSONPATH
        case OperandKind.ELEMENT:
            return own.subtype or own
        case _:
            return own


TEXT: Final = DataType("pg_catalog", "text", TypeKind.BASE)
JSONPATH: Final = DataType("pg_catalog", "jsonpath", TypeKind.BASE)
# Types that stand in the schema of the column's type.
_EXTENSION_OPERANDS: Final[Mapping[OperandKind, str]] = {
    OperandKind.LABEL_PATTERN: "lquery",
    OperandKind.LABEL_PATTERN_LIST: "lquery",
    OperandKind.LABEL_SEARCH: "ltxtquery",
}


class Direction(StrEnum):
    """How an ordering goes and where NULLs stand; plain `asc` has them last, plain `desc` first, as PostgreSQL does."""

    ASC = "asc"
    ASC_NULLS_FIRST = "asc_nulls_first"
    ASC_NULLS_LAST = "asc_nulls_last"
    DESC = "desc"
    DESC_NULLS_FIRST = "desc_nulls_first"
    DESC_NULLS_LAST = "desc_nulls_last"
