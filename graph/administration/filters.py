"""Which users, and in what order: the dialect of the table API over the attributes of a user."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

import strawberry

from domain.administration.directory import (
    EVERYBODY,
    AllOf,
    AnyOf,
    Comparator,
    Comparison,
    Negation,
    UserField,
    order_of,
)
from domain.errors import InvalidInputError
from graph.accounts.types import read_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.administration.directory import Condition
    from domain.paging import Order, SortKey

MAX_NESTING: Final = 10
"""Levels of `_and`, `_or` and `_not`."""
_UNSET: Final = strawberry.UNSET


def _operator(name: str, description: str) -> Any:  # noqa: ANN401 - the default of a field of any type
    return strawberry.field(name=f"_{name}", default=_UNSET, description=description)


@strawberry.input(description="A test of an id; tests beside each other must all hold.")
class IdFilter:
    """A test of an id."""

    eq: strawberry.ID | None = _operator("eq", "Equal.")
    neq: strawberry.ID | None = _operator("neq", "Not equal.")
    in_: list[strawberry.ID] | None = _operator("in", "Equal to one of the list; an empty list matches nothing.")
    nin: list[strawberry.ID] | None = _operator("nin", "Equal to none of the list.")


@strawberry.input(description="A test of a text; tests beside each other must all hold.")
class TextFilter:
    """A test of a text."""

    eq: str | None = _operator("eq", "Equal.")
    neq: str | None = _operator("neq", "Not equal.")
    gt: str | None = _operator("gt", "Greater.")
    gte: str | None = _operator("gte", "Greater or equal.")
    lt: str | None = _operator("lt", "Less.")
    lte: str | None = _operator("lte", "Less or equal.")
    in_: list[str] | None = _operator("in", "Equal to one of the list; an empty list matches nothing.")
    nin: list[str] | None = _operator("nin", "Equal to none of the list.")
    like: str | None = _operator("like", "Matches a pattern with % for any text and _ for one character.")
    nlike: str | None = _operator("nlike", "Does not match a pattern with % and _.")
    ilike: str | None = _operator("ilike", "Matches a pattern with % and _, whatever the case.")
    nilike: str | None = _operator("nilike", "Does not match a pattern with % and _, whatever the case.")
    is_null: bool | None = _operator("isNull", "Is absent, or is not.")


@strawberry.input(description="A test of a role's name; tests beside each other must all hold.")
class RoleFilter:
    """A test of a role's name."""

    eq: str | None = _operator("eq", "Equal.")
    neq: str | None = _operator("neq", "Not equal.")
    in_: list[str] | None = _operator("in", "Equal to one of the list; an empty list matches nothing.")
    nin: list[str] | None = _operator("nin", "Equal to none of the list.")


@strawberry.input(description="A test of a time; tests beside each other must all hold.")
class TimeFilter:
    """A test of a time."""

    eq: datetime | None = _operator("eq", "Equal.")
    neq: datetime | None = _operator("neq", "Not equal.")
    gt: datetime | None = _operator("gt", "Later.")
    gte: datetime | None = _operator("gte", "Later or equal.")
    lt: datetime | None = _operator("lt", "Earlier.")
    lte: datetime | None = _operator("lte", "Earlier or equal.")
    is_null: bool | None = _operator("isNull", "Is absent, or is not.")


@strawberry.input(description="A test of a boolean; tests beside each other must all hold.")
class FlagFilter:
    """A test of a boolean."""

    eq: bool | None = _operator("eq", "Equal.")
    neq: bool | None = _operator("neq", "Not equal.")


def _attribute() -> Any:  # noqa: ANN401 - the default of a field of any type
    return strawberry.field(default=_UNSET)


@strawberry.input(description="Which users; fields beside each other must all hold.")
class UserFilter:
    """Which users; fields beside each other must all hold."""

    and_: list[UserFilter] | None = _operator("and", "All of these.")
    or_: list[UserFilter] | None = _operator("or", "One of these at least.")
    not_: UserFilter | None = _operator("not", "Not this.")
    id: IdFilter | None = _attribute()
    email: TextFilter | None = _attribute()
    username: TextFilter | None = _attribute()
    name: TextFilter | None = _attribute()
    phone: TextFilter | None = _attribute()
    role: RoleFilter | None = _attribute()
    active: FlagFilter | None = _attribute()
    email_verified_at: TimeFilter | None = _attribute()
    created_at: TimeFilter | None = _attribute()
    last_seen_at: TimeFilter | None = _attribute()


@strawberry.enum(description="A direction, and where what is absent stands.")
class SortDirection(Enum):
    """A direction, and where what is absent stands: descending, absent first."""

    ASC = (False, False, "asc")
    ASC_NULLS_FIRST = (False, True, "asc")
    ASC_NULLS_LAST = (False, False, "asc_nulls_last")
    DESC = (True, True, "desc")
    DESC_NULLS_FIRST = (True, True, "desc_nulls_first")
    DESC_NULLS_LAST = (True, False, "desc")


@strawberry.input(description="What users are ordered by: one attribute; the id comes last.")
class UserOrder:
    """What users are ordered by: one attribute."""

    id: SortDirection | None = _attribute()
    email: SortDirection | None = _attribute()
    username: SortDirection | None = _attribute()
    name: SortDirection | None = _attribute()
    phone: SortDirection | None = _attribute()
    role: SortDirection | None = _attribute()
    active: SortDirection | None = _attribute()
    email_verified_at: SortDirection | None = _attribute()
    created_at: SortDirection | None = _attribute()
    last_seen_at: SortDirection | None = _attribute()


_FIELDS: Final = {field.value[0]: field for field in UserField}
_COMPARATORS: Final = {"in_": Comparator.IN, "is_null": Comparator.IS_NULL}


def read_condition(given: UserFilter | None) -> Condition:
    """The condition that a filter says.

    Raises:
        InvalidInputError: an operand is null or no id, or the filter is nested too deeply.
    """
    return EVERYBODY if given is None else _condition(given, MAX_NESTING)


def read_order(given: list[UserOrder] | None) -> Order:
    """The order that is asked for.

    Raises:
        InvalidInputError: an item names no attribute, or more than one.
    """
    return order_of([_key(item) for item in given or ()])


def _condition(given: UserFilter, levels: int) -> Condition:
    if levels == 0:
        raise InvalidInputError(f"A filter is nested at most {MAX_NESTING} levels deep.", ("where",))
    parts: list[Condition] = []
    for name, value in _given(given):
        if value is None:
            continue
        match name:
            case "and_":
                parts.append(AllOf(tuple(_condition(item, levels - 1) for item in value)))
            case "or_":
                parts.append(AnyOf(tuple(_condition(item, levels - 1) for item in value)))
            case "not_":
                parts.append(Negation(_condition(value, levels - 1)))
            case _:
                parts.extend(_comparisons(_FIELDS[name], value))
    return AllOf(tuple(parts))


def _comparisons(field: UserField, given: object) -> Iterator[Comparison]:
    for name, value in _given(given):
        comparator = _COMPARATORS.get(name) or Comparator(name)
        if value is None:
            raise InvalidInputError("null is compared with by _isNull only.", ("where",))
        yield Comparison(field, comparator, _operand(field, value))


def _operand(field: UserField, value: object) -> object:
    match value:
        case list():
            return tuple(_operand(field, item) for item in cast("list[object]", value))
        case str() if field is UserField.ID:
            return read_id(value, "where")
        case datetime() if value.tzinfo is None:
            raise InvalidInputError("Write times with their offset.", ("where",))
        case _:
            return value


def _key(given: UserOrder) -> SortKey:
    chosen = [(name, value) for name, value in _given(given) if value is not None]
    if len(chosen) != 1:
        raise InvalidInputError("Each item of orderBy names one attribute.", ("orderBy",))
    name, direction = chosen[0]
    descending, nulls_first, _ = direction.value
    return _FIELDS[name].key(descending=descending, nulls_first=nulls_first)


def _given(value: object) -> Iterator[tuple[str, Any]]:
    """The members of an input that the client has given, null ones too."""
    for field in fields(value):  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - Strawberry's inputs are dataclasses
        member = getattr(value, field.name)
        if member is not _UNSET:
            yield field.name, member
