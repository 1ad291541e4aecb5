"""The plan stage of mutations: root fields that change tables as a plan, values apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from domain.errors import InvalidInputError
from domain.tables.operators import TEXT, Operator
from domain.tables.plan import And, Comparison, ConstantOutput, Parameter, Rows
from domain.tables.writes import (
    AffectedRows,
    Assigned,
    Assignment,
    CalledRoot,
    Delete,
    Insert,
    OneRow,
    Response,
    Returning,
    Update,
    Write,
    WritePlan,
    WriteRoot,
)
from graph.tables.bindings import BoundColumn, BoundRoot, BoundWrite, ResponseField, WriteKind, WritePart, binding_of
from graph.tables.lower_inserts import INTEGER, Given, InsertLowering
from graph.tables.wrapping import type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from graphql import GraphQLField

    from domain.tables.catalog import Column, Table
    from domain.tables.plan import Predicate
    from domain.tables.rights import Rights
    from domain.tables.writes import ResponseMember
    from graph.tables.bindings import ListArguments
    from graph.tables.selection import Selected
    from graph.tables.shapes import Constants, Tree

    Path = tuple[str | int, ...]

MAX_UPDATES: Final = 500
"""The updates of one root field, each a statement of its own."""


class WriteLowering(InsertLowering):
    """Lowers the root fields of one mutation."""

    def __init__(self, arguments: ListArguments, constants: Constants, rights: Rights) -> None:
        super().__init__(arguments, constants)
        self._rights = rights

    def writes(self, roots: Iterable[Selected]) -> WritePlan:
        """The plan of root fields that all change tables.

        Raises:
            InvalidInputError: for what the dialect does not take; `path` leads to it.
        """
        return WritePlan(tuple(self._write_root(root) for root in roots))

    def _write_root(self, selected: Selected) -> WriteRoot | CalledRoot:
        field = cast("GraphQLField", selected.field)
        if isinstance(binding_of(field), BoundRoot):
            return CalledRoot(self._root(selected))
        bound = cast("BoundWrite", binding_of(field))
        given: dict[object, Given] = {
            binding_of(argument): Given(selected.arguments[name], type_of(argument), (selected.key, name))
            for name, argument in field.args.items()
            if name in selected.arguments
        }
        answer = self._answer(selected, bound)
        changes = self._changes(bound, given, selected.key)
        many = bound.kind is WriteKind.UPDATE_MANY
        return WriteRoot(selected.key, tuple(Write(change, answer) for change in changes), many)

    def _changes(
        self, bound: BoundWrite, given: Mapping[object, Given], key: str
    ) -> Iterator[Insert | Update | Delete]:
        table = bound.table
        match bound.kind:
            case WriteKind.INSERT:
                yield self.insert(table, given[WritePart.OBJECTS], given.get(WritePart.ON_CONFLICT), listed=True)
            case WriteKind.INSERT_ONE:
                yield self.insert(table, given[WritePart.OBJECT], given.get(WritePart.ON_CONFLICT), listed=False)
            case WriteKind.UPDATE:
                yield self._update(table, given, (key,))
            case WriteKind.UPDATE_MANY:
                yield from self._updates(table, given[WritePart.UPDATES])
            case WriteKind.UPDATE_BY_KEY:
                where = self._key(given[WritePart.KEY].members())
                yield Update(table, self._assigned(table, given, (key,)), where, self._version(given))
            case WriteKind.DELETE:
                yield Delete(table, self._where(given))
            case WriteKind.DELETE_BY_KEY:
                yield Delete(table, self._key(given), self._version(given))

    # --- answers -------------------------------------------------------------------------------------------------

    def _answer(self, selected: Selected, bound: BoundWrite) -> Response | OneRow:
        path = (selected.key,)
        if bound.kind in {WriteKind.INSERT_ONE, WriteKind.UPDATE_BY_KEY, WriteKind.DELETE_BY_KEY}:
            return OneRow(Rows(bound.table, self.outputs(selected.below, path)))
        return Response(tuple(self._member(below, bound.table, (*path, below.key)) for below in selected.below))

    def _member(self, selected: Selected, table: Table, path: Path) -> ResponseMember:
        if selected.field is None:
            return ConstantOutput(selected.key, selected.type_name)
        match binding_of(selected.field):
            case ResponseField.AFFECTED_ROWS:
                return AffectedRows(selected.key)
            case ResponseField.RETURNING:
                return Returning(selected.key, Rows(table, self.outputs(selected.below, path)))
            case other:
                raise AssertionError(f"a field of a response is bound to {other!r}")

    # --- updates and deletes -------------------------------------------------------------------------------------

    def _update(self, table: Table, given: Mapping[object, Given], path: Path) -> Update:
        return Update(table, self._assigned(table, given, path), self._where(given))

    def _updates(self, table: Table, given: Given) -> Iterator[Update]:
        items = _as_list(given.tree)
        if len(items) > MAX_UPDATES:
            raise InvalidInputError(f"More than {MAX_UPDATES} updates; send them apart.", given.path)
        for index, item in enumerate(items):
            path = (*given.path, index)
            yield self._update(table, Given(item, given.type, path).members(), path)

    def _where(self, given: Mapping[object, Given]) -> Predicate:
        return self.given_predicate(given[WritePart.WHERE])

    def _key(self, given: Mapping[object, Given]) -> Predicate:
        return And(
            tuple(
                Comparison(bound.column, Operator.EQ, self.parameter(each.tree, bound.column.type.bare, each.path))
                for bound, each in given.items()
                if isinstance(bound, BoundColumn)
            )
        )

    def _version(self, given: Mapping[object, Given]) -> Parameter | None:
        version = given.get(WritePart.VERSION)
        return None if version is None or version.tree is None else self.parameter(version.tree, TEXT, version.path)

    def _assigned(self, table: Table, given: Mapping[object, Given], path: Path) -> tuple[Assigned, ...]:
        ways = [(how, each) for how, each in given.items() if isinstance(how, Assignment) and each.tree is not None]
        right = self._rights.of(table).update
        if not ways and not (right and right.presets):
            raise InvalidInputError("An update needs new values, such as _set.", path)
        assigned: dict[str, Assigned] = {}
        for how, way in ways:
            for bound, each in way.members().items():
                column = cast("BoundColumn", bound).column
                if column.name in assigned:
                    raise InvalidInputError("A field can be changed in one way only.", each.path)
                assigned[column.name] = Assigned(column, how, self._assigned_value(how, column, each))
        return tuple(assigned.values())

    def _assigned_value(
        self, how: Assignment, column: Column, given: Given
    ) -> Parameter | tuple[Parameter, ...] | None:
        if given.tree is None:
            if how is Assignment.SET:
                return None
            raise InvalidInputError("null is not accepted here; leave the field out.", given.path)
        match how:
            case Assignment.DELETE_KEY:
                return self.parameter(given.tree, TEXT, given.path)
            case Assignment.DELETE_ELEM:
                return self.parameter(given.tree, INTEGER, given.path)
            case Assignment.DELETE_AT_PATH:
                return self._list(given.tree, TEXT, given.path)
            case _:
                return self._value(given.tree, column.type.bare, given.path)


def _as_list(tree: Tree) -> list[Tree]:
    return tree if isinstance(tree, list) else [tree]  # pyright: ignore[reportUnknownVariableType] - a tree is Any
