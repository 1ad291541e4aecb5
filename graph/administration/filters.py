"""Which users, and in what order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from domain.administration.directory import USER_FIELDS, order_of
from graph.filters import (
    FlagFilter,
    IdFilter,
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


@strawberry.input(description="A test of a role's name; tests beside each other must all hold.")
class RoleFilter:
    """A test of a role's name."""

    eq: str | None = operator("eq", "Equal.")
    neq: str | None = operator("neq", "Not equal.")
    in_: list[str] | None = operator("in", "Equal to one of the list; an empty list matches nothing.")
    nin: list[str] | None = operator("nin", "Equal to none of the list.")


@strawberry.input(description="Which users; fields beside each other must all hold.")
class UserFilter:
    """Which users; fields beside each other must all hold."""

    and_: list[UserFilter] | None = operator("and", "All of these.")
    or_: list[UserFilter] | None = operator("or", "One of these at least.")
    not_: UserFilter | None = operator("not", "Not this.")
    id: IdFilter | None = attribute()
    email: TextFilter | None = attribute()
    username: TextFilter | None = attribute()
    name: TextFilter | None = attribute()
    phone: TextFilter | None = attribute()
    role: RoleFilter | None = attribute()
    active: FlagFilter | None = attribute()
    email_verified_at: TimeFilter | None = attribute()
    created_at: TimeFilter | None = attribute()
    last_seen_at: TimeFilter | None = attribute()


@strawberry.input(description="What users are ordered by: one attribute; the id comes last.")
class UserOrder:
    """What users are ordered by: one attribute."""

    id: SortDirection | None = attribute()
    email: SortDirection | None = attribute()
    username: SortDirection | None = attribute()
    name: SortDirection | None = attribute()
    phone: SortDirection | None = attribute()
    role: SortDirection | None = attribute()
    active: SortDirection | None = attribute()
    email_verified_at: SortDirection | None = attribute()
    created_at: SortDirection | None = attribute()
    last_seen_at: SortDirection | None = attribute()


def read_condition(given: UserFilter | None) -> Condition:
    """The condition that a filter says.

    Raises:
        InvalidInputError: an operand is null or no id, or the filter is nested too deeply.
    """
    return read_where(given, USER_FIELDS)


def read_order(given: list[UserOrder] | None) -> Order:
    """The order that is asked for.

    Raises:
        InvalidInputError: an item names no attribute, or more than one.
    """
    return order_of([read_key(item, USER_FIELDS) for item in given or ()])
