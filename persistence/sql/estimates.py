"""How many rows there are, as the planner estimates it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.tables.aggregates import MeasureTest
from domain.tables.plan import EVERYTHING, And, Exists, Not, Or
from persistence.sql.binder import GivenAsArray
from persistence.sql.fragments import joined, literal, sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.tables.catalog import Table
    from domain.tables.plan import Predicate, Rows
    from persistence.sql.fragments import Sql
    from persistence.sql.render import Renderer


def estimate(renderer: Renderer, rows: Rows) -> Sql | None:
    """The estimate as a whole number; None where the role may have none.

    The planner knows what stands in hidden rows and columns too: how often a value that a filter asks for. So what is
    filtered is estimated only of tables that the role sees whole.
    """
    if rows.where != EVERYTHING and any(map(renderer.sources.restricts, (rows.table, *_tables(rows.where)))):
        return None
    binder = GivenAsArray()
    apart = renderer.apart(binder)
    query = sql("SELECT {}", apart.source(replace(rows, order_by=()), apart.scope(), []))
    values = joined(", ", map(renderer.bound_as_text, binder.parameters))
    return sql("selfgraph.estimate_rows({}, ARRAY[{}]::text[])", literal(query), values)


def _tables(predicate: Predicate) -> Iterator[Table]:
    """The tables whose rows a predicate asks for."""
    match predicate:
        case And(items) | Or(items):
            for item in items:
                yield from _tables(item)
        case Not(item):
            yield from _tables(item)
        case Exists(relationship, table, where):
            yield table
            if relationship is not None and relationship.through is not None:
                yield relationship.through.table
            yield from _tables(where)
        case MeasureTest(relationship=relationship, table=table, where=where):
            yield table
            if relationship.through is not None:
                yield relationship.through.table
            yield from _tables(where)
        case _:
            pass
