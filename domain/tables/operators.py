"""The comparisons of the dialect, and which columns have which."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from domain.tables.catalog import TypeKind

if TYPE_CHECKING:
    from domain.tables.catalog import DataType


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


class OperandKind(StrEnum):
    """What an operator is given: a value of the column's type, a list of them, a text or a list of texts."""

    SAME = "same"
    SAME_LIST = "same_list"
    TEXT = "text"
    TEXT_LIST = "text_list"


LISTS: Final = frozenset({Operator.IN, Operator.NIN})
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

TEXT_TYPES: Final = frozenset({"text", "varchar", "bpchar", "name", "char", "citext"})
# Types without an equality operator: only NULL tests are offered.
INCOMPARABLE_TYPES: Final = frozenset(
    {
        "json",
        "jsonpath",
        "xml",
        "point",
        "polygon",
        "path",
        "refcursor",
        "txid_snapshot",
        "pg_snapshot",
        "pg_node_tree",
        "pg_ndistinct",
        "pg_dependencies",
        "pg_mcv_list",
        "pg_brin_bloom_summary",
        "pg_brin_minmax_multi_summary",
        "gtsvector",
        "int2vector",
        "oidvector",
    }
)
# Types that are equal or not, but have no order worth offering.
UNORDERED_TYPES: Final = frozenset({"jsonb", "bool", "xid", "cid", "box", "circle", "lseg", "line", "aclitem"})


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
        case TypeKind.BASE:
            return _operators_of_base(bare.name)
        case _:
            return (*EQUALITY, *ORDERING)


def _operators_of_base(name: str) -> tuple[Operator, ...]:
    if name in INCOMPARABLE_TYPES:
        return ()
    if name == "jsonb":
        return (*EQUALITY, *CONTAINMENT, *KEYS)
    if name in TEXT_TYPES:
        return (*EQUALITY, *ORDERING, *PATTERNS)
    if name in UNORDERED_TYPES:
        return EQUALITY if name == "bool" else ()
    return (*EQUALITY, *ORDERING)


def operand_of(operator: Operator) -> OperandKind:
    """What the operator is compared with."""
    if operator in LISTS:
        return OperandKind.SAME_LIST
    if operator in PATTERNS or operator is Operator.HAS_KEY:
        return OperandKind.TEXT
    if operator in KEYS:
        return OperandKind.TEXT_LIST
    return OperandKind.SAME


class Direction(StrEnum):
    """How an ordering goes and where NULLs stand; plain `asc` has them last, plain `desc` first, as PostgreSQL does."""

    ASC = "asc"
    ASC_NULLS_FIRST = "asc_nulls_first"
    ASC_NULLS_LAST = "asc_nulls_last"
    DESC = "desc"
    DESC_NULLS_FIRST = "desc_nulls_first"
    DESC_NULLS_LAST = "desc_nulls_last"
