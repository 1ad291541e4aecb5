"""Texts in the order of their bytes that begin in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, literal, true

from domain.storage.paths import end_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def begins_with(column: ColumnElement[Any], start: str) -> ColumnElement[bool]:
    """The condition that a text begins so: a range, which an index answers. The column has the collation C."""
    if not start:
        return true()
    end = end_of(start)
    lower = column >= literal(start, Text)
    return lower if end is None else lower & (column < literal(end, Text))
