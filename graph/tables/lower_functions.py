"""The plan stage of fields that call functions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from domain.errors import InvalidInputError
from domain.tables.aggregates import AggregationOutput, AggregationRoot
from domain.tables.calls import Call, CalledOutput, ComputedOutput, Given
from domain.tables.functions import ComputedField, call_about, computed_column
from domain.tables.plan import ByKeyRoot, Exists, ListRoot, Rows, WholeSession
from graph.tables.bindings import BoundArgument, BoundArguments, BoundComputedAggregate, RootKind, binding_of
from graph.tables.lower_aggregates import lower_aggregation
from graph.tables.wrapping import bare, type_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLField, GraphQLInputObjectType

    from domain.tables.calls import Argument
    from domain.tables.functions import RootFunction
    from domain.tables.plan import Output, Predicate, Root
    from graph.tables.bindings import BoundComputed, BoundRoot
    from graph.tables.lower import Lowering
    from graph.tables.selection import Selected
    from graph.tables.shapes import Tree
    from graph.tables.wrapping import InputType

    Path = tuple[str | int, ...]


def lower_called_root(lowering: Lowering, selected: Selected, bound: BoundRoot, function: RootFunction) -> Root:
    """A root field that is about the rows that a function returns."""
    path, table = (selected.key,), bound.table
    call = lower_call(lowering, selected, function, path)
    match bound.kind:
        case RootKind.CALLED_ROW:
            return ByKeyRoot(selected.key, Rows(table, lowering.outputs(selected.below, path), call=call))
        case RootKind.CALLED_LIST:
            rows = lowering.rows(selected, table, path, lowering.outputs(selected.below, path))
            return ListRoot(selected.key, replace(rows, call=call))
        case RootKind.CALLED_AGGREGATE:
            aggregation = lower_aggregation(lowering, selected, table, path)
            return AggregationRoot(selected.key, replace(aggregation, rows=replace(aggregation.rows, call=call)))
        case _:
            raise AssertionError(f"a function is no field of the kind {bound.kind}")


def lower_computed(
    lowering: Lowering, selected: Selected, bound: BoundComputed | BoundComputedAggregate, path: Path
) -> Output:
    """A computed field of a row, or what is computed of the rows that it leads to."""
    field = bound.field
    call = lower_call(lowering, selected, field, path)
    if field.returns is None:
        return ComputedOutput(selected.key, computed_column(field, call))
    if isinstance(bound, BoundComputedAggregate):
        aggregation = lower_aggregation(lowering, selected, field.returns, path)
        aggregation = replace(aggregation, rows=replace(aggregation.rows, call=call))
        return AggregationOutput(selected.key, None, aggregation)
    output = lowering.outputs(selected.below, path)
    if not field.function.returns_set:
        return CalledOutput(selected.key, Rows(field.returns, output, call=call))
    return CalledOutput(selected.key, replace(lowering.rows(selected, field.returns, path, output), call=call))


def lower_computed_tests(
    lowering: Lowering, field: ComputedField, tree: Tree, type_: InputType, path: Path
) -> Predicate:
    """What a filter asks of a computed field: of its value, or of one of the rows that it leads to."""
    if field.returns is None:
        return lowering.tests(computed_column(field), tree, type_, path)
    return Exists(None, field.returns, lowering.predicate(tree, type_, path), call_about(field))


def lower_call(lowering: Lowering, selected: Selected, of: RootFunction | ComputedField, path: Path) -> Call:
    """The call with the arguments that the field is given.

    Raises:
        InvalidInputError: one is missing that has no default.
    """
    arguments: list[Argument] = [Given.DEFAULT] * len(of.function.arguments)
    if of.session_argument is not None:
        arguments[of.session_argument] = WholeSession(of.function.arguments[of.session_argument].type)
    if isinstance(of, ComputedField):
        arguments[of.row_argument] = Given.ROW
    names: dict[int, str] = {}
    for name, argument in cast("GraphQLField", selected.field).args.items():
        if isinstance(binding_of(argument), BoundArguments):
            path = (*path, name)
            fields = cast("GraphQLInputObjectType", bare(type_of(argument))).fields
            names = {cast("BoundArgument", binding_of(field)).place: each for each, field in fields.items()}
            given = cast("Mapping[str, Tree]", selected.arguments.get(name) or {})
            for place, each in names.items():
                if each in given:
                    type_ = of.function.arguments[place].type
                    arguments[place] = lowering.argument(given[each], type_, (*path, each))
    _check(of, arguments, names, path)
    return Call(of.function, tuple(arguments), of.table if isinstance(of, ComputedField) else None)


def _check(of: RootFunction | ComputedField, arguments: list[Argument], names: Mapping[int, str], path: Path) -> None:
    skipped = ""
    for place, _, argument in of.given:
        if arguments[place] is Given.DEFAULT:
            if not argument.has_default:
                raise InvalidInputError(f"The argument {names[place]} must be given; it may be null.", path)
            skipped = names[place]
        elif skipped and not argument.name:
            raise InvalidInputError(f"Behind {names[place]}, {skipped} must be given too.", path)
