"""The plan stage: a selection over generated fields as a plan, values apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NoReturn, cast

from domain.errors import InvalidInputError, PayloadTooLargeError
from domain.tables.aggregates import AggregationOutput, AggregationRoot
from domain.tables.calls import Given
from domain.tables.catalog import DataType, TypeKind
from domain.tables.connections import ConnectionRoot
from domain.tables.functions import computed_column
from domain.tables.groups import GroupsRoot
from domain.tables.operators import PATTERNS, Direction, Operator, operand_type, takes_list
from domain.tables.plan import (
    EVERYTHING,
    And,
    ByKeyRoot,
    Cast,
    ColumnOutput,
    Comparison,
    ConstantOutput,
    Exists,
    ListOutput,
    ListRoot,
    Not,
    NullTest,
    ObjectOutput,
    Or,
    OrderTerm,
    Parameter,
    Plan,
    Rows,
    VersionOutput,
)
from graph.tables.bindings import (
    BoundAggregate,
    BoundCast,
    BoundColumn,
    BoundComputed,
    BoundComputedAggregate,
    BoundDistance,
    BoundRelationship,
    BoundRoot,
    Logic,
    RootKind,
    RowField,
    Test,
    binding_of,
)
from graph.tables.coercion import MAX_NESTING
from graph.tables.json_paths import lower_json_path
from graph.tables.lower_aggregates import (
    columns_of,
    distinctly_ordered,
    lower_aggregation,
    lower_measure_terms,
    lower_measure_tests,
)
from graph.tables.lower_connections import lower_connection
from graph.tables.lower_functions import lower_called_root, lower_computed, lower_computed_tests
from graph.tables.lower_groups import lower_groups
from graph.tables.scalars import as_text
from graph.tables.shapes import Leaf
from graph.tables.vectors import lower_distance, lower_distance_terms
from graph.tables.wrapping import bare, type_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from graphql import GraphQLField, GraphQLInputField, GraphQLInputObjectType

    from domain.tables.aggregates import MeasureTerm
    from domain.tables.calls import Argument
    from domain.tables.catalog import Table
    from domain.tables.plan import Output, Predicate, Root, Subject
    from domain.tables.relationships import Relationship
    from graph.tables.bindings import ListArguments
    from graph.tables.json_paths import GivenJsonPath
    from graph.tables.lower_connections import GivenCursor
    from graph.tables.selection import Selected
    from graph.tables.shapes import Constants, Tree
    from graph.tables.wrapping import InputType

    Path = tuple[str | int, ...]

COUNT = DataType("pg_catalog", "int8", TypeKind.BASE)


MAX_CONDITIONS: Final = 10_000
"""Objects in all filters of one operation."""


class Lowering:
    """Lowers the root fields of one operation.

    `constants` receives what a selection has as plain values and a statement as parameters: true, an enum's value.
    """

    def __init__(self, arguments: ListArguments, constants: Constants, nulls: Container[int] = ()) -> None:
        """`nulls` are the values of cursors that are NULL."""
        self.spelled = arguments
        self.nulls = nulls
        self.cursors: list[GivenCursor] = []
        """The cursors among the values."""
        self.json_paths: list[GivenJsonPath] = []
        """The paths into JSON among the values."""
        self.pages: set[int] = set()
        """The values that are sizes of pages."""
        self._constants = constants
        self.counts: set[int] = set()
        """The values that are numbers of rows and must not be negative."""
        self._conditions = 0
        self.paths: dict[int, Path] = {}
        """Where in the request each value stands."""

    def plan(self, roots: Iterable[Selected]) -> Plan:
        """The plan of root fields that are all bound to tables.

        Raises:
            InvalidInputError: for a null or a nesting that the dialect does not take; `path` leads to it.
        """
        return Plan(tuple(self._root(root) for root in roots))

    def rows(self, selected: Selected, table: Table, path: Path, output: tuple[Output, ...] = ()) -> Rows:
        """The rows that the arguments of a list field ask for."""
        spelled, given = self.spelled, selected.arguments
        definition = cast("GraphQLField", selected.field)
        filter_type = type_of(definition.args[spelled.where])
        ordering_type = type_of(definition.args[spelled.order_by])
        order_by = tuple(self._order_by(given.get(spelled.order_by), ordering_type, (), (*path, spelled.order_by)))
        distinct_on = columns_of(given.get(spelled.distinct_on), table, (*path, spelled.distinct_on))
        return Rows(
            table=table,
            output=output,
            where=EVERYTHING
            if given.get(spelled.where) is None
            else self.predicate(given[spelled.where], filter_type, (*path, spelled.where)),
            order_by=distinctly_ordered(order_by, distinct_on, (*path, spelled.distinct_on)),
            distinct_on=distinct_on,
            limit=self._count(given.get(spelled.limit), (*path, spelled.limit)),
            offset=self._count(given.get(spelled.offset), (*path, spelled.offset)),
        )

    def _root(self, selected: Selected) -> Root:
        bound = cast("BoundRoot", binding_of(cast("GraphQLField", selected.field)))
        path = (selected.key,)
        if bound.function is not None:
            return lower_called_root(self, selected, bound, bound.function)
        if bound.kind is RootKind.LIST:
            return ListRoot(selected.key, self._rows_of(selected, bound.table, path))
        if bound.kind is RootKind.AGGREGATE:
            return AggregationRoot(selected.key, lower_aggregation(self, selected, bound.table, path))
        if bound.kind is RootKind.CONNECTION:
            return ConnectionRoot(selected.key, lower_connection(self, selected, bound.table, path))
        if bound.kind is RootKind.GROUP:
            return GroupsRoot(selected.key, lower_groups(self, selected, bound.table, path))
        key = tuple(
            Comparison(column, Operator.EQ, self.parameter(selected.arguments[name], column.type.bare, (*path, name)))
            for name, column in bound.key
        )
        return ByKeyRoot(selected.key, Rows(bound.table, self.outputs(selected.below, path), And(key)))

    # --- output --------------------------------------------------------------------------------------------------

    def _rows_of(self, selected: Selected, table: Table, path: Path) -> Rows:
        return self.rows(selected, table, path, self.outputs(selected.below, path))

    def outputs(self, below: Iterable[Selected], path: Path) -> tuple[Output, ...]:
        """What is selected of a row."""
        return tuple(self._output(selected, (*path, selected.key)) for selected in below)

    def _output(self, selected: Selected, path: Path) -> Output:
        if selected.field is None:
            return ConstantOutput(selected.key, selected.type_name)
        match binding_of(selected.field):
            case BoundColumn() | BoundDistance() | BoundComputed() | BoundComputedAggregate() as bound:
                return self._own_output(bound, selected, path)
            case RowField.VERSION:
                return VersionOutput(selected.key)
            case BoundRelationship(way, table) if way.many:
                return ListOutput(selected.key, way, self._rows_of(selected, table, path))
            case BoundRelationship(way, table):
                return ObjectOutput(selected.key, way, table, self.outputs(selected.below, path))
            case BoundAggregate(way, table):
                return AggregationOutput(selected.key, way, lower_aggregation(self, selected, table, path))
            case other:
                raise AssertionError(f"a field of a row is bound to {other!r}")

    def _own_output(
        self,
        bound: BoundColumn | BoundDistance | BoundComputed | BoundComputedAggregate,
        selected: Selected,
        path: Path,
    ) -> Output:
        match bound:
            case BoundColumn(column):
                return ColumnOutput(selected.key, column, lower_json_path(self, selected, path))
            case BoundDistance(column):
                return lower_distance(self, selected, column, path)
            case _:
                return lower_computed(self, selected, bound, path)

    # --- filters -------------------------------------------------------------------------------------------------

    def predicate(self, tree: Tree, type_: InputType, path: Path) -> Predicate:
        """What a filter asks of a row."""
        filter_type = cast("GraphQLInputObjectType", bare(type_))
        members = _members(tree, path)
        if len(path) > MAX_NESTING:
            raise InvalidInputError("The filter is nested too deeply.", path)
        self._count_condition()
        terms = [
            self._term(binding_of(filter_type.fields[name]), value, type_of(filter_type.fields[name]), (*path, name))
            for name, value in members.items()
        ]
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _count_condition(self) -> None:
        """Filters in variables are bound by no number of tokens; an operation is compiled while others wait."""
        self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            raise PayloadTooLargeError(f"The filters have more than {MAX_CONDITIONS} parts; give lists whole, by _in.")

    def _term(self, binding: object, tree: Tree, type_: InputType, path: Path) -> Predicate:
        match binding:
            case Logic():
                return self._combined(binding, tree, type_, path)
            case BoundColumn(column):
                return self.tests(column, tree, type_, path)
            case BoundComputed(field):
                return lower_computed_tests(self, field, tree, type_, path)
            case BoundRelationship(way, table):
                return Exists(way, table, self.predicate(tree, type_, path))
            case BoundAggregate():
                return lower_measure_tests(self, binding, tree, type_, path)
            case _:
                raise AssertionError(f"a filter's field is bound to {binding!r}")

    def _combined(self, how: Logic, tree: Tree, type_: InputType, path: Path) -> Predicate:
        match how:
            case Logic.NOT:
                return Not(self.predicate(tree, type_, path))
            case Logic.AND:
                return And(tuple(self._predicates(tree, type_, path)))
            case Logic.OR:
                return Or(tuple(self._predicates(tree, type_, path)))

    def _predicates(self, tree: Tree, type_: InputType, path: Path) -> Iterator[Predicate]:
        if tree is None:
            _refuse_null(path)
        for index, item in enumerate(_items(tree)):
            yield self.predicate(item, type_, (*path, index))

    def tests(self, subject: Subject, tree: Tree, type_: InputType, path: Path) -> Predicate:
        """What a comparison asks of a column."""
        self._count_condition()
        comparison_type = cast("GraphQLInputObjectType", bare(type_))
        tests = [
            self._test(subject, comparison_type.fields[name], value, (*path, name))
            for name, value in _members(tree, path).items()
        ]
        return tests[0] if len(tests) == 1 else And(tuple(tests))

    def _test(self, subject: Subject, field: GraphQLInputField, tree: Tree, path: Path) -> Predicate:
        if tree is None:
            _refuse_null(path)
        match binding_of(field):
            case Test.IS_NULL:
                return NullTest(subject, is_null=cast("bool", tree))
            case Test.CAST:
                return self.tests(subject, tree, type_of(field), path)
            case BoundCast(type_):
                return self.tests(Cast(subject, type_), tree, type_of(field), path)
            case Operator() as operator:
                return Comparison(subject, operator, self._operand(operator, subject.type, tree, path))
            case other:
                raise AssertionError(f"a comparison's field is bound to {other!r}")

    def _operand(self, operator: Operator, own: DataType, tree: Tree, path: Path) -> Parameter | tuple[Parameter, ...]:
        type_ = operand_type(operator, own)
        if takes_list(operator):
            return self._list(tree, type_, path)
        if operator in PATTERNS:
            return self.parameter(tree, type_, path, operator)
        return self._value(tree, type_, path)

    def _value(self, tree: Tree, type_: DataType, path: Path) -> Parameter:
        """A value of the type; one of an array type is a list."""
        if type_.kind is not TypeKind.ARRAY or type_.element is None:
            return self.parameter(tree, type_, path)
        if isinstance(tree, list):
            tree = self._whole(_items(tree), path)
        # As what the array is declared to hold: an array of a domain has no operators with one of its base.
        return self._bound(cast("Leaf", tree), type_.element, path, many=True)

    def argument(self, tree: Tree, type_: DataType, path: Path) -> Argument:
        """What an argument of a function is given."""
        if tree is None:
            return Given.NULL
        return self._value(tree, type_.bare if type_.bare.kind is TypeKind.ARRAY else type_, path)

    def _list(self, tree: Tree, type_: DataType, path: Path) -> Parameter | tuple[Parameter, ...]:
        """A list of values: one parameter where the request gives it whole, else one for each item."""
        if isinstance(tree, Leaf):
            return self._bound(tree, type_, path, many=True)
        items = _items(tree)
        return tuple(self._value(item, type_, (*path, index)) for index, item in enumerate(items))

    def _whole(self, items: Sequence[Tree], path: Path) -> Leaf:
        """A list whose items the document gives one by one, as one value; a variable among them has no place in it."""
        if any(isinstance(item, Leaf) for item in items):
            raise InvalidInputError("An array literal cannot hold a variable; give it whole.", path)
        return self._constants.add([None if item is None else as_text(item) for item in items])

    # --- orderings and counts ------------------------------------------------------------------------------------

    def _order_by(
        self,
        tree: Tree,
        type_: InputType,
        through: tuple[tuple[Relationship, Table], ...],
        path: Path,
    ) -> Iterator[OrderTerm | MeasureTerm]:
        if tree is None:
            return
        ordering_type = cast("GraphQLInputObjectType", bare(type_))
        for index, item in enumerate(_items(tree)):
            above = (*path, index) if isinstance(tree, list) else path
            for name, value in cast("Mapping[str, Tree]", item or {}).items():
                if value is not None:
                    yield from self._terms(ordering_type.fields[name], value, through, (*above, name))

    def _terms(
        self, field: GraphQLInputField, value: Tree, through: tuple[tuple[Relationship, Table], ...], path: Path
    ) -> Iterator[OrderTerm | MeasureTerm]:
        match binding_of(field):
            case BoundColumn(column) if isinstance(value, Direction):
                yield OrderTerm(column, value, through)
            case BoundColumn(column):
                yield from lower_distance_terms(self, column, value, through, path)
            case BoundComputed(computed):
                yield OrderTerm(computed_column(computed), cast("Direction", value), through)
            case BoundRelationship(way, table):
                yield from self._order_by(value, type_of(field), (*through, (way, table)), path)
            case BoundAggregate() as bound:
                yield from lower_measure_terms(bound, value, type_of(field), through)
            case _:
                pass

    def page_size(self, tree: Tree, path: Path) -> Parameter | None:
        """The size of a page."""
        size = self._count(tree, path)
        if size is not None:
            self.pages.add(size.source)
        return size

    def reserve(self, path: Path) -> int:
        """A place for a value that is known only when the operation is called; it stands at `path` in the request."""
        source = self._constants.add("").source
        self.paths[source] = path
        return source

    def _count(self, tree: Tree, path: Path) -> Parameter | None:
        if tree is None:
            return None
        parameter = self.parameter(tree, COUNT, path)
        self.counts.add(parameter.source)
        return parameter

    # --- values --------------------------------------------------------------------------------------------------

    def parameter(self, tree: Tree, type_: DataType, path: Path, pattern: Operator | None = None) -> Parameter:
        """A value, not null, that is read as the type; a pattern of an operator, if it is one."""
        if tree is None:
            _refuse_null(path)
        leaf = tree if isinstance(tree, Leaf) else self._constants.add(as_text(tree))
        return replace(self._bound(leaf, type_, path), pattern=pattern)

    def _bound(self, leaf: Leaf, type_: DataType, path: Path, *, many: bool = False) -> Parameter:
        self.paths[leaf.source] = path
        return Parameter(leaf.source, type_, many)


def _items(tree: Tree) -> Sequence[Tree]:
    """A list as it is, anything else as a list of one (GraphQL specification, section 3.11)."""
    return cast("Sequence[Tree]", tree if isinstance(tree, list) else [tree])


def _members(tree: Tree, path: Path) -> Mapping[str, Tree]:
    if tree is None:
        _refuse_null(path)
    return cast("Mapping[str, Tree]", tree)


def _refuse_null(path: Path) -> NoReturn:
    raise InvalidInputError("null is not accepted here; leave the field out, or use _isNull.", path)
