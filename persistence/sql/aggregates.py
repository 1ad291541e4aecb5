"""Aggregations: what is computed of rows, and the rows beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from domain.tables.aggregates import MeasuresOutput, NodesOutput
from domain.tables.plan import ConstantOutput
from persistence.sql.fragments import sql
from persistence.sql.json_text import constant_text, listed, object_text
from persistence.sql.measures import measures_text

if TYPE_CHECKING:
    from domain.tables.aggregates import Aggregation
    from domain.tables.plan import Rows
    from domain.tables.relationships import Relationship
    from persistence.sql.fragments import Sql
    from persistence.sql.render import Renderer


class AggregationRenderer:
    """Renders the aggregations of one statement."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def render(
        self, aggregation: Aggregation, relationship: Relationship | None = None, source: Sql | None = None
    ) -> Sql:
        """The JSON text of an aggregation, or of one of the rows that belong to the row `source`.

        The rows are chosen once. Measures and nodes are read from them apart, because a count of distinct values sorts
        its input, and with it whatever else is aggregated beside it.
        """
        chosen, kept = self._renderer.alias(), self._renderer.alias()
        terms = [self._renderer.sources.related(relationship, source, chosen)] if relationship and source else []
        nodes = [output.output for output in aggregation.output if isinstance(output, NodesOutput)]
        output = tuple(output for outputs in nodes for output in outputs)
        rows = replace(aggregation.rows, output=output)
        # What a role gets of a list bounds the nodes, and not what is computed.
        all_count = not nodes or rows.most is not None
        query = self._renderer.chosen(_unbounded(rows) if all_count else rows, chosen, terms, source)
        members = object_text([(output.key, self._member(output, rows, kept)) for output in aggregation.output])
        return sql("(WITH {} AS ({}) SELECT {})", kept, query, members)

    def _member(self, output: MeasuresOutput | NodesOutput | ConstantOutput, rows: Rows, kept: Sql) -> Sql:
        match output:
            case MeasuresOutput():
                stringify = self._renderer.stringify
                measures = measures_text(output.output, kept, stringify_numeric_types=stringify)
                # One row, even where nothing is computed of the rows: `aggregate { __typename }`.
                return sql("(SELECT {} FROM {} HAVING true)", measures, kept)
            case NodesOutput():
                nodes = replace(rows, output=output.output)
                return listed(self._renderer.objects(nodes, kept), rows.cap)
            case ConstantOutput():
                return constant_text(output.value)
            case _:
                assert_never(output)


def _unbounded(rows: Rows) -> Rows:
    """The rows for measures: as many as there are, and in no order unless it decides which they are."""
    ordered = rows.limit is not None or rows.offset is not None or rows.distinct_on
    return replace(rows, cap=None, most=None, order_by=rows.order_by if ordered else ())
