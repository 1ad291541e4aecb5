"""An entry of `functions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.tables.hasura.names import qualified
from domain.tables.hasura.report import entries, text
from domain.tables.metadata import ExposedAs, FunctionSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.document import Node
    from domain.tables.hasura.report import Report

_CONFIGURATION: Final = ("exposed_as", "session_argument", "custom_name", "custom_root_fields")
_REASONS: Final = {"response": "There are no logical models: a function returns rows of a table."}
_AGGREGATE: Final = "The field that aggregates is named after the function's own; its other name is left out."


def read_function(entry: Node, report: Report) -> FunctionSettings:
    """Read one function: a name, or a mapping with `function`."""
    if isinstance(entry.value, str) or "function" not in entry.members():
        return FunctionSettings(qualified(entry))
    members = report.members(entry, ("function", "configuration", "permissions", "comment"), {})
    node = members.get("configuration")
    configured = report.members(node, _CONFIGURATION, _REASONS) if node else {}
    return FunctionSettings(
        function=qualified(members["function"]),
        exposed_as=configured["exposed_as"].one_of(ExposedAs) if "exposed_as" in configured else None,
        session_argument=text(configured.get("session_argument")),
        custom_name=_name(configured, report),
        roles=frozenset(_role(each, report) for each in entries(members.get("permissions"))),
        comment=text(members.get("comment")),
    )


def _name(configured: Mapping[str, Node], report: Report) -> str | None:
    """The name of its root field; that of `custom_root_fields` goes before `custom_name`."""
    name = text(configured.get("custom_name"))
    node = configured.get("custom_root_fields")
    if node is None:
        return name
    fields = report.members(node, ("function", "function_aggregate"), {})
    name = text(fields.get("function")) or name
    aggregate = fields.get("function_aggregate")
    if aggregate is not None and text(aggregate) not in {None, f"{name}_aggregate", f"{name}Aggregate"}:
        report.add(aggregate, _AGGREGATE)
    return name


def _role(entry: Node, report: Report) -> str:
    members = report.members(entry, ("role",), {})
    return members["role"].text() if "role" in members else entry.refuse("role is missing.")
