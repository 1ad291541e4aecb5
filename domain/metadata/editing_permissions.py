"""Giving roles permissions and taking them away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.errors import NotFoundError
from domain.metadata.changing import Note
from domain.metadata.permissions import permission_problems
from domain.metadata.problems import refuse
from domain.metadata.situation import permission_name
from domain.tables.inconsistencies import InconsistentPart
from domain.tables.rule_ways import with_ways
from domain.text import plain_text

if TYPE_CHECKING:
    from domain.metadata.problems import Path
    from domain.metadata.situation import Situation
    from domain.tables.catalog import TableName
    from domain.tables.inconsistencies import Inconsistency
    from domain.tables.metadata import Action, Metadata, Permission


@dataclass(frozen=True, slots=True)
class SetPermission:
    """Gives a role a permission, in place of the one that it has for the same table and action."""

    permission: Permission
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """With the permission, which is looked at whole.

        Raises:
            InvalidInputError: there is no such table, column, computed field or role, or a rule is none.
        """
        refuse(permission_problems(self.permission, before.model, before.roles))
        new = with_ways(tidied(self.permission), before.model)
        others = (each for each in before.metadata.permissions if not _same(each, new.table, new.role, new.action))
        return replace(before.metadata, permissions=(*others, new))

    def place(self, misfit: Inconsistency) -> Path | None:
        """The permission has been looked at; what does not fit beside it is about something else."""
        mine = (InconsistentPart.PERMISSION, self.permission.table, permission_name(self.permission))
        return ("input",) if (misfit.part, misfit.where, misfit.name) == mine else None

    def note(self) -> Note:
        """The whole of it."""
        given = self.permission
        details = {
            "role": given.role,
            "permits": given.action.value,
            "columns": None if given.columns is None else list(given.columns),
            "computed_fields": list(given.computed_fields),
            "filter": given.filter,
            "check": given.check,
            "presets": dict(given.presets),
            "limit": given.limit,
            "allow_aggregations": given.allow_aggregations,
            "backend_only": given.backend_only,
        }
        return Note("permission.set", f"table:{given.table}", details)


@dataclass(frozen=True, slots=True)
class DropPermission:
    """Takes a permission from a role."""

    table: TableName
    role: str
    action: Action
    cascade: bool = False

    def apply(self, before: Situation) -> Metadata:
        """Without the permission.

        Raises:
            NotFoundError: the role has none.
        """
        find_permission(before, self.table, self.role, self.action)
        others = (each for each in before.metadata.permissions if not _same(each, self.table, self.role, self.action))
        return replace(before.metadata, permissions=tuple(others))

    def place(self, misfit: Inconsistency) -> Path | None:  # noqa: ARG002 - the port's
        """Nothing stands on a permission."""
        return None

    def note(self) -> Note:
        """Whose."""
        return Note("permission.drop", f"table:{self.table}", {"role": self.role, "permits": self.action.value})


def find_permission(situation: Situation, table: TableName, role: str, action: Action) -> Permission:
    """The permission.

    Raises:
        NotFoundError: the role has none.
    """
    for permission in situation.metadata.permissions:
        if _same(permission, table, role, action):
            return permission
    raise NotFoundError(f"The role {role} has no permission to {action} rows of {table}.")


def tidied(permission: Permission) -> Permission:
    """The permission as it is kept: nothing twice, notes trimmed."""
    return replace(
        permission,
        columns=None if permission.columns is None else tuple(dict.fromkeys(permission.columns)),
        computed_fields=tuple(dict.fromkeys(permission.computed_fields)),
        comment=plain_text(permission.comment or "", "comment", len(permission.comment or "")),
    )


def _same(permission: Permission, table: TableName, role: str, action: Action) -> bool:
    return (permission.table, permission.role, permission.action) == (table, role, action)
