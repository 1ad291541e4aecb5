"""The GraphQL names of what one table has: its columns, as fields and as values, and its relationships."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.tables.inconsistencies import Inconsistency, InconsistentPart
from graph.tables.naming import is_legal, legal, unused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from domain.tables.catalog import Table
    from domain.tables.metadata import TableSettings
    from domain.tables.relationships import Relationship
    from graph.tables.naming import Naming

_LOGIC: Final = ("and", "or", "not")
"""What stands beside columns and relationships in a filter."""
_NO_VALUES: Final = frozenset({"true", "false", "null"})
"""What no enum can have as a value (GraphQL specification, section 3.9)."""


@dataclass(frozen=True, slots=True)
class MemberNames:
    """The names of what one table has, as in `TableNames`, and the names by hand that cannot be had."""

    columns: Mapping[str, str]
    values: Mapping[str, str]
    relationships: Mapping[str, Relationship]
    aggregates: Mapping[str, Relationship]
    misfits: list[Inconsistency] = field(default_factory=list[Inconsistency])


def name_members(
    table: Table,
    settings: TableSettings,
    ways: Mapping[str, Relationship],
    by_hand: Collection[str],
    naming: Naming,
) -> MemberNames:
    """Name what a table has.

    Names by hand are spelled as they are given, and come before those that are made.

    Args:
        table: the table.
        settings: what is said about it.
        ways: its relationships by their names in the spelling of the database.
        by_hand: which of these names are given by hand.
        naming: how all others are spelled.
    """
    misfits: list[Inconsistency] = []
    logic = {naming.operator(word) for word in _LOGIC}
    given = _given_columns(table, settings, logic, misfits) if settings.column_names else {}
    columns = _columns(table, given, logic, naming)
    taken = {*columns.values(), *logic}
    relationships, others = _relationships(ways, by_hand, taken, naming)
    for name, other in others.items():
        misfits.append(_misfit(table, name, f"GraphQL cannot hold this name, or a column has it: it is {other}."))
    return MemberNames(
        columns=columns,
        values=_values(table, given, naming),
        relationships=relationships,
        aggregates=_aggregates(relationships, {*taken, *relationships}, naming),
        misfits=misfits,
    )


def _given_columns(
    table: Table, settings: TableSettings, taken: Iterable[str], misfits: list[Inconsistency]
) -> dict[str, str]:
    """The names of columns by hand that can be had; those of columns that are not there are told elsewhere."""
    given: dict[str, str] = {}
    used = set(taken)
    for column, name in settings.column_names.items():
        if column not in table.by_name:
            continue
        if not is_legal(name):
            misfits.append(_misfit(table, name, "GraphQL cannot hold this name."))
        elif name in used:
            misfits.append(_misfit(table, name, "Another column has this name."))
        else:
            given[column] = name
            used.add(name)
    return given


def _columns(table: Table, given: Mapping[str, str], logic: Iterable[str], naming: Naming) -> dict[str, str]:
    named = dict(given)
    taken = {*logic, *given.values()}
    plain = {column.name: naming.field(column.name) for column in table.columns}
    # Columns that keep their name as it stands go first, so that a clash renames the others.
    for column, name in sorted(plain.items(), key=lambda each: each[0] != each[1]):
        if column not in named:
            named[column] = unused(name, taken)
            taken.add(named[column])
    return {column: named[column] for column in plain}


def _values(table: Table, given: Mapping[str, str], naming: Naming) -> dict[str, str]:
    named = {column: name for column, name in given.items() if name not in _NO_VALUES}
    taken = {*_NO_VALUES, *named.values()}
    for column in table.columns:
        if column.name not in named:
            named[column.name] = unused(naming.enum_value(legal(column.name)), taken)
            taken.add(named[column.name])
    return {column.name: named[column.name] for column in table.columns}


def _relationships(
    ways: Mapping[str, Relationship], by_hand: Collection[str], taken: Iterable[str], naming: Naming
) -> tuple[dict[str, Relationship], dict[str, str]]:
    """The relationships by their names, and the other names that some by hand have got."""
    named: dict[str, Relationship] = {}
    others: dict[str, str] = {}
    taken = set(taken)
    # Those by hand are first among the relationships of a table.
    for name, way in ways.items():
        free = unused(legal(name) if name in by_hand else naming.field(name), taken)
        if name in by_hand and free != name:
            others[name] = free
        named[free] = way
        taken.add(free)
    return named, others


def _aggregates(ways: Mapping[str, Relationship], taken: set[str], naming: Naming) -> dict[str, Relationship]:
    """Name what stands beside each array relationship: `album` -> `albumAggregate`."""
    named: dict[str, Relationship] = {}
    for field_name, way in ways.items():
        if way.many:
            name = unused(naming.behind(field_name, "aggregate"), taken)
            named[name] = way
            taken.add(name)
    return named


def _misfit(table: Table, name: str, why: str) -> Inconsistency:
    return Inconsistency(InconsistentPart.NAME, table.name, name, why)
