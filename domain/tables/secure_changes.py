"""A role's rights applied to one change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from domain.errors import ForbiddenError, InvalidInputError
from domain.tables.plan import EVERYTHING, And
from domain.tables.writes import Assigned, Assignment, Delete, Insert, Preset, Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from domain.tables.catalog import Table
    from domain.tables.plan import Operand, Predicate
    from domain.tables.rights import Rights
    from domain.tables.writes import Change, Nested, OnConflict, RowGroup


def permitted(change: Change, rights: Rights) -> Change:
    """The change with the role's presets, rules and checks in it.

    A caller's `where` is about the rows that the role may read, as PostgreSQL's own row security has it: else
    the number of changed rows would tell what others hold.

    Raises:
        ForbiddenError: the role has no right to it.
    """
    match change:
        case Insert():
            return _insert(change, rights)
        case Update():
            return _update(change, rights)
        case Delete():
            right = rights.of(change.table).delete
            if right is None:
                raise ForbiddenError("The role may not delete such rows.")
            return replace(change, rule=conjunction(right.filter, _seen(change.where, change.table, rights)))
        case _:
            assert_never(change)


def _insert(insert: Insert, rights: Rights) -> Insert:
    right = rights.of(insert.table).insert
    if right is None:
        raise ForbiddenError("The role may not insert such rows.")
    presets = _presets(right.presets, insert.table)
    _require({column.name for group in insert.groups for column in group.columns}, right.columns, right.presets)
    conflict = insert.on_conflict and _on_conflict(insert.on_conflict, insert.table, rights)
    groups = tuple(_group(group, right.presets, rights) for group in insert.groups)
    return replace(insert, groups=groups, presets=presets, check=right.check, on_conflict=conflict)


def _group(group: RowGroup, presets: Mapping[str, object], rights: Rights) -> RowGroup:
    """The rows, with those that stand inside of them permitted too."""
    return replace(group, nested=tuple(_nested(nested, presets, rights) for nested in group.nested))


def _nested(nested: Nested, presets: Mapping[str, object], rights: Rights) -> Nested:
    here, there = zip(*nested.relationship.columns, strict=True)
    inner = rights.of(nested.insert.table).insert
    if nested.before:
        said = not presets.keys().isdisjoint(here)
    else:
        said = inner is not None and not inner.presets.keys().isdisjoint(there)
    if said:
        raise InvalidInputError("A rule of the role says already to what these rows belong.", nested.path)
    return replace(nested, insert=_insert(nested.insert, rights))


def _on_conflict(conflict: OnConflict, table: Table, rights: Rights) -> OnConflict:
    if not conflict.update:
        return conflict
    right = rights.of(table).update
    if right is None:
        raise ForbiddenError("The role may not update such rows.")
    _require({column.name for column in conflict.update}, right.columns, right.presets)
    return replace(
        conflict,
        rule=conjunction(right.filter, _seen(conflict.where, table, rights)),
        presets=_presets(right.presets, table),
        check=right.check,
    )


def _update(update: Update, rights: Rights) -> Update:
    right = rights.of(update.table).update
    if right is None:
        raise ForbiddenError("The role may not update such rows.")
    _require({assigned.column.name for assigned in update.assigned}, right.columns, right.presets)
    presets = (
        Assigned(preset.column, Assignment.SET, preset.operand) for preset in _presets(right.presets, update.table)
    )
    return replace(
        update,
        assigned=(*update.assigned, *presets),
        rule=conjunction(right.filter, _seen(update.where, update.table, rights)),
        check=right.check,
    )


def _require(given: Iterable[str], allowed: AbstractSet[str], preset: Mapping[str, object]) -> None:
    for name in given:
        if name not in allowed or name in preset:
            raise ForbiddenError(f"The role may not give the column {name}.")


def _presets(presets: Mapping[str, Operand | None], table: Table) -> tuple[Preset, ...]:
    return tuple(Preset(table.by_name[name], operand) for name, operand in presets.items())


def _seen(where: Predicate, table: Table, rights: Rights) -> Predicate:
    """The rows that a caller's `where` sees: all of them if it looks at none."""
    if where == EVERYTHING:
        return EVERYTHING
    right = rights.of(table).select
    if right is None:
        raise ForbiddenError("The role may not read such rows.")
    return right.filter


def conjunction(*predicates: Predicate) -> Predicate:
    """All of them at once, each once."""
    every = tuple(dict.fromkeys(predicate for predicate in predicates if predicate != EVERYTHING))
    return every[0] if len(every) == 1 else And(every)
