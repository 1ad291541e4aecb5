"""The passes between a plan as it was asked for and a plan that may run; each is pure: plan in, plan out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, assert_never

from domain.tables.aggregates import AggregationOutput, AggregationRoot, NodesOutput
from domain.tables.calls import CalledOutput, ComputedOutput
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
    VersionOutput,
)
from domain.tables.rights import Unrestricted
from domain.tables.vectors import DistanceOutput

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from domain.tables.aggregates import Aggregation
    from domain.tables.connections import Connection, ConnectionMember
    from domain.tables.plan import Output, Plan, Root, Rows
    from domain.tables.rights import Rights


@dataclass(frozen=True, slots=True)
class Policy:
    """What the caller's role may ask for.

    Attributes:
        max_rows: the most rows that a list may hold.
        rights: what it may do with each table.
        max_cost: the most that a query may cost by the planner's estimate; None: whatever it costs.
    """

    max_rows: int
    rights: Rights = field(default_factory=Unrestricted)
    max_cost: float | None = None

    def of(self, rights: Rights) -> Policy:
        """The policy for a role with these rights; whoever may do everything may do so at any cost."""
        unrestricted = isinstance(rights, Unrestricted)
        return replace(self, rights=rights, max_cost=None if unrestricted else self.max_cost)


def secure(plan: Plan, policy: Policy) -> Plan:
    """Apply every pass in order."""
    plan = each_list(plan, lambda rows: order_totally(rows, policy.rights.partly_shown(rows.table.name)))
    plan = each_list(plan, lambda rows: bounded(rows, policy))
    return replace(plan, rights=policy.rights)


def bounded(rows: Rows, policy: Policy) -> Rows:
    """A list of no more rows than anybody may ask for, and of no more than the caller's role gets."""
    right = policy.rights.of(rows.table).select
    return replace(rows, cap=policy.max_rows, most=right.limit if right else None)


def order_totally(rows: Rows, partly_shown: Collection[str] = ()) -> Rows:
    """End the ordering with the table's row key, so that equal calls answer equally and pages do not overlap.

    To be ordered by a column that the caller sees in some rows only does not tell the others apart. Rows of a function
    stay in the function's own order unless they are given another one.
    """
    table = rows.table
    if rows.call is not None and not rows.order_by:
        return rows
    ordered = {term.own for term in rows.order_by if isinstance(term, OrderTerm)}
    rest = tuple(
        OrderTerm(table.by_name[name], Direction.ASC, key_of=table.name)
        for name in table.row_key
        if name not in ordered or name in partly_shown
    )
    return replace(rows, order_by=rows.order_by + rest)


def each_list(plan: Plan, change: Callable[[Rows], Rows]) -> Plan:
    """The plan with `change` applied to every list of rows in it, outermost first; a row by key is none."""
    return replace(plan, roots=tuple(_each_root(root, change) for root in plan.roots))


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
        case ColumnOutput() | DistanceOutput() | ComputedOutput() | VersionOutput() | ConstantOutput():
            return output
        case ObjectOutput():
            return replace(output, output=tuple(each_below(inner, change) for inner in output.output))
        case ListOutput() | CalledOutput():
            return replace(output, rows=_each(output.rows, change))
        case AggregationOutput():
            return replace(output, aggregation=_each_aggregated(output.aggregation, change))
        case _:
            assert_never(output)
