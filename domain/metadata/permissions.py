"""What is wrong with a permission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.errors import InvalidInputError
from domain.metadata.problems import Problem
from domain.roles import ADMINISTRATORS
from domain.tables.metadata import Action, Permission
from domain.tables.permission_problems import check_permission
from domain.tables.rule_values import InvalidRuleError
from domain.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from domain.tables.catalog import Table
    from domain.tables.metadata import Json
    from domain.tables.model import Model

MAX_COMMENT: Final = 500
MAX_LIMIT: Final = 2**31 - 1
MAX_RULE_DEPTH: Final = 50
"""Levels of lists and objects in a rule."""
MAX_RULE_VALUES: Final = 10_000
"""Values of all kinds in a rule."""

_READS: Final = frozenset({Action.SELECT})
_GIVES: Final = frozenset({Action.INSERT, Action.UPDATE})
_FINDS: Final = frozenset({Action.SELECT, Action.UPDATE, Action.DELETE})
_WRITES: Final = frozenset({Action.INSERT, Action.UPDATE, Action.DELETE})
_BELONGS: Final = {
    "columns": _READS | _GIVES,
    "computed_fields": _READS,
    "filter": _FINDS,
    "check": _GIVES,
    "presets": _GIVES,
    "limit": _READS,
    "allow_aggregations": _READS,
    "backend_only": _WRITES,
}
"""The actions that each member says something about."""


def permission_problems(permission: Permission, model: Model, roles: AbstractSet[str]) -> Iterator[Problem]:
    """Everything that is wrong with a permission, beside what is served and the roles there are."""
    yield from own_problems(permission, roles)
    yield from _fit_problems(permission, model)


def own_problems(permission: Permission, roles: AbstractSet[str]) -> Iterator[Problem]:
    """What is wrong with a permission whatever the database holds."""
    yield from _role(permission.role, roles)
    yield from _members(permission)
    for member in ("filter", "check", "presets"):
        value: Json = dict(getattr(permission, member) or {})
        yield from (each.below(member) for each in _sound(value))


def _fit_problems(permission: Permission, model: Model) -> Iterator[Problem]:
    table = model.catalog.by_name.get(permission.table)
    if table is None:
        yield Problem(("table",), f"There is no table {permission.table} that is served.")
        return
    found = [*_possible(permission.action, table), *_columns(permission, table), *_computed_fields(permission, model)]
    yield from found
    if not found:
        try:
            check_permission(permission, model)
        except InvalidRuleError as error:
            yield Problem(error.path, error.message)


def _role(role: str, roles: AbstractSet[str]) -> Iterator[Problem]:
    if role in ADMINISTRATORS:
        yield Problem(("role",), f"The role {role} may do everything; it needs no permission.")
    elif role not in roles:
        yield Problem(("role",), f"There is no role {role}.")


def _members(permission: Permission) -> Iterator[Problem]:
    """What is said that means nothing for the action, what is missing, and what is no value at all."""
    action = permission.action
    silent = Permission(permission.table, permission.role, action)
    for member, actions in _BELONGS.items():
        if action not in actions and getattr(permission, member) != getattr(silent, member):
            yield Problem((member,), f"A permission to {action} has no {member.replace('_', ' ')}.")
    if action in _FINDS and permission.filter is None:
        yield Problem(("filter",), "Say which rows: a rule, or {} for all of them.")
    if action is Action.INSERT and permission.check is None:
        yield Problem(("check",), "Say what rows have to fulfil: a rule, or {} for nothing.")
    if permission.limit is not None and not 0 <= permission.limit <= MAX_LIMIT:
        yield Problem(("limit",), f"A limit is a whole number from 0 to {MAX_LIMIT}.")
    yield from comment_problems(permission.comment)


def comment_problems(comment: str | None) -> Iterator[Problem]:
    """What is wrong with a note for people."""
    try:
        plain_text(comment or "", "comment", MAX_COMMENT)
    except InvalidInputError as error:
        yield Problem(error.path, error.message)


def _possible(action: Action, table: Table) -> Iterator[Problem]:
    possible = {
        Action.SELECT: True,
        Action.INSERT: table.insertable,
        Action.UPDATE: table.updatable,
        Action.DELETE: table.deletable,
    }
    if not possible[action]:
        yield Problem(("action",), f"PostgreSQL can {action} no rows of {table.name}.")


def _columns(permission: Permission, table: Table) -> Iterator[Problem]:
    for index, name in enumerate(permission.columns or ()):
        if name not in table.by_name:
            yield Problem(("columns", index), f"{table.name} has no column {name}.")
    for name in permission.presets:
        column = table.by_name.get(name)
        if column is None:
            yield Problem(("presets", name), f"{table.name} has no column {name}.")
        elif column.read_only:
            yield Problem(("presets", name), f"PostgreSQL makes the values of {name} itself.")


def _computed_fields(permission: Permission, model: Model) -> Iterator[Problem]:
    known = {each.name for each in model.functions.computed.get(permission.table, ())}
    for index, name in enumerate(permission.computed_fields):
        if name not in known:
            yield Problem(("computed_fields", index), f"{permission.table} has no computed field {name}.")


def _sound(value: Json) -> Iterator[Problem]:
    """What cannot be kept or would take too long to look at; walks by itself, so that no depth ends in a failure."""
    waiting: list[tuple[Json, int]] = [(value, 0)]
    values = 0
    while waiting:
        each, depth = waiting.pop()
        values += 1
        if depth > MAX_RULE_DEPTH or values > MAX_RULE_VALUES:
            yield Problem((), f"At most {MAX_RULE_DEPTH} levels and {MAX_RULE_VALUES} values are possible.")
            return
        match each:
            case dict():
                texts = list(each)
                waiting.extend((below, depth + 1) for below in each.values())
            case list():
                texts = []
                waiting.extend((below, depth + 1) for below in each)
            case str():
                texts = [each]
            case _:
                continue
        if any("\0" in text for text in texts):
            yield Problem((), "A text cannot hold the character U+0000.")
            return
