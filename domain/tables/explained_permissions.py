"""Why a role may do something with a table, or may not: the permissions that decide, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.roles import ADMINISTRATORS
from domain.tables.metadata import Action
from domain.tables.permission_problems import check_permission
from domain.tables.rights import InsertRight, SelectRight, UpdateRight
from domain.tables.role_rights import RoleRights
from domain.tables.rule_values import InvalidRuleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.tables.catalog import Table, TableName
    from domain.tables.metadata import Permission
    from domain.tables.model import Model


@dataclass(frozen=True, slots=True)
class ExplainedPermission:
    """What a role may do with the rows of a table, and why.

    Attributes:
        allowed: whether it may.
        why: for people.
        permissions: those that decide: the role's own, or those of the roles that it inherits.
        columns: the columns that are read or given.
        partly_shown: those of them that are shown of some of the rows that are read.
    """

    allowed: bool
    why: str
    permissions: tuple[Permission, ...] = ()
    columns: tuple[str, ...] = ()
    partly_shown: tuple[str, ...] = ()


def explain_permission(
    model: Model, role: str, table: TableName, action: Action, *, backend: bool = False
) -> ExplainedPermission:
    """Explain what a role may do with a table; `backend`: a trusted backend that acts in the role."""
    served = model.catalog.by_name.get(table)
    if served is None:
        return ExplainedPermission(allowed=False, why="The table is not there, or is not served.")
    if role in ADMINISTRATORS:
        return ExplainedPermission(allowed=True, why="Administrators may everything.", columns=tuple(served.by_name))
    rights = RoleRights(model, role, backend=backend)
    deciding = tuple(_deciding(rights, table, action))
    right = rights.of(served).right_to(action)
    if right is None:
        return ExplainedPermission(allowed=False, why=_refusal(rights, served, action, deciding), permissions=deciding)
    given = right.columns if isinstance(right, SelectRight | InsertRight | UpdateRight) else ()
    shown = rights.partly_shown(table) if action is Action.SELECT else ()
    return ExplainedPermission(
        allowed=True,
        why=_grounds(role, deciding),
        permissions=deciding,
        columns=tuple(name for name in served.by_name if name in given),
        partly_shown=tuple(name for name in served.by_name if name in shown),
    )


def _deciding(rights: RoleRights, table: TableName, action: Action) -> Iterator[Permission]:
    """The role's own permission; without one, those that decide for the roles that it inherits."""
    own = rights.permission(table, action)
    if own is not None:
        yield own
        return
    found = {each.role: each for parent in rights.parents for each in _deciding(parent, table, action)}
    yield from found.values()


def _grounds(role: str, deciding: tuple[Permission, ...]) -> str:
    if [each.role for each in deciding] == [role]:
        return "The role has a permission of its own."
    return f"The role inherits it from {', '.join(each.role for each in deciding)}."


def _refusal(rights: RoleRights, table: Table, action: Action, deciding: tuple[Permission, ...]) -> str:
    broken = [f"{each.role}: {problem}" for each in deciding if (problem := _problem(each, rights.model)) is not None]
    if broken:
        return f"A permission does not fit the tables and allows nothing. {' '.join(broken)}"
    if rights.disagreement(table, action):
        return "Roles that it inherits have different permissions; it needs one of its own."
    if rights.withholds(table.name, action):
        return "The permission is for service keys that ask for it only."
    return "Neither the role nor one that it inherits has such a permission."


def _problem(permission: Permission, model: Model) -> str | None:
    try:
        check_permission(permission, model)
    except InvalidRuleError as error:
        return f"{'.'.join(map(str, error.path))}: {error.message}"
    return None
