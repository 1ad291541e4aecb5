"""The passes between a plan as it was asked for and a plan that may run; each is pure: plan in, plan out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from domain.tables.aggregates import AggregationOutput, AggregationRoot, NodesOutput
from domain.tables.connections import ConnectionRoot, EdgesOutput, NodeOutput
from domain.tables.groups import GroupsRoot
from domain.tables.operators import Direction
from domain.tables.plan import (
    ByKeyRoot,
    ColumnOutput,
    ConstantOutput,
    ListOutput,
    ListRoot,
    ObjectOutput,
    OrderTerm,
    Plan,
    VersionOutput,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.tables.aggregates import Aggregation
    from domain.tables.connections import Connection, ConnectionMember
    from domain.tables.plan import Output, Root, Rows


@dataclass(frozen=True, slots=True)
class Policy:
    """What the caller's role may ask for; `max_rows` is the most rows a list may hold."""

    max_rows: int


def secure(plan: Plan, policy: Policy) -> Plan:
    """Apply every pass in order."""
    plan = each_list(plan, order_totally)
    return each_list(plan, lambda rows: replace(rows, cap=policy.max_rows))


def order_totally(rows: Rows) -> Rows:
    """End the ordering with the table's row key, so that equal calls answer equally and pages do not overlap."""
    ordered = {term.column.name for term in rows.order_by if isinstance(term, OrderTerm) and not term.through}
    rest = tuple(
        OrderTerm(rows.table.by_name[name], Direction.ASC) for name in rows.table.row_key if name not in ordered
    )
    return replace(rows, order_by=rows.order_by + rest)


def each_list(plan: Plan, change: Callable[[Rows], Rows]) -> Plan:
    """The plan with `change` applied to every list of rows in it, outermost first; a row by key is none."""
    return Plan(tuple(_each_root(root, change) for root in plan.roots))


def _each_root(root: Root, change: Callable[[Rows], Rows]) -> Root:
    match root:
        case ListRoot():
            return replace(root, rows=_each(root.rows, change))
        case ByKeyRoot():
            output = tuple(each_below(inner, change) for inner in root.rows.output)
            return replace(root, rows=replace(root.rows, output=output))
        case AggregationRoot():
            return replace(root, aggregation=_each_aggregated(root.aggregation, change))
        case ConnectionRoot():
            return replace(root, connection=_each_connected(root.connection, change))
        case GroupsRoot():
            return replace(root, groups=replace(root.groups, rows=change(root.groups.rows)))
        case _:
            assert_never(root)


def _each(rows: Rows, change: Callable[[Rows], Rows]) -> Rows:
    rows = change(rows)
    return replace(rows, output=tuple(each_below(output, change) for output in rows.output))


def _each_aggregated(aggregation: Aggregation, change: Callable[[Rows], Rows]) -> Aggregation:
    output = tuple(
        replace(each, output=tuple(each_below(inner, change) for inner in each.output))
        if isinstance(each, NodesOutput)
        else each
        for each in aggregation.output
    )
    return replace(aggregation, rows=change(aggregation.rows), output=output)


def _each_connected(connection: Connection, change: Callable[[Rows], Rows]) -> Connection:
    output = tuple(_each_member(each, change) for each in connection.output)
    return replace(connection, rows=change(connection.rows), output=output)


def _each_member(member: ConnectionMember, change: Callable[[Rows], Rows]) -> ConnectionMember:
    match member:
        case NodesOutput():
            return replace(member, output=tuple(each_below(inner, change) for inner in member.output))
        case EdgesOutput():
            nodes = (
                replace(each, output=tuple(each_below(inner, change) for inner in each.output))
                if isinstance(each, NodeOutput)
                else each
                for each in member.output
            )
            return replace(member, output=tuple(nodes))
        case _:
            return member


def each_below(output: Output, change: Callable[[Rows], Rows]) -> Output:
    """The output with `change` applied to every list of rows below it."""
    match output:
        case ColumnOutput() | VersionOutput() | ConstantOutput():
            return output
        case ObjectOutput():
            return replace(output, output=tuple(each_below(inner, change) for inner in output.output))
        case ListOutput():
            return replace(output, rows=_each(output.rows, change))
        case AggregationOutput():
            return replace(output, aggregation=_each_aggregated(output.aggregation, change))
        case _:
            assert_never(output)
