"""The passes over the plan of a mutation; pure, like those of `secure`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from domain.errors import ForbiddenError
from domain.tables.plan import ConstantOutput, Plan
from domain.tables.secure import bounded, each_below, order_totally, secure
from domain.tables.secure_changes import permitted
from domain.tables.writes import AffectedRows, CalledRoot, OneRow, Response, Returning, WriteRoot

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.tables.plan import Rows
    from domain.tables.secure import Policy
    from domain.tables.writes import ResponseMember, Write, WritePlan


def secure_writes(plan: WritePlan, policy: Policy) -> WritePlan:
    """Apply the role's rights to every change and to what is answered of it; order and cap every list in the answers.

    Raises:
        ForbiddenError: the role has no right to a change.
    """

    def bound(rows: Rows) -> Rows:
        return bounded(rows, policy)

    plan = _each_write(plan, lambda write: replace(write, change=permitted(write.change, policy.rights)))

    def order(rows: Rows) -> Rows:
        return order_totally(rows, policy.rights.partly_shown(rows.table.name))

    plan = _each_answer(plan, lambda rows: _below(rows, order))
    plan = _each_answer(plan, lambda rows: replace(_below(rows, bound), cap=policy.max_rows))
    roots = tuple(_called(root, policy) if isinstance(root, CalledRoot) else root for root in plan.roots)
    return replace(plan, roots=roots, rights=policy.rights)


def _called(root: CalledRoot, policy: Policy) -> CalledRoot:
    call = root.root.rows.call
    if call is not None and not policy.rights.may_call(call.function):
        raise ForbiddenError("The role may not call this function.")
    return CalledRoot(secure(Plan((root.root,)), policy).roots[0])


def _below(rows: Rows, change: Callable[[Rows], Rows]) -> Rows:
    """The written rows, with the change applied to every list below them; they keep their own order."""
    return replace(rows, output=tuple(each_below(output, change) for output in rows.output))


def _each_answer(plan: WritePlan, change: Callable[[Rows], Rows]) -> WritePlan:
    return _each_write(plan, lambda write: _answer(write, change))


def _each_write(plan: WritePlan, change: Callable[[Write], Write]) -> WritePlan:
    roots = (
        replace(root, writes=tuple(map(change, root.writes))) if isinstance(root, WriteRoot) else root
        for root in plan.roots
    )
    return replace(plan, roots=tuple(roots))


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
