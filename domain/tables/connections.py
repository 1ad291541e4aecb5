"""Pages of long lists by the place of their rows in the order (GraphQL Cursor Connections Specification)."""

from __future__ import annotations

import binascii
import hashlib
import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from domain.errors import InvalidInputError
from domain.tables.calls import ComputedColumn
from domain.tables.catalog import Column
from domain.tables.operators import Direction
from domain.tables.plan import OrderTerm

if TYPE_CHECKING:
    from domain.tables.aggregates import MeasureTerm, NodesOutput
    from domain.tables.plan import ConstantOutput, Output, Parameter, Rows, Subject

DEFAULT_PAGE: Final = 50
"""The rows of a page whose size is not told."""
MAX_PAGE: Final = 1000
"""The most rows of a page."""
_MAX_CURSOR: Final = 100_000
"""Characters of a cursor; the values of an ordering are in it."""


class PageField(Enum):
    """What is told of the place of a page."""

    HAS_NEXT = "hasNextPage"
    HAS_PREVIOUS = "hasPreviousPage"
    START = "startCursor"
    END = "endCursor"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an order: a value for each term of it, None for NULL."""

    values: tuple[Parameter | None, ...]


@dataclass(frozen=True, slots=True)
class CursorOutput:
    """The cursor of a row."""

    key: str


@dataclass(frozen=True, slots=True)
class NodeOutput:
    """The row itself."""

    key: str
    output: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class EdgesOutput:
    """The rows with their cursors."""

    key: str
    output: tuple[CursorOutput | NodeOutput | ConstantOutput, ...]


@dataclass(frozen=True, slots=True)
class PageFieldOutput:
    """A field of the page's place."""

    key: str
    field: PageField


@dataclass(frozen=True, slots=True)
class PageInfoOutput:
    """The place of the page."""

    key: str
    output: tuple[PageFieldOutput | ConstantOutput, ...]


@dataclass(frozen=True, slots=True)
class TotalOutput:
    """The number of rows of all pages; `estimated` as the planner does, or counted."""

    key: str
    estimated: bool = False


ConnectionMember: TypeAlias = "EdgesOutput | NodesOutput | PageInfoOutput | TotalOutput | ConstantOutput"


@dataclass(frozen=True, slots=True)
class Connection:
    """One page of rows.

    Attributes:
        rows: all rows in a total order; its own output, limit and offset are empty.
        output: what of the page.
        size: how many rows it has at most; `DEFAULT_PAGE` if None.
        backward: whether it is counted from the end.
        after, before: the places between which it lies.
        signature: names the order; part of each cursor.
    """

    rows: Rows
    output: tuple[ConnectionMember, ...]
    size: Parameter | None
    backward: bool
    after: Place | None
    before: Place | None
    signature: str


@dataclass(frozen=True, slots=True)
class ConnectionRoot:
    """A root field that answers a page."""

    key: str
    connection: Connection

    @property
    def rows(self) -> Rows:
        """The rows it is about."""
        return self.connection.rows


def signature_of(rows: Rows) -> str:
    """A short text that names the table and the order, and no filter; the same in every process and version."""
    parts = [str(rows.table.name), *(_term_text(term) for term in rows.order_by)]
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=6).hexdigest()


def _term_text(term: OrderTerm | MeasureTerm) -> list[Any]:
    way = [[str(way.source), way.constraint, str(table.name)] for way, table in term.through]
    direction = _SHORTER.get(term.direction, term.direction).value
    if isinstance(term, OrderTerm):
        return [way, _subject_text(term.column), direction]
    columns = [column.name for column in term.measure.columns]
    return [way, term.relationship.constraint, str(term.table.name), term.measure.function.value, columns, direction]


def _subject_text(subject: Subject) -> str:
    if isinstance(subject, Column | ComputedColumn):
        return subject.name
    raise AssertionError(f"a page is ordered by {subject!r}")


_SHORTER: Final = {Direction.ASC_NULLS_LAST: Direction.ASC, Direction.DESC_NULLS_FIRST: Direction.DESC}


def read_cursor(cursor: str, signature: str, count: int) -> tuple[str | None, ...]:
    """The values of a cursor of this order, as texts.

    Raises:
        InvalidInputError: it is none of this order.
    """
    refused = InvalidInputError("This is not a cursor of this list in this order.")
    if len(cursor) > _MAX_CURSOR:
        raise refused
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        found = json.loads(text)
        text_is_storable = "\0" not in "".join(each.encode().decode() for each in found if each is not None)
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError):
        raise refused from None
    if not isinstance(found, list) or not text_is_storable:
        raise refused
    named, *values = cast("list[str | None]", found) or [None]
    if named != signature or len(values) != count:
        raise refused
    return tuple(values)
