"""What a predicate or an output looks at: columns of the row that it is about, and rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from domain.tables.aggregates import AggregationOutput
from domain.tables.calls import CalledOutput, ComputedColumn, ComputedOutput
from domain.tables.catalog import Column
from domain.tables.plan import (
    And,
    Cast,
    ColumnComparison,
    ColumnOutput,
    Comparison,
    ConstantOutput,
    Exists,
    ListOutput,
    Not,
    NullTest,
    ObjectOutput,
    Or,
    VersionOutput,
)
from domain.tables.vectors import Distance, DistanceOutput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.tables.catalog import Table
    from domain.tables.plan import Output, Predicate, Subject


def columns_of(predicate: Predicate, table: Table) -> frozenset[str]:
    """The columns of the row of `table` that the predicate is about: all that it depends on, of that row."""
    return frozenset(_columns(predicate, table, below=False))


def columns_of_outputs(outputs: Iterable[Output], table: Table) -> frozenset[str]:
    """The columns of a row of `table` that the outputs of that row are made of, or that lead to what they are."""
    return frozenset(name for output in outputs for name in _columns_of_output(output, table))


def _columns_of_output(output: Output, table: Table) -> Iterator[str]:
    match output:
        case ColumnOutput(column=of):
            yield of.name
        case DistanceOutput(distance=distance):
            yield from _columns_of_subject(distance)
        case ComputedOutput() | CalledOutput() | AggregationOutput(relationship=None):
            yield from table.by_name
        case ObjectOutput(relationship=way) | ListOutput(relationship=way) | AggregationOutput(relationship=way):
            yield from (here for here, _ in way.columns) if way else ()
        case VersionOutput() | ConstantOutput():
            pass
        case _:
            assert_never(output)


def _columns(predicate: Predicate, table: Table, *, below: bool) -> Iterator[str]:
    """`below` an `Exists`, only what looks back at the root is a column of it."""
    match predicate:
        case And(items) | Or(items):
            for item in items:
                yield from _columns(item, table, below=below)
        case Not(item):
            yield from _columns(item, table, below=below)
        case Comparison(column=subject) | NullTest(column=subject):
            yield from () if below else _columns_of_subject(subject)
        case ColumnComparison(column, _, other, of_root):
            yield from () if below else (column.name,)
            yield from (other.name,) if of_root or not below else ()
        case Exists():
            yield from () if below else _columns_of_way(predicate, table)
            yield from _columns(predicate.where, table, below=True)
        case _:
            yield from table.by_name


def _columns_of_way(exists: Exists, table: Table) -> Iterator[str]:
    if exists.relationship is not None:
        yield from (here for here, _ in exists.relationship.columns)
    if exists.call is not None:
        yield from table.by_name


def _columns_of_subject(subject: Subject) -> Iterator[str]:
    match subject:
        case Column(name=name):
            yield name
        case Cast(of=inner) | Distance(of=inner):
            yield from _columns_of_subject(inner)
        case ComputedColumn(call=call):
            yield from call.of.by_name if call.of else ()
        case _:
            assert_never(subject)


def looks_elsewhere(predicate: Predicate) -> bool:
    """Whether the predicate depends on more than the row that it is about: on what tables hold."""
    match predicate:
        case And(items) | Or(items):
            return any(map(looks_elsewhere, items))
        case Not(item):
            return looks_elsewhere(item)
        case Comparison(column=subject) | NullTest(column=subject):
            return not _is_of_columns(subject)
        case ColumnComparison():
            return False
        case _:
            return True


def _is_of_columns(subject: Subject) -> bool:
    match subject:
        case Column():
            return True
        case Cast(of=inner) | Distance(of=inner):
            return _is_of_columns(inner)
        case ComputedColumn():
            return False
        case _:
            assert_never(subject)
