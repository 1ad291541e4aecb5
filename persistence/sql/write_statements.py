"""Which statements a change takes: one, one that reads behind it, or one for each set of rows that it nests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.tables.mentions import looks_elsewhere
from domain.tables.plan import ColumnOutput, ConstantOutput, VersionOutput
from domain.tables.statement import WriteRootStatements
from domain.tables.writes import CalledRoot, Insert, outputs_of
from persistence.sql.called_roots import render_called
from persistence.sql.nested_inserts import NestedInsertRenderer
from persistence.sql.options import DEFAULT
from persistence.sql.writes import WriteRenderer, checks_elsewhere, tells_new

if TYPE_CHECKING:
    from domain.tables.catalog import Table
    from domain.tables.insert_steps import InsertSteps
    from domain.tables.rights import Rights
    from domain.tables.statement import WriteStatement
    from domain.tables.writes import Write, WriteRoot
    from persistence.sql.options import RenderOptions


def render_root(
    root: WriteRoot | CalledRoot, rights: Rights | None, *, options: RenderOptions = DEFAULT
) -> WriteRootStatements:
    """Render a root field that `secure_writes` has passed, and what the caller sees."""
    if rights is None:
        raise ValueError("a plan is secured before it is rendered")
    if isinstance(root, CalledRoot):
        return render_called(root, rights, options=options)
    statements = tuple(_statement(write, rights, options=options) for write in root.writes)
    return WriteRootStatements(root.key, statements, root.many)


def _statement(write: Write, rights: Rights, *, options: RenderOptions) -> WriteStatement | InsertSteps:
    change, outputs = write.change, outputs_of(write)
    if isinstance(change, Insert) and change.is_nested:
        return NestedInsertRenderer(rights, options=options).render(write, change)
    renderer = WriteRenderer(rights, options=options)
    own = all(isinstance(output, ColumnOutput | VersionOutput | ConstantOutput) for output in outputs)
    if own and not checks_elsewhere(change) and not (outputs and _hides_by_others(renderer, change.table)):
        # By a renderer of its own: what it has bound is not in the other statement.
        return WriteRenderer(rights, options=options).returning(write, outputs) or renderer.whole(write, outputs)
    # The written rows and their versions, and if need be which are new.
    before = 3 if tells_new(change) else 2
    reader = WriteRenderer(rights, options=options, before=before)
    return renderer.first(change, outputs, reader.reading(write))


def _hides_by_others(renderer: WriteRenderer, table: Table) -> bool:
    """Whether more than a written row itself tells what of it is shown; or what tells it is not worth returning."""
    rows = renderer.sources.only_filters(table)
    return rows is None or looks_elsewhere(rows)
