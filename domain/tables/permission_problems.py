"""Stored permissions that grant nothing, because they do not fit the tables or contradict one another.

Looks at every permission there is; it is for those who ask, and for no request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.tables.inconsistencies import Inconsistency, InconsistentPart
from domain.tables.metadata import Action
from domain.tables.own_rights import delete_right, insert_right, select_right, update_right
from domain.tables.role_rights import RoleRights
from domain.tables.rule_values import InvalidRuleError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from domain.tables.catalog import Table, TableName
    from domain.tables.metadata import Permission
    from domain.tables.model import Model

_READERS: Final[Mapping[Action, Callable[[Permission, Table, Model], object]]] = {
    Action.SELECT: select_right,
    Action.INSERT: insert_right,
    Action.UPDATE: update_right,
    Action.DELETE: delete_right,
}


def check_permission(permission: Permission, model: Model) -> None:
    """Read a permission as it will be read for its role.

    Raises:
        InvalidRuleError: it does not fit; `path` begins with its part: `filter`, `check` or `presets`.
    """
    table = model.catalog.by_name.get(permission.table)
    if table is None:
        raise InvalidRuleError(f"There is no table {permission.table}.", ("table",))
    for name in permission.columns or ():
        if name not in table.by_name:
            raise InvalidRuleError(f"The table {table.name} has no column {name!r}.", ("columns",))
    _READERS[permission.action](permission, table, model)


def permission_problems(model: Model) -> Iterator[Inconsistency]:
    """What denies though it is stored: rules and presets that do not fit, and what inherited roles cannot agree on."""
    for permission in model.metadata.permissions:
        table = model.catalog.by_name.get(permission.table)
        if table is None or not table.by_name.keys() >= permission.presets.keys():
            continue  # the model tells of it
        try:
            _READERS[permission.action](permission, table, model)
        except InvalidRuleError as error:
            path = ".".join(map(str, error.path))
            yield _problem(permission.table, permission.role, permission.action, f"{path}: {error.message}")
    yield from disagreements(model)


def disagreements(model: Model) -> Iterator[Inconsistency]:
    """Changes that roles may not make, because roles that they inherit may do different things."""
    for role in model.metadata.inherits:
        yield from _conflicts(RoleRights(model, role, backend=True))


def _conflicts(rights: RoleRights) -> Iterator[Inconsistency]:
    """Changes that a role may not make, because two roles that it inherits may do different things."""
    lineage = rights.lineage()
    tables = dict.fromkeys(name for name, role, _ in rights.model.permissions if role in lineage)
    for name in tables:
        table = rights.model.catalog.by_name.get(name)
        for action in (Action.INSERT, Action.UPDATE, Action.DELETE) if table else ():
            if table and rights.permission(name, action) is None and rights.disagreement(table, action):
                why = "Roles that it inherits have different permissions; it needs one of its own."
                yield _problem(name, rights.role, action, why)


def _problem(table: TableName, role: str, action: Action, why: str) -> Inconsistency:
    return Inconsistency(InconsistentPart.PERMISSION, table, f"{role}: {action}", why)
