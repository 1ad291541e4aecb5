"""The plan stage of aggregations, and of what is said by columns' names."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from domain.errors import InvalidInputError
from domain.tables.aggregates import (
    Aggregation,
    Function,
    Measure,
    MeasureOutput,
    MeasuresOutput,
    NodesOutput,
    can_be_told_apart,
)
from domain.tables.operators import Direction
from domain.tables.plan import ConstantOutput, OrderTerm
from graph.tables.bindings import BoundColumn, BoundFunction, Part, binding_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domain.tables.aggregates import AggregateOutput
    from domain.tables.catalog import Column, Table
    from graph.tables.lower import Lowering
    from graph.tables.selection import Selected
    from graph.tables.shapes import Tree

    Path = tuple[str | int, ...]
    CountArguments = Callable[[str], Tree]


def lower_aggregation(lowering: Lowering, selected: Selected, table: Table, path: Path) -> Aggregation:
    """What is computed of the rows that the arguments of the field ask for."""
    rows = lowering.rows(selected, table, path)
    return Aggregation(rows, tuple(_member(lowering, below, table, (*path, below.key)) for below in selected.below))


def _member(
    lowering: Lowering, selected: Selected, table: Table, path: Path
) -> MeasuresOutput | NodesOutput | ConstantOutput:
    if selected.field is None:
        return ConstantOutput(selected.key, selected.type_name)
    if binding_of(selected.field) is Part.NODES:
        return NodesOutput(selected.key, lowering.outputs(selected.below, path))
    return lower_measures(selected, table, path)


def lower_measures(selected: Selected, table: Table, path: Path) -> MeasuresOutput:
    """The measures that are selected of rows of the table."""
    output = tuple(_measured(below, table, (*path, below.key)) for below in selected.below)
    return MeasuresOutput(selected.key, output)


def _measured(selected: Selected, table: Table, path: Path) -> AggregateOutput:
    if selected.field is None:
        return ConstantOutput(selected.key, selected.type_name)
    function = cast("BoundFunction", binding_of(selected.field)).function
    if function is Function.COUNT:
        return MeasureOutput(selected.key, count_of(selected.arguments.get, table, path))
    return MeasuresOutput(selected.key, tuple(_of_columns(function, selected.below)))


def _of_columns(function: Function, below: Iterable[Selected]) -> Iterable[AggregateOutput]:
    for selected in below:
        if selected.field is None:
            yield ConstantOutput(selected.key, selected.type_name)
        else:
            column = cast("BoundColumn", binding_of(selected.field)).column
            yield MeasureOutput(selected.key, Measure(function, (column,)))


def count_of(arguments: CountArguments, table: Table, path: Path) -> Measure:
    """A count of rows, of values or, with `distinct`, of different values."""
    distinct = arguments("distinct") is True
    columns = columns_of(arguments("columns"), table, (*path, "columns"), apart=distinct)
    return Measure(Function.COUNT, columns, distinct=distinct and bool(columns))


def columns_of(tree: Tree, table: Table, path: Path, *, apart: bool = True) -> tuple[Column, ...]:
    """The columns that a list of their names asks for, each once; none for null.

    Raises:
        InvalidInputError: a column's values cannot be told `apart`, and they must be.
    """
    if tree is None:
        return ()
    columns: list[Column] = []
    for index, name in enumerate(cast("list[str]", tree if isinstance(tree, list) else [tree])):
        column = table.by_name[name]
        if apart and not can_be_told_apart(column):
            raise InvalidInputError(f"Values of the type {column.type.name} cannot be compared.", (*path, index))
        if column not in columns:
            columns.append(column)
    return tuple(columns)


def distinctly_ordered(
    order_by: tuple[OrderTerm, ...], distinct_on: tuple[Column, ...], path: Path
) -> tuple[OrderTerm, ...]:
    """The ordering of a list whose rows are told apart by columns: by these first, as PostgreSQL needs it.

    Raises:
        InvalidInputError: the ordering begins with something else.
    """
    if not order_by:
        return tuple(OrderTerm(column, Direction.ASC) for column in distinct_on)
    first = {term.column.name for term in order_by[: len(distinct_on)] if not term.through}
    if first != {column.name for column in distinct_on}:
        raise InvalidInputError("The ordering must begin with the fields named in distinctOn.", path)
    return order_by
