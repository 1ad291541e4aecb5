"""Keyset pages as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import ColumnElement, and_, false, literal, or_, tuple_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from domain.paging import KeyValue, SortKey, Window

KeyColumn: TypeAlias = "tuple[SortKey, ColumnElement[Any]]"
"""A key of an order, and the SQL expression of its values."""
Query: TypeAlias = "Select[*tuple[Any, ...]]"


def windowed(query: Query, columns: Sequence[KeyColumn], window: Window) -> Query:
    """The query for the rows of a window, in its order, and for one more that tells whether there are more."""
    if window.after is not None:
        query = query.where(_beyond(columns, window.after, forward=True))
    if window.before is not None:
        query = query.where(_beyond(columns, window.before, forward=False))
    return query.order_by(*_ordering(columns, forward=not window.backward)).limit(window.size + 1)


def _ordering(columns: Sequence[KeyColumn], *, forward: bool) -> list[ColumnElement[Any]]:
    return [_directed(key, column, forward=forward) for key, column in columns]


def _directed(key: SortKey, column: ColumnElement[Any], *, forward: bool) -> ColumnElement[Any]:
    descending, nulls_first = key.descending == forward, key.nulls_first == forward
    directed = column.desc() if descending else column.asc()
    # PostgreSQL's own place of NULLs is left unsaid: an index is not used where it is said of a column without any.
    if not key.nullable or nulls_first == descending:
        return directed
    return directed.nulls_first() if nulls_first else directed.nulls_last()


def _beyond(columns: Sequence[KeyColumn], values: Sequence[KeyValue], *, forward: bool) -> ColumnElement[bool]:
    """What comes after the row with these values, or before it."""
    if _is_uniform(columns):
        row = tuple_(*(column for _, column in columns))
        place = tuple_(*(literal(value, column.type) for (_, column), value in zip(columns, values, strict=True)))
        return row < place if columns[0][0].descending == forward else row > place
    ways: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for (key, column), value in zip(columns, values, strict=True):
        ways.append(and_(*equal, _past(key, column, value, forward=forward)))
        equal.append(column.is_(None) if value is None else column == literal(value, column.type))
    return or_(*ways)


def _is_uniform(columns: Sequence[KeyColumn]) -> bool:
    """Whether a comparison of whole rows, which an index answers, says it."""
    return not any(key.nullable for key, _ in columns) and len({key.descending for key, _ in columns}) == 1


def _past(key: SortKey, column: ColumnElement[Any], value: KeyValue, *, forward: bool) -> ColumnElement[bool]:
    descending, nulls_first = key.descending == forward, key.nulls_first == forward
    if value is None:
        return column.is_not(None) if nulls_first else false()
    place = literal(value, column.type)
    past = column < place if descending else column > place
    return or_(past, column.is_(None)) if key.nullable and not nulls_first else past
