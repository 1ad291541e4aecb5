"""Vectors (pgvector), and how far they are from one another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from domain.tables.catalog import DataType, TypeKind

if TYPE_CHECKING:
    from domain.tables.catalog import Column
    from domain.tables.plan import Parameter

VECTOR_TYPES: Final = frozenset({"vector", "halfvec", "sparsevec"})
_FLOAT8: Final = DataType("pg_catalog", "float8", TypeKind.BASE)


class Metric(StrEnum):
    """What a distance is; the value is its name in a document."""

    L2 = "l2"
    COSINE = "cosine"
    INNER_PRODUCT = "inner_product"
    L1 = "l1"


@dataclass(frozen=True, slots=True)
class Distance:
    """The distance of a vector in a row from one that is given."""

    of: Column
    metric: Metric
    to: Parameter

    @property
    def type(self) -> DataType:
        """A floating-point number of 64 bits."""
        return _FLOAT8

    @property
    def nullable(self) -> bool:
        """Whether it can be NULL."""
        return self.of.nullable


@dataclass(frozen=True, slots=True)
class DistanceOutput:
    """A distance under its response key."""

    key: str
    distance: Distance


def is_vector(type_: DataType) -> bool:
    """Whether values of the type have distances."""
    bare = type_.bare
    return bare.kind is TypeKind.BASE and bare.schema != "pg_catalog" and bare.name in VECTOR_TYPES
