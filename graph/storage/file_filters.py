"""Which files, and in what order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from domain.storage.listing_files import FILE_FIELDS, order_of
from graph.filters import (
    BigIntFilter,
    IdFilter,
    JsonFilter,
    SortDirection,
    TextFilter,
    TimeFilter,
    attribute,
    operator,
    read_key,
    read_where,
)

if TYPE_CHECKING:
    from domain.conditions import Condition
    from domain.paging import Order


@strawberry.input(description="Which files; fields beside each other must all hold.")
class FileFilter:
    """Which files; fields beside each other must all hold."""

    and_: list[FileFilter] | None = operator("and", "All of these.")
    or_: list[FileFilter] | None = operator("or", "One of these at least.")
    not_: FileFilter | None = operator("not", "Not this.")
    id: IdFilter | None = attribute()
    path: TextFilter | None = attribute()
    size: BigIntFilter | None = attribute()
    content_type: TextFilter | None = attribute()
    metadata: JsonFilter | None = attribute()
    version: BigIntFilter | None = attribute()
    owner_id: IdFilter | None = attribute()
    created_at: TimeFilter | None = attribute()
    updated_at: TimeFilter | None = attribute()


@strawberry.input(description="What files are ordered by: one attribute; the id comes last.")
class FileOrder:
    """What files are ordered by: one attribute."""

    path: SortDirection | None = attribute()
    created_at: SortDirection | None = attribute()
    updated_at: SortDirection | None = attribute()
    size: SortDirection | None = attribute()


def read_condition(given: FileFilter | None) -> Condition:
    """The condition that a filter says.

    Raises:
        InvalidInputError: an operand is null or no id, or the filter is nested too deeply.
    """
    return read_where(given, FILE_FIELDS)


def read_order(given: FileOrder | None) -> Order:
    """The order that is asked for.

    Raises:
        InvalidInputError: it names no attribute, or more than one.
    """
    return order_of(None if given is None else read_key(given, FILE_FIELDS))
