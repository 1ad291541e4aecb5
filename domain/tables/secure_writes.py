"""The passes over the plan of a mutation; pure, like those of `secure`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from domain.tables.plan import ConstantOutput
from domain.tables.secure import each_below, order_totally
from domain.tables.writes import AffectedRows, OneRow, Response, Returning

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.tables.plan import Rows
    from domain.tables.secure import Policy
    from domain.tables.writes import ResponseMember, Write, WritePlan


def secure_writes(plan: WritePlan, policy: Policy) -> WritePlan:
    """Order every list below the written rows totally, and cap every list and the written rows themselves."""

    def cap(rows: Rows) -> Rows:
        return replace(rows, cap=policy.max_rows)

    plan = _each_answer(plan, lambda rows: _below(rows, order_totally))
    return _each_answer(plan, lambda rows: cap(_below(rows, cap)))


def _below(rows: Rows, change: Callable[[Rows], Rows]) -> Rows:
    """The written rows, with the change applied to every list below them; they keep their own order."""
    return replace(rows, output=tuple(each_below(output, change) for output in rows.output))


def _each_answer(plan: WritePlan, change: Callable[[Rows], Rows]) -> WritePlan:
    return replace(
        plan,
        roots=tuple(
            replace(root, writes=tuple(_answer(write, change) for write in root.writes)) for root in plan.roots
        ),
    )


def _answer(write: Write, change: Callable[[Rows], Rows]) -> Write:
    match write.answer:
        case OneRow(rows):
            return replace(write, answer=OneRow(change(rows)))
        case Response(members):
            return replace(write, answer=Response(tuple(_member(member, change) for member in members)))
        case _:
            assert_never(write.answer)


def _member(member: ResponseMember, change: Callable[[Rows], Rows]) -> ResponseMember:
    match member:
        case Returning(rows=rows):
            return replace(member, rows=change(rows))
        case AffectedRows() | ConstantOutput():
            return member
        case _:
            assert_never(member)
