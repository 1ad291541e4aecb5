"""Distances of vectors: orderings by them and fields of rows, and the plan stage of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLFloat,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNonNull,
)

from domain.tables.operators import Direction
from domain.tables.plan import OrderTerm
from domain.tables.vectors import Distance, DistanceOutput, Metric
from graph.tables.bindings import BoundColumn, BoundDistance, bind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.tables.catalog import Column, DataType, Table
    from domain.tables.relationships import Relationship
    from graph.tables.columns import ColumnType, ColumnTypes
    from graph.tables.lower import Lowering
    from graph.tables.naming import Naming
    from graph.tables.selection import Selected
    from graph.tables.shapes import Tree

    Path = tuple[str | int, ...]

_TO: Final = "to"
_METRIC: Final = "metric"
_DIRECTION: Final = "direction"
_METRICS: Final = {
    Metric.L2: "The length of the way between them.",
    Metric.COSINE: "1 less the cosine of the angle between them.",
    Metric.INNER_PRODUCT: "The negative of their inner product.",
    Metric.L1: "The sum of the differences of their numbers.",
}
_WHICH: Final = "What the distance is; L2 if absent."


class VectorInputs:
    """Makes the types about distances, each once, on first use."""

    def __init__(self, columns: ColumnTypes, naming: Naming, direction: GraphQLEnumType) -> None:
        self._columns = columns
        self._naming = naming
        self._direction = direction
        self._metric: GraphQLEnumType | None = None
        self._orderings: dict[str, GraphQLInputObjectType] = {}

    def ordering_field(self, column: Column) -> GraphQLInputField:
        """A column of vectors in an ordering."""
        return GraphQLInputField(
            self._ordering(column.type), description="By a distance.", extensions=bind(BoundColumn(column))
        )

    def row_field(self, column: Column) -> GraphQLField:
        """The distance of a column's vector, in a row."""
        return GraphQLField(
            GraphQLFloat,
            {
                _TO: GraphQLArgument(GraphQLNonNull(self._columns.of(column.type)), description="From which vector."),
                _METRIC: GraphQLArgument(self.metric, description=_WHICH),
            },
            description=f"How far `{column.name}` is from a vector.",
            extensions=bind(BoundDistance(column)),
        )

    @property
    def metric(self) -> GraphQLEnumType:
        """What a distance can be."""
        if self._metric is None:
            self._metric = GraphQLEnumType(
                metric_name(self._columns, self._naming),
                {
                    self._naming.enum_value(metric.value): GraphQLEnumValue(metric, description=description)
                    for metric, description in _METRICS.items()
                },
                description="What the distance of two vectors is.",
            )
        return self._metric

    def _ordering(self, type_: DataType) -> GraphQLInputObjectType:
        value = self._columns.of(type_)
        key = str(value)
        if key not in self._orderings:
            distance = GraphQLInputObjectType(
                distance_name(value, self._columns, self._naming),
                {
                    _TO: GraphQLInputField(GraphQLNonNull(value), description="From which vector."),
                    _METRIC: GraphQLInputField(self.metric, description=_WHICH),
                    _DIRECTION: GraphQLInputField(self._direction, description="The nearest first if absent."),
                },
                description="An ordering by the distance from a vector.",
            )
            self._orderings[key] = GraphQLInputObjectType(
                ordering_name(value, self._columns, self._naming),
                {self._naming.operator("distance"): GraphQLInputField(distance, description="By the distance.")},
                description=f"An ordering by a column of type {value}.",
            )
        return self._orderings[key]


def metric_name(columns: ColumnTypes, naming: Naming) -> str:
    """The name of the enum of distances."""
    return columns.claim(naming.type("vector_metric"), "vector metric")


def distance_name(value: ColumnType, columns: ColumnTypes, naming: Naming) -> str:
    """The name of the orderings by a distance from a vector of this type."""
    return columns.claim(naming.type(str(value), "distance_order_by"), f"{value} distance")


def ordering_name(value: ColumnType, columns: ColumnTypes, naming: Naming) -> str:
    """The name of the orderings by a column of this type."""
    return columns.claim(naming.type(str(value), "order_by"), f"{value} ordering")


def lower_distance(lowering: Lowering, selected: Selected, column: Column, path: Path) -> DistanceOutput:
    """The distance that a field of a row asks for."""
    return DistanceOutput(selected.key, _distance(lowering, column, selected.arguments, path))


def lower_distance_terms(
    lowering: Lowering,
    column: Column,
    tree: Tree,
    through: tuple[tuple[Relationship, Table], ...],
    path: Path,
) -> Iterator[OrderTerm]:
    """The terms of an ordering by distances; none where nothing is given."""
    for name, given in cast("Mapping[str, Tree]", tree).items():
        if given is not None:
            distance = _distance(lowering, column, given, (*path, name))
            direction = given.get(_DIRECTION) or Direction.ASC
            yield OrderTerm(distance, cast("Direction", direction), through)


def _distance(lowering: Lowering, column: Column, given: Mapping[str, Any], path: Path) -> Distance:
    metric = given.get(_METRIC) or Metric.L2
    return Distance(column, cast("Metric", metric), lowering.parameter(given[_TO], column.type.bare, (*path, _TO)))
