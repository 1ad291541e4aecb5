"""Computed fields in filters and orderings: those that need no arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLInputField

from domain.tables.aggregates import can_be_told_apart
from domain.tables.functions import computed_column
from graph.tables.bindings import BoundComputed, bind

if TYPE_CHECKING:
    from graph.tables.inputs import TableInputs
    from graph.tables.visible import VisibleTable


def computed_filters(seen: VisibleTable, inputs: TableInputs) -> dict[str, GraphQLInputField]:
    """The tests of values, and of rows that functions return of the row."""
    return {
        name: GraphQLInputField(
            inputs.filter(field.returns.name) if field.returns else inputs.comparison(field.function.returns),
            description="A row of these fulfils this." if field.returns else None,
            extensions=bind(BoundComputed(field)),
        )
        for name, field in seen.computed.items()
        if not field.needs_arguments
    }


def computed_orderings(seen: VisibleTable, inputs: TableInputs) -> dict[str, GraphQLInputField]:
    """The directions of values that have an order."""
    return {
        name: GraphQLInputField(inputs.direction, extensions=bind(BoundComputed(field)))
        for name, field in seen.computed.items()
        if field.returns is None and not field.needs_arguments and can_be_told_apart(computed_column(field))
    }
