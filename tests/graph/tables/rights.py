"""Rights written by hand."""

from __future__ import annotations

from types import EllipsisType
from typing import TYPE_CHECKING

from domain.tables.plan import EVERYTHING
from domain.tables.rights import NOTHING, DeleteRight, InsertRight, SelectRight, TableRights, UpdateRight

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from domain.tables.catalog import Function, Table, TableName
    from domain.tables.functions import ComputedField
    from domain.tables.plan import Predicate


class GivenRights:
    """What a test grants, by the names of tables."""

    def __init__(self, **tables: TableRights) -> None:
        self._tables = tables

    def of(self, table: Table) -> TableRights:
        return self._tables.get(table.name.name, NOTHING)

    def partly_shown(self, table: TableName) -> Collection[str]:
        select = self._tables.get(table.name, NOTHING).select
        return [name for name, when in select.columns.items() if when != EVERYTHING] if select else []

    def may_call(self, function: Function) -> bool:
        return function.returns_table is None or function.returns_table.name in self._tables

    def may_compute(self, field: ComputedField) -> bool:
        raise NotImplementedError


def reads(
    columns: str, *, when: Mapping[str, Predicate] | None = None, where: Predicate = EVERYTHING, computes: bool = False
) -> SelectRight:
    """A right to read columns, which are words; `when` says of which rows some of them are shown."""
    shown = dict.fromkeys(columns.split(), EVERYTHING) | dict(when or {})
    return SelectRight(shown, filter=where, aggregations=computes)


def inserts(columns: str, *presets: str) -> InsertRight:
    return InsertRight(frozenset(columns.split()), presets=dict.fromkeys(presets))


def updates(columns: str, *presets: str) -> UpdateRight:
    return UpdateRight(frozenset(columns.split()), presets=dict.fromkeys(presets))


def deletes() -> DeleteRight:
    return DeleteRight()


def everything(of: Table, select: SelectRight | EllipsisType | None = ...) -> TableRights:
    """Every change of a table, and to read all of it unless something else is said."""
    names = frozenset(of.by_name)
    right = SelectRight(dict.fromkeys(of.by_name, EVERYTHING)) if isinstance(select, EllipsisType) else select
    return TableRights(right, InsertRight(names), UpdateRight(names), DeleteRight())
