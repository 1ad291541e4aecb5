"""Pages of a long list by keyset: each goes on where the one before ended, whatever was added or removed meanwhile."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar, cast
from uuid import UUID

from domain.errors import InvalidInputError
from domain.roles import LADDER

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_SIZE: Final = 20
MAX_SIZE: Final = 100
_LONGEST_CURSOR: Final = 8192

Row = TypeVar("Row")
KeyValue: TypeAlias = str | int | bool | datetime | UUID | None
"""What rows are ordered by; None is NULL."""


class Kind(Enum):
    """The kinds of values that rows are ordered by."""

    TEXT = "text"
    FLAG = "flag"
    TIME = "time"
    ID = "id"
    RUNG = "rung"
    """A rung of the ladder of roles; ordered, and compared, by its place from the bottom, the lowest one is 1."""
    NUMBER = "number"
    """A whole number of 64 bits."""
    JSON = "json"
    """A JSON value; nothing is ordered by it."""


_RANGES: Final = {Kind.RUNG: range(1, len(LADDER) + 1), Kind.NUMBER: range(-(2**63), 2**63)}


@dataclass(frozen=True, slots=True)
class SortKey:
    """One attribute that rows are ordered by.

    Attributes:
        attribute: its name in the entity.
        kind: what it is.
        nullable: whether it may be None.
        descending: the largest first.
        nulls_first: where None stands.
    """

    attribute: str
    kind: Kind
    nullable: bool = False
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A total order: its last key is unique."""

    keys: tuple[SortKey, ...]

    def cursor(self, row: object) -> str:
        """The place of a row: opaque text for a client, that this order alone can read."""
        values = [_plain(key, getattr(row, key.attribute)) for key in self.keys]
        text = json.dumps([self._signature(), *values], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def read(self, cursor: str, path: str) -> tuple[KeyValue, ...]:
        """The values of the row that a cursor stands for.

        Raises:
            InvalidInputError: it is none, or one of another order; `path` names the argument.
        """
        try:
            values = _decode(cursor, self._signature())
            return tuple(_value(key, value) for key, value in zip(self.keys, values, strict=True))
        except (ValueError, TypeError, RecursionError):
            raise InvalidInputError("This is no cursor of a list in this order.", (path,)) from None

    def _signature(self) -> str:
        return ",".join(
            f"{key.attribute}{'-' if key.descending else '+'}{'n' if key.nulls_first else ''}" for key in self.keys
        )


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of an order: at most `size` of those between `after` and `before`, from its end if `backward`."""

    size: int
    backward: bool = False
    after: tuple[KeyValue, ...] | None = None
    before: tuple[KeyValue, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some neighbouring rows of a list, and whether there are more on either side."""

    rows: tuple[Row, ...]
    has_next: bool
    has_previous: bool


def page_of(found: Sequence[Row], window: Window) -> Page[Row]:
    """The page of rows that were looked for with one more than the window's size, from its end if backward."""
    more = len(found) > window.size
    rows = tuple(found[: window.size])
    if window.backward:
        return Page(rows[::-1], window.before is not None, more)
    return Page(rows, more, window.after is not None)


def window(
    order: Order, first: int | None, after: str | None, last: int | None = None, before: str | None = None
) -> Window:
    """What the arguments of a connection ask for (GraphQL Cursor Connections Specification).

    Raises:
        InvalidInputError: both sizes are given, one is not 1 to 100, or a cursor is none of this order.
    """
    if first is not None and last is not None:
        raise InvalidInputError("Give first or last, not both.", ("last",))
    size = first if last is None else last
    if size is not None and not 1 <= size <= MAX_SIZE:
        raise InvalidInputError(f"A page has 1 to {MAX_SIZE} rows.", ("first" if last is None else "last",))
    return Window(
        size=DEFAULT_SIZE if size is None else size,
        backward=last is not None,
        after=None if after is None else order.read(after, "after"),
        before=None if before is None else order.read(before, "before"),
    )


def _plain(key: SortKey, value: KeyValue) -> str | int | bool | None:
    match value:
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case str() if key.kind is Kind.RUNG:
            return LADDER.index(value) + 1
        case _:
            return value


def _decode(cursor: str, signature: str) -> list[object]:
    if len(cursor) > _LONGEST_CURSOR:
        raise ValueError(cursor)
    decoded = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    if not isinstance(decoded, list):
        raise TypeError(cursor)
    values = cast("list[object]", decoded)
    if values[:1] != [signature]:
        raise ValueError(cursor)
    return values[1:]


def _value(key: SortKey, value: object) -> KeyValue:
    match key.kind, value:
        case _, None if key.nullable:
            return None
        case Kind.TEXT, str():
            return value
        case Kind.FLAG, bool():
            return value
        case Kind.RUNG | Kind.NUMBER, int() if value in _RANGES[key.kind]:
            return value
        case Kind.ID, str():
            return UUID(value)
        case Kind.TIME, str():
            return _moment(value)
        case _:
            raise TypeError(value)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
