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
    MeasureTerm,
    MeasureTest,
    NodesOutput,
    can_be_told_apart,
    value_column,
)
from domain.tables.operators import Direction
from domain.tables.plan import EVERYTHING, And, ConstantOutput, OrderTerm
from graph.tables.bindings import BoundColumn, BoundFunction, Part, binding_of
from graph.tables.wrapping import bare, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from graphql import GraphQLInputField, GraphQLInputObjectType

    from domain.tables.aggregates import AggregateOutput
    from domain.tables.catalog import Column, Table
    from domain.tables.plan import Predicate
    from domain.tables.relationships import Relationship
    from graph.tables.bindings import BoundAggregate
    from graph.tables.lower import Lowering
    from graph.tables.selection import Selected
    from graph.tables.shapes import Tree
    from graph.tables.wrapping import InputType

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


def lower_measure_tests(
    lowering: Lowering, bound: BoundAggregate, tree: Tree, type_: InputType, path: Path
) -> Predicate:
    """What a filter asks of the rows that an array relationship leads to, together."""
    tests: list[Predicate] = []
    for name, value in _members(tree, path).items():
        field = cast("GraphQLInputObjectType", bare(type_)).fields[name]
        tests.append(_measure_test(lowering, bound, field, _members(value, (*path, name)), (*path, name)))
    return tests[0] if len(tests) == 1 else And(tuple(tests))


def _measure_test(
    lowering: Lowering, bound: BoundAggregate, field: GraphQLInputField, given: Mapping[str, Tree], path: Path
) -> MeasureTest:
    fields = cast("GraphQLInputObjectType", bare(type_of(field))).fields
    function = cast("BoundFunction", binding_of(field)).function
    distinct, where = given.get("distinct") is True, given.get("filter")
    columns = columns_of(given.get("arguments"), bound.table, (*path, "arguments"), apart=distinct)
    measure = Measure(function, columns, distinct=distinct and bool(columns))
    tested = type_of(fields["predicate"])
    return MeasureTest(
        relationship=bound.relationship,
        table=bound.table,
        measure=measure,
        where=EVERYTHING if where is None else lowering.predicate(where, type_of(fields["filter"]), (*path, "filter")),
        test=lowering.tests(value_column(measure), given["predicate"], tested, (*path, "predicate")),
    )


def lower_measure_terms(
    bound: BoundAggregate, tree: Tree, type_: InputType, through: tuple[tuple[Relationship, Table], ...]
) -> Iterator[MeasureTerm]:
    """The terms of an ordering by what is computed of related rows."""
    for name, value in cast("Mapping[str, Tree]", tree or {}).items():
        field = cast("GraphQLInputObjectType", bare(type_)).fields[name]
        function = cast("BoundFunction", binding_of(field)).function
        for measure, direction in measured_directions(function, value, type_of(field)):
            yield MeasureTerm(bound.relationship, bound.table, measure, direction, through)


def measured_directions(function: Function, tree: Tree, type_: InputType) -> Iterator[tuple[Measure, Direction]]:
    """The measures of one function and the direction of each; those without one are left out."""
    if tree is None:
        return
    if function is Function.COUNT:
        yield Measure(Function.COUNT), cast("Direction", tree)
        return
    fields = cast("GraphQLInputObjectType", bare(type_)).fields
    for name, direction in cast("Mapping[str, Tree]", tree).items():
        if direction is not None:
            column = cast("BoundColumn", binding_of(fields[name])).column
            yield Measure(function, (column,)), cast("Direction", direction)


def _members(tree: Tree, path: Path) -> Mapping[str, Tree]:
    if tree is None:
        raise InvalidInputError("null is not accepted here; leave the field out.", path)
    return cast("Mapping[str, Tree]", tree)


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
    order_by: tuple[OrderTerm | MeasureTerm, ...], distinct_on: tuple[Column, ...], path: Path
) -> tuple[OrderTerm | MeasureTerm, ...]:
    """The ordering of a list whose rows are told apart by columns: by these first, as PostgreSQL needs it.

    Raises:
        InvalidInputError: the ordering begins with something else.
    """
    if not order_by:
        return tuple(OrderTerm(column, Direction.ASC) for column in distinct_on)
    begin = order_by[: len(distinct_on)]
    first = {term.own for term in begin if isinstance(term, OrderTerm)}
    if first != {column.name for column in distinct_on}:
        raise InvalidInputError("The ordering must begin with the fields named in distinctOn.", path)
    return order_by
