"""One stored permission, read for the table that it is about.

Columns that the table does not have are left out: they cannot be shown or given. All else that does not fit makes the
permission deny.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.tables.plan import EVERYTHING
from domain.tables.rights import DeleteRight, InsertRight, SelectRight, UpdateRight
from domain.tables.rule_values import InvalidRuleError, operand
from domain.tables.rule_ways import refuse_other_ways
from domain.tables.rules import read_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.tables.catalog import Table
    from domain.tables.metadata import Json, Permission, Rule
    from domain.tables.model import Model
    from domain.tables.plan import Operand, Predicate


def select_right(permission: Permission, table: Table, model: Model) -> SelectRight:
    """What is read.

    Raises:
        InvalidRuleError: the filter does not fit; `path` begins with the part of the permission.
    """
    rows = _rule("filter", permission.filter, table, model)
    refuse_other_ways(permission, rows)
    return SelectRight(
        columns=dict.fromkeys(_columns(permission, table), EVERYTHING),
        computed_fields=dict.fromkeys(permission.computed_fields, EVERYTHING),
        filter=rows,
        limit=permission.limit,
        aggregations=permission.allow_aggregations,
    )


def insert_right(permission: Permission, table: Table, model: Model) -> InsertRight:
    """What is inserted; a column that is preset is not given.

    Raises:
        InvalidRuleError: the check or a preset does not fit.
    """
    check = _rule("check", permission.check, table, model)
    refuse_other_ways(permission, check)
    return InsertRight(
        columns=_given(permission, table),
        check=check,
        presets=_presets(permission.presets, table),
    )


def update_right(permission: Permission, table: Table, model: Model) -> UpdateRight:
    """What is changed; without a check, a changed row still fulfils the filter only before.

    Raises:
        InvalidRuleError: the filter, the check or a preset does not fit.
    """
    rows = _rule("filter", permission.filter, table, model)
    check = _rule("check", permission.check, table, model)
    refuse_other_ways(permission, rows, check)
    return UpdateRight(
        columns=_given(permission, table),
        filter=rows,
        check=check,
        presets=_presets(permission.presets, table),
    )


def delete_right(permission: Permission, table: Table, model: Model) -> DeleteRight:
    """What is deleted.

    Raises:
        InvalidRuleError: the filter does not fit.
    """
    rows = _rule("filter", permission.filter, table, model)
    refuse_other_ways(permission, rows)
    return DeleteRight(rows)


def _columns(permission: Permission, table: Table) -> Iterable[str]:
    """In the order of the table."""
    given = permission.columns
    return table.by_name if given is None else [name for name in table.by_name if name in set(given)]


def _given(permission: Permission, table: Table) -> frozenset[str]:
    return frozenset(_columns(permission, table)) - permission.presets.keys()


def _rule(part: str, rule: Rule | None, table: Table, model: Model) -> Predicate:
    try:
        return read_rule(rule, table, model)
    except InvalidRuleError as error:
        raise InvalidRuleError(error.message, (part, *error.path)) from error


def _presets(presets: Mapping[str, Json], table: Table) -> Mapping[str, Operand | None]:
    return {name: _preset(name, value, table) for name, value in presets.items()}


def _preset(name: str, value: Json, table: Table) -> Operand | None:
    if name not in table.by_name:
        raise InvalidRuleError(f"The table {table.name} has no column {name!r}.", ("presets", name))
    return None if value is None else operand(value, table.by_name[name].type, ("presets", name))
