"""What a role's schema lacks and that of administrators has: which permission it would take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from domain.tables.metadata import Action
from domain.tables.plan import EVERYTHING
from domain.tables.writes import Assignment
from graph.tables.bindings import (
    BoundAggregate,
    BoundColumn,
    BoundComputed,
    BoundComputedAggregate,
    BoundDistance,
    BoundRelationship,
    BoundRoot,
    BoundWrite,
    ResponseField,
    RootKind,
    WriteKind,
    WritePart,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.tables.catalog import Key, TableName
    from domain.tables.functions import ComputedField
    from domain.tables.relationships import Relationship
    from domain.tables.rights import Rights
    from graph.tables.basis import Basis
    from graph.tables.bindings import Binding
    from graph.tables.names import TableNames
    from graph.tables.visible import Visible, VisibleTable

Denied: TypeAlias = "dict[str, object]"
"""The permission that is missing: its role, table and action, and what of the table; names are the database's."""

_INSERTING: Final = ("insert_input", "arr_rel_insert_input", "obj_rel_insert_input", "on_conflict", "constraint")
_UPDATING: Final = (
    *("set_input", "inc_input", "append_input", "prepend_input"),
    *("delete_key_input", "delete_elem_input", "delete_at_path_input", "updates", "update_column"),
)
_ACTIONS: Final = {
    WriteKind.INSERT: Action.INSERT,
    WriteKind.INSERT_ONE: Action.INSERT,
    WriteKind.UPDATE: Action.UPDATE,
    WriteKind.UPDATE_BY_KEY: Action.UPDATE,
    WriteKind.UPDATE_MANY: Action.UPDATE,
    WriteKind.DELETE: Action.DELETE,
    WriteKind.DELETE_BY_KEY: Action.DELETE,
}
"""What the role has to be permitted for a root field of mutations."""


class Missing:
    """Tells what a role lacks; None for whatever it has, and for what is nobody's."""

    def __init__(self, role: str, own: Visible, basis: Basis, backend: Rights) -> None:
        """`own` is what the role sees, `backend` what it may do where a trusted backend acts in it."""
        self._role = role
        self._own = own
        self._basis = basis
        self._backend = backend

    def type(self, name: str) -> Denied | None:
        """What it takes for a type to be there."""
        owner = self._basis.holders.owner_of(name)
        if owner is None:
            return None
        seen = self._own.of(owner)
        action = action_of(name, seen.names)
        if action is Action.SELECT and "aggregate" in name.lower():
            return self._computing(seen)
        return self._right(seen, action)

    def value(self, enum: str, name: object) -> Denied | None:
        """What it takes for a value of an enum of columns or constraints to be there."""
        owner = self._basis.holders.owner_of(enum)
        if owner is None:
            return None
        seen = self._own.of(owner)
        if name in seen.table.by_name:
            return self._column(seen, str(name), action_of(enum, seen.names))
        return self._constraint(seen, (key for key in _keys(seen) if key.name == name))

    def member(self, binding: Binding | None, parent: str) -> Denied | None:
        """What it takes for a field of a type to be there, be it of an object or of an input."""
        match binding:
            case BoundRoot():
                return self._read_root(binding)
            case BoundWrite():
                return self._write_root(binding)
            case _:
                owner = self._basis.holders.owner_of(parent)
                return self.part(binding, owner, parent) if owner else None

    def part(self, binding: Binding | None, owner: TableName, parent: str = "") -> Denied | None:
        """What it takes for a part of a table to be there: a field of one of its types, or an argument."""
        seen = self._own.of(owner)
        match binding:
            case BoundColumn(column) | BoundDistance(column):
                return self._column(seen, column.name, action_of(parent, seen.names))
            case BoundRelationship(way):
                return self._way(seen, way, action_of(parent, seen.names))
            case BoundAggregate(way):
                denied = self._way(seen, way, Action.SELECT) or self._computing(self._own.of(way.target))
                return denied and denied | {"relationship": self._name(way)}
            case BoundComputed(field) | BoundComputedAggregate(field):
                return self._computed(seen, field)
            case _:
                return self._part_of_change(seen, binding)

    def _part_of_change(self, seen: VisibleTable, binding: Binding | None) -> Denied | None:
        match binding:
            case ResponseField.RETURNING:
                return self._right(seen, Action.SELECT)
            case WritePart.ON_CONFLICT:
                return None if seen.conflicts else self._constraint(seen, _keys(seen))
            case Assignment():
                return self._right(seen, Action.UPDATE)
            case _:
                return None

    def check(self, name: TableName, written: Action) -> Denied | None:
        """Which permission a written row does not fulfil the check of; `written` is what the request is about."""
        seen = self._own.find(name)
        if seen is None:
            return None
        insert, update = seen.rights.insert, seen.rights.update
        # A row that is inserted inside of another one, or that is updated because it is there already.
        action = Action.UPDATE if insert is None or insert.check == EVERYTHING else Action.INSERT
        if written is Action.UPDATE and update is not None:
            action = Action.UPDATE
        return {"role": self._role, "table": str(name), "action": action.value}

    # --- root fields ---------------------------------------------------------------------------------------------

    def _read_root(self, root: BoundRoot) -> Denied | None:
        seen = self._own.of(root.table.name)
        denied = self._right(seen, Action.SELECT)
        if denied:
            return denied
        match root.kind:
            case RootKind.BY_KEY:
                return self._columns(seen, (column.name for _, column in root.key))
            case RootKind.CONNECTION:
                hidden = (name for name in seen.table.row_key if not seen.always_shown(name))
                return next((self._denied(seen, Action.SELECT, column=name) for name in hidden), None)
            case RootKind.AGGREGATE | RootKind.GROUP | RootKind.CALLED_AGGREGATE if not seen.aggregated:
                return self._computing(seen)
            case _ if root.function and not self._own.rights.may_call(root.function.function):
                return {"role": self._role, "function": str(root.function.function.name)}
            case _:
                return None

    def _write_root(self, root: BoundWrite) -> Denied | None:
        seen = self._own.of(root.table.name)
        denied = self._right(seen, _ACTIONS[root.kind])
        if denied:
            return denied
        match root.kind:
            case WriteKind.INSERT_ONE:
                return self._right(seen, Action.SELECT)
            case WriteKind.UPDATE_BY_KEY | WriteKind.DELETE_BY_KEY if root.table.primary_key:
                return self._columns(seen, root.table.primary_key.columns)
            case _:
                return None

    # --- parts of a table ----------------------------------------------------------------------------------------

    def _right(self, seen: VisibleTable, action: Action) -> Denied | None:
        match action:
            case Action.SELECT:
                there = seen.readable
            case Action.INSERT:
                there = bool(seen.insertable)
            case Action.UPDATE:
                there = seen.changeable
            case Action.DELETE:
                there = seen.deletable
        return None if there else self._denied(seen, action)

    def _column(self, seen: VisibleTable, name: str, action: Action) -> Denied | None:
        given = {Action.INSERT: seen.insertable, Action.UPDATE: seen.updatable}.get(action, seen.columns)
        return None if any(column.name == name for column in given) else self._denied(seen, action, column=name)

    def _columns(self, seen: VisibleTable, names: Iterable[str]) -> Denied | None:
        return next((denied for name in names if (denied := self._column(seen, name, Action.SELECT))), None)

    def _constraint(self, seen: VisibleTable, keys: Iterable[Key]) -> Denied | None:
        """The first column that the role knows nothing of, of the first key that it may not name."""
        if seen.rights.insert is None:
            return self._denied(seen, Action.INSERT)
        known = seen.known | seen.rights.insert.columns | seen.rights.insert.presets.keys()
        unknown = (name for key in keys for name in key.columns if name not in known)
        return next((self._denied(seen, Action.INSERT, column=name) for name in unknown), None)

    def _way(self, seen: VisibleTable, way: Relationship, action: Action) -> Denied | None:
        named = {"relationship": self._name(way)}
        if action is Action.INSERT:
            target = seen.target(way)
            denied = None if way in seen.nestable.values() else self._right(target, action)
            return denied and denied | named
        denied = next((each for name in way.tables if (each := self._right(self._own.of(name), Action.SELECT))), None)
        return denied and denied | named

    def _computing(self, seen: VisibleTable) -> Denied | None:
        if seen.aggregated:
            return None
        return self._right(seen, Action.SELECT) or self._denied(seen, Action.SELECT, aggregations=True)

    def _computed(self, seen: VisibleTable, field: ComputedField) -> Denied | None:
        if any(each.name == field.name for each in seen.computed.values()):
            return self._computing(self._own.of(field.returns.name)) if field.returns else None
        if field.returns is not None:
            return self._right(self._own.of(field.returns.name), Action.SELECT)
        return self._denied(seen, Action.SELECT, computedField=field.name)

    def _denied(self, seen: VisibleTable, action: Action, **of: object) -> Denied:
        """`backendOnly` says that there is such a permission, and that it is for trusted backends."""
        there = seen.rights.right_to(action) is None and self._backend.of(seen.table).right_to(action) is not None
        for_backends = {"backendOnly": True} if there else {}
        return {"role": self._role, "table": str(seen.table.name), "action": action.value, **of, **for_backends}

    def _name(self, way: Relationship) -> str:
        ways: Mapping[str, Relationship] = self._basis.model.relationships[way.source]
        return next(name for name, each in ways.items() if each == way)


def action_of(type_: str, names: TableNames) -> Action:
    """What a table's type of that name is for."""
    if any(names.type(word) == type_ for word in _INSERTING):
        return Action.INSERT
    return Action.UPDATE if any(names.type(word) == type_ for word in _UPDATING) else Action.SELECT


def written_by(root: BoundWrite) -> Action:
    """What a root field of mutations does."""
    return _ACTIONS[root.kind]


def _keys(seen: VisibleTable) -> list[Key]:
    primary = seen.table.primary_key
    return [*([primary] if primary else []), *seen.table.unique_keys]
