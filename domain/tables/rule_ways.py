"""Where the relationships of a permission's rules lead.

A rule names relationships, and a name may come to mean another one: a new foreign key takes it from a way over a
bridge, a new column from either. So it is noted where they led when the permission was set; one of which they lead
somewhere else by now does not fit any more.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.tables.aggregates import MeasureTest
from domain.tables.logic import parts
from domain.tables.plan import Exists
from domain.tables.rule_values import InvalidRuleError
from domain.tables.rules import read_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.tables.catalog import TableName
    from domain.tables.metadata import Permission
    from domain.tables.model import Model
    from domain.tables.plan import Predicate
    from domain.tables.relationships import Relationship


def with_ways(permission: Permission, model: Model) -> Permission:
    """The permission with the ways of its rules as they lead now; without, if a rule does not fit."""
    table = model.catalog.by_name.get(permission.table)
    try:
        rules = [read_rule(rule, table, model) for rule in (permission.filter, permission.check)] if table else []
    except InvalidRuleError:
        rules = []
    return replace(permission, ways=ways_of(*rules) or None)


def refuse_other_ways(permission: Permission, *rules: Predicate) -> None:
    """Refuse a permission whose rules, its filter before its check, lead somewhere else than when it was set.

    Raises:
        InvalidRuleError: they do.
    """
    if permission.ways is not None and permission.ways != ways_of(*rules):
        part = "check" if permission.filter is None else "filter"
        raise InvalidRuleError(
            "A relationship that it names leads to other rows than when it was set; set it again.", (part,)
        )


def ways_of(*rules: Predicate) -> tuple[str, ...]:
    """Where relationships and `_exists` lead, in the order of the rules; equal texts are the same way."""
    return tuple(way for rule in rules for way in _ways(rule))


def _ways(rule: Predicate) -> Iterator[str]:
    if isinstance(rule, Exists | MeasureTest):
        yield json.dumps(_steps(rule.relationship) if rule.relationship else _name(rule.table.name))
    for part in parts(rule):
        yield from _ways(part)


def _steps(way: Relationship) -> list[object]:
    """From table to table by which columns; that the same key has another name makes no difference."""
    between = [] if way.through is None else [*_name(way.through.table.name), *way.through.columns]
    return [*_name(way.source), *way.columns, *between, *_name(way.target)]


def _name(table: TableName) -> tuple[str, str]:
    return table.schema, table.name
