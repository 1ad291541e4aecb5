"""The plan stage of groups."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from domain.errors import InvalidInputError
from domain.tables.aggregates import Function, Measure, measure_type
from domain.tables.catalog import Column
from domain.tables.groups import Groups, GroupValue, KeyOutput
from domain.tables.operators import Direction
from domain.tables.plan import EVERYTHING, And, ColumnOutput, ConstantOutput, Not, Or, OrderTerm
from graph.tables.bindings import BoundColumn, BoundFunction, GroupPart, Logic, binding_of
from graph.tables.lower_aggregates import columns_of, count_of, lower_measures, measured_directions
from graph.tables.wrapping import bare, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import GraphQLField, GraphQLInputField, GraphQLInputObjectType

    from domain.tables.aggregates import MeasuresOutput
    from domain.tables.catalog import Table
    from domain.tables.plan import Predicate
    from graph.tables.lower import Lowering
    from graph.tables.selection import Selected
    from graph.tables.shapes import Tree
    from graph.tables.wrapping import InputType

    Path = tuple[str | int, ...]


def lower_groups(lowering: Lowering, selected: Selected, table: Table, path: Path) -> Groups:
    """The groups that the arguments of the field ask for."""
    return _GroupLowering(lowering, selected, table, path).groups()


class _GroupLowering:
    def __init__(self, lowering: Lowering, selected: Selected, table: Table, path: Path) -> None:
        self._lowering = lowering
        self._selected = selected
        self._table = table
        self._path = path
        self._by = columns_of(selected.arguments.get("by"), table, (*path, "by"))
        self._values: dict[Column | Measure, GroupValue] = {}

    def groups(self) -> Groups:
        rows = self._lowering.rows(self._selected, self._table, self._path)
        output = tuple(self._member(below, (*self._path, below.key)) for below in self._selected.below)
        arguments = cast("GraphQLField", self._selected.field).args
        having = self._selected.arguments.get("having")
        condition = (
            EVERYTHING
            if having is None
            else self._having(having, type_of(arguments["having"]), (*self._path, "having"))
        )
        given = [*self._order_by()]
        named = {term.own for term in given}
        rest = (OrderTerm(self._value(column), Direction.ASC) for column in self._by)
        order_by = (*given, *(term for term in rest if term.own not in named))
        return Groups(
            rows=replace(rows, order_by=(), limit=None, offset=None),
            by=self._by,
            output=output,
            values=tuple(self._values.values()),
            having=condition,
            order_by=order_by,
            limit=rows.limit,
            offset=rows.offset,
        )

    # --- output --------------------------------------------------------------------------------------------------

    def _member(self, selected: Selected, path: Path) -> KeyOutput | MeasuresOutput | ConstantOutput:
        if selected.field is None:
            return ConstantOutput(selected.key, selected.type_name)
        if binding_of(selected.field) is GroupPart.KEY:
            return KeyOutput(
                selected.key, tuple(self._key_output(below, (*path, below.key)) for below in selected.below)
            )
        return lower_measures(selected, self._table, path)

    def _key_output(self, selected: Selected, path: Path) -> ColumnOutput | ConstantOutput:
        if selected.field is None:
            return ConstantOutput(selected.key, selected.type_name)
        return ColumnOutput(selected.key, self._grouped(selected.field, path))

    def _grouped(self, field: GraphQLField | GraphQLInputField, path: Path) -> Column:
        """A column that groups are made by.

        Raises:
            InvalidInputError: they are made without it.
        """
        column = cast("BoundColumn", binding_of(field)).column
        if column not in self._by:
            raise InvalidInputError("A group has one value only of what it is made by; name it in by.", path)
        return column

    # --- choice and order ----------------------------------------------------------------------------------------

    def _value(self, of: Column | Measure) -> Column:
        if of not in self._values:
            type_ = measure_type(of) if isinstance(of, Measure) else of.type
            column = Column(f"v{len(self._values)}", type_, type_.name, nullable=True)
            self._values[of] = GroupValue(column, of)
        return self._values[of].column

    def _having(self, tree: Tree, type_: InputType, path: Path) -> Predicate:
        fields = cast("GraphQLInputObjectType", bare(type_)).fields
        terms = [self._term(fields[name], value, (*path, name)) for name, value in _members(tree, path).items()]
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _term(self, field: GraphQLInputField, tree: Tree, path: Path) -> Predicate:
        type_ = type_of(field)
        match binding_of(field):
            case Logic.NOT:
                return Not(self._having(tree, type_, path))
            case Logic.AND:
                return And(tuple(self._each_having(tree, type_, path)))
            case Logic.OR:
                return Or(tuple(self._each_having(tree, type_, path)))
            case BoundFunction(Function.COUNT):
                return self._count_test(tree, type_, path)
            case BoundFunction(function):
                return self._column_tests(function, tree, type_, path)
            case other:
                raise AssertionError(f"a field of having is bound to {other!r}")

    def _each_having(self, tree: Tree, type_: InputType, path: Path) -> Iterator[Predicate]:
        items = cast("Sequence[Tree]", tree if isinstance(tree, list) else [tree])
        for index, item in enumerate(items):
            yield self._having(item, type_, (*path, index))

    def _count_test(self, tree: Tree, type_: InputType, path: Path) -> Predicate:
        given = _members(tree, path)
        measure = count_of(given.get, self._table, path)
        tested = type_of(cast("GraphQLInputObjectType", bare(type_)).fields["predicate"])
        return self._lowering.tests(self._value(measure), given["predicate"], tested, (*path, "predicate"))

    def _column_tests(self, function: Function, tree: Tree, type_: InputType, path: Path) -> Predicate:
        fields = cast("GraphQLInputObjectType", bare(type_)).fields
        tests: list[Predicate] = []
        for name, value in _members(tree, path).items():
            column = cast("BoundColumn", binding_of(fields[name])).column
            tested = self._value(Measure(function, (column,)))
            tests.append(self._lowering.tests(tested, value, type_of(fields[name]), (*path, name)))
        return tests[0] if len(tests) == 1 else And(tuple(tests))

    def _order_by(self) -> Iterator[OrderTerm]:
        spelled = self._lowering.spelled.order_by
        tree, path = self._selected.arguments.get(spelled), (*self._path, spelled)
        if tree is None:
            return
        type_ = type_of(cast("GraphQLField", self._selected.field).args[spelled])
        fields = cast("GraphQLInputObjectType", bare(type_)).fields
        for index, item in enumerate(cast("Sequence[Tree]", tree if isinstance(tree, list) else [tree])):
            for name, value in cast("Mapping[str, Tree]", item or {}).items():
                yield from self._order_terms(fields[name], value, (*path, index, name))

    def _order_terms(self, field: GraphQLInputField, tree: Tree, path: Path) -> Iterator[OrderTerm]:
        fields = cast("GraphQLInputObjectType", bare(type_of(field))).fields
        for name, value in cast("Mapping[str, Tree]", tree or {}).items():
            if binding_of(field) is GroupPart.KEY:
                if value is not None:
                    column = self._grouped(fields[name], (*path, name))
                    yield OrderTerm(self._value(column), cast("Direction", value))
                continue
            function = cast("BoundFunction", binding_of(fields[name])).function
            for measure, direction in measured_directions(function, value, type_of(fields[name])):
                yield OrderTerm(self._value(measure), direction)


def _members(tree: Tree, path: Path) -> Mapping[str, Tree]:
    if tree is None:
        raise InvalidInputError("null is not accepted here; leave the field out.", path)
    return cast("Mapping[str, Tree]", tree)
