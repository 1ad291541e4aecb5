"""Groups: rows put together, and what is computed of each group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from domain.tables.aggregates import Measure, MeasuresOutput
from domain.tables.groups import KeyOutput
from domain.tables.plan import ConstantOutput
from persistence.sql.fragments import column, identifier, joined, sql
from persistence.sql.json_text import constant_text, listed, object_text
from persistence.sql.measures import measure_value, measures_text

if TYPE_CHECKING:
    from domain.tables.catalog import Table
    from domain.tables.groups import Groups, GroupValue
    from persistence.sql.fragments import Sql
    from persistence.sql.render import Renderer, Scope


class GroupRenderer:
    """Renders the groups of one statement."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def render(self, groups: Groups) -> Sql:
        """The JSON array of the groups.

        What groups are chosen and ordered by is computed with them under names of its own, so that `having` is a
        condition like any other, about a row with these columns.
        """
        scope = self._renderer.scope()
        by = [column(scope.alias, each.name) for each in groups.by]
        values = (sql("{} AS {}", _value(each, scope.alias), identifier(each.column.name)) for each in groups.values)
        made = joined(", ", [sql("{} AS o", self._object(groups, scope)), *values])
        put_together = sql("GROUP BY {}", joined(", ", by)) if by else sql("GROUP BY ()")
        every = joined(" ", [sql("SELECT {}", made), self._renderer.source(groups.rows, scope, []), put_together])
        page = replace(groups.rows, where=groups.having, limit=groups.limit, offset=groups.offset)
        chosen = self._renderer.page_of(every, replace(page, order_by=groups.order_by))
        return listed(chosen, groups.rows.cap)

    def _object(self, groups: Groups, scope: Scope) -> Sql:
        return object_text([(output.key, self._member(output, groups.rows.table, scope)) for output in groups.output])

    def _member(self, output: KeyOutput | MeasuresOutput | ConstantOutput, table: Table, scope: Scope) -> Sql:
        match output:
            case KeyOutput():
                return self._renderer.row_object(output.output, table, scope)
            case MeasuresOutput():
                return measures_text(output.output, scope.alias, stringify_numeric_types=self._renderer.stringify)
            case ConstantOutput():
                return constant_text(output.value)
            case _:
                assert_never(output)


def _value(value: GroupValue, alias: Sql) -> Sql:
    if isinstance(value.of, Measure):
        return measure_value(value.of, alias)
    return column(alias, value.of.name)
