"""Root fields of mutations that call a function: it is called once, and in its place among the changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.tables.catalog import Column
from domain.tables.plan import EVERYTHING, ColumnOutput, ConstantOutput, ListRoot, OrderTerm, Plan
from domain.tables.statement import WriteRootStatements, WriteStatement
from persistence.sql.binder import Binder
from persistence.sql.fragments import qualified, sql
from persistence.sql.render import Renderer

if TYPE_CHECKING:
    from domain.tables.calls import Call
    from domain.tables.catalog import Table
    from domain.tables.plan import Rows
    from domain.tables.rights import Rights
    from domain.tables.writes import CalledRoot
    from persistence.sql.fragments import Sql
    from persistence.sql.options import RenderOptions

_KEPT = 1
"""The rows that the function has returned."""


def render_called(called: CalledRoot, rights: Rights, *, options: RenderOptions) -> WriteRootStatements:
    """Render a root field that calls a function.

    What is answered of other rows than those that the function returns is read by a second statement: a statement does
    not see what a function that it calls writes. So is a part of the rows: what is cut off might not be made at all.
    """
    rows, plan = called.root.rows, Plan((called.root,), rights)
    call = rows.call
    if call is None:
        raise ValueError("the root field calls nothing")
    renderer = Renderer(rights, options=options)
    if _is_whole(rows) and not renderer.sources.restricts(rows.table) and isinstance(called.root, ListRoot):
        whole = renderer.statement(plan)
        return WriteRootStatements(called.key, (WriteStatement(whole.text, whole.parameters),), many=False)
    first = renderer.texts(call)
    reading = _KeptRenderer(rights, call, options=options).statement(plan)
    return WriteRootStatements(called.key, (WriteStatement(first.text, first.parameters, reading),), many=False)


def _is_whole(rows: Rows) -> bool:
    """Whether all that is asked for is in the rows themselves, and all of them are asked for."""
    return (
        rows.where == EVERYTHING
        and rows.limit is None
        and rows.offset is None
        and rows.most is None
        and all(isinstance(output, ColumnOutput | ConstantOutput) for output in rows.output)
        and all(isinstance(term, OrderTerm) and isinstance(term.column, Column) for term in rows.order_by)
        and not any(term.through for term in rows.order_by)
    )


class _KeptRenderer(Renderer):
    """Renders a plan over the rows that one of its calls has returned already."""

    def __init__(self, rights: Rights, call: Call, *, options: RenderOptions) -> None:
        super().__init__(rights, options=options, binder=Binder(_KEPT))
        self._kept = call

    def returned(self, call: Call, table: Table, source: Sql | None, *, versioned: bool) -> Sql:
        if call is not self._kept:
            return super().returned(call, table, source, versioned=versioned)
        rows = sql("$1::text[]::{}[]", qualified(table.name))
        return self._predicates.calls.kept(call, table, rows, versioned=versioned)
