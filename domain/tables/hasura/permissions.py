"""The permissions of one table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from domain.document import Node
from domain.roles import ADMINISTRATORS
from domain.tables.hasura.report import entries, refuse_repeated, text, texts
from domain.tables.hasura.rules import read_rule
from domain.tables.hasura.values import RuleNotTakenError, read_value
from domain.tables.metadata import Action, Permission

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.document import Json
    from domain.tables.catalog import TableName
    from domain.tables.hasura.report import Report

PERMISSIONS: Final = {f"{action.value}_permissions": action for action in Action}
_TAKEN: Final = {
    Action.SELECT: ("columns", "computed_fields", "filter", "limit", "allow_aggregations"),
    Action.INSERT: ("columns", "check", "set", "backend_only", "validate_input"),
    Action.UPDATE: ("columns", "filter", "check", "set", "backend_only", "validate_input"),
    Action.DELETE: ("filter", "backend_only", "validate_input"),
}
_ROOT_FIELDS: Final = (
    "There is no choice of root fields for a role: it gets all of those that its columns and rows allow."
)
_REASONS: Final = {"query_root_fields": _ROOT_FIELDS, "subscription_root_fields": _ROOT_FIELDS}
_NO_LIST: Final = (
    "Whoever may read rows here may list them, which the role may not there; the permission is left out, so that it is "
    "not shown more."
)
_VALIDATION: Final = (
    "Rows are shown to no webhook before they are written; the permission is left out, so that nothing goes unchecked."
)
_EVERY_COLUMN: Final = "*"
_LIST: Final = "select"
"""The root field of a list of rows."""


def read_permissions(table: TableName, members: Mapping[str, Node], report: Report) -> Iterator[Permission]:
    """Every permission of a table; one that would allow more here than there is left out."""
    for name, action in PERMISSIONS.items():
        read = [(entry, _permission(table, action, entry, report)) for entry in entries(members.get(name))]
        taken = [(entry, found) for entry, found in read if found is not None]
        refuse_repeated((entry for entry, _ in taken), (f"The role {found.role}" for _, found in taken))
        yield from (found for _, found in taken)


def _permission(table: TableName, action: Action, entry: Node, report: Report) -> Permission | None:
    outer = report.members(entry, ("role", "permission", "comment"), {})
    if "role" not in outer:
        entry.refuse("role is missing.")
    role = outer["role"].text()
    if role in ADMINISTRATORS:
        report.add(entry, f"The role {role} may do everything here; take another name.")
        return None
    definition = outer.get("permission", Node({}, entry.path))
    members = _members(definition, action, report)
    if "query_root_fields" in members:
        report.add(members["query_root_fields"], _NO_LIST)
        return None
    if "validate_input" in members:
        report.add(members["validate_input"], _VALIDATION)
        return None
    try:
        permission = _read(table, action, definition, members)
        return replace(permission, role=role, comment=text(outer.get("comment")))
    except RuleNotTakenError as error:
        why = f"{error.message} The permission is left out."
        report.add(Node(None, error.path), why)
        return None


def _members(definition: Node, action: Action, report: Report) -> dict[str, Node]:
    """The members that are taken, and a choice of root fields that leaves out the list of rows."""
    raw = definition.members()
    fields, streams = raw.get("query_root_fields"), raw.get("subscription_root_fields")
    if streams is not None and streams.value == []:  # which is no root field at all, and so says something
        report.add(streams, _ROOT_FIELDS)
    if fields is not None and _LIST not in texts(fields):
        return report.members(definition, (*_TAKEN[action], "query_root_fields"), _REASONS)
    return report.members(definition, _TAKEN[action], _REASONS)


def _read(table: TableName, action: Action, definition: Node, members: Mapping[str, Node]) -> Permission:
    rule = "check" if action is Action.INSERT else "filter"
    if rule not in members:
        definition.refuse(f"{rule} is missing.")
    return Permission(
        table=table,
        role="",
        action=action,
        columns=_columns(action, members.get("columns")),
        computed_fields=texts(members.get("computed_fields")),
        filter=read_rule(members["filter"]) if "filter" in members else None,
        check=read_rule(members["check"]) if "check" in members else None,
        presets=_presets(members.get("set")),
        limit=members["limit"].count() if "limit" in members else None,
        allow_aggregations=members["allow_aggregations"].flag() if "allow_aggregations" in members else False,
        backend_only=members["backend_only"].flag() if "backend_only" in members else False,
    )


def _columns(action: Action, node: Node | None) -> tuple[str, ...] | None:
    """The columns; every one where an INSERT does not say, as in Hasura."""
    if node is None:
        return None if action is Action.INSERT else ()
    return None if node.value == _EVERY_COLUMN else texts(node)


def _presets(node: Node | None) -> dict[str, Json]:
    if node is None:
        return {}
    return {name: read_value(Node(value, (*node.path, name))) for name, value in node.json_object().items()}
