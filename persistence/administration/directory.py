"""Finds users: a page of them by one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, assert_never

from sqlalchemy import ARRAY, ColumnElement, Integer, Text, and_, any_, false, func, literal, not_, or_, select, true

from domain.administration.directory import AllOf, AnyOf, Comparator, Comparison, Negation, UserField
from domain.paging import page_of
from domain.roles import LADDER
from persistence.accounts.rows import select_users, user_of
from persistence.keyset import windowed
from persistence.models import User

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from domain.accounts.users import User as UserEntity
    from domain.administration.directory import Condition
    from domain.paging import Order, Page, Window
    from persistence.transactions import Transactions

_RUNG: Final[ColumnElement[int]] = func.array_position(literal(list(LADDER), ARRAY(Text)), User.role, type_=Integer)
_COLUMNS: Final[dict[UserField, ColumnElement[Any]]] = {
    field: getattr(User, field.value[0]).expression for field in UserField
}
_SORTED_BY: Final = {field.value[0]: column for field, column in _COLUMNS.items()} | {UserField.ROLE.value[0]: _RUNG}

_OPERATORS: Final[dict[Comparator, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]]] = {
    Comparator.EQ: lambda column, value: column == literal(value, column.type),
    Comparator.NEQ: lambda column, value: column != literal(value, column.type),
    Comparator.GT: lambda column, value: column > literal(value, column.type),
    Comparator.GTE: lambda column, value: column >= literal(value, column.type),
    Comparator.LT: lambda column, value: column < literal(value, column.type),
    Comparator.LTE: lambda column, value: column <= literal(value, column.type),
    Comparator.IN: lambda column, value: column == any_(literal(list(value), ARRAY(column.type))),
    Comparator.NIN: lambda column, value: not_(column == any_(literal(list(value), ARRAY(column.type)))),
    Comparator.LIKE: lambda column, value: column.like(value),
    Comparator.NLIKE: lambda column, value: column.not_like(value),
    Comparator.ILIKE: lambda column, value: column.ilike(value),
    Comparator.NILIKE: lambda column, value: column.not_ilike(value),
    Comparator.IS_NULL: lambda column, value: column.is_(None) if value else column.is_not(None),
}


class PostgresUserDirectory:
    """The port `UserDirectory` on PostgreSQL; each call is a transaction of its own."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def page(self, condition: Condition, order: Order, window: Window) -> Page[UserEntity]:
        """The users of a window, by one statement."""
        columns = [(key, _SORTED_BY[key.attribute]) for key in order.keys]
        query = windowed(select_users().where(_sql(condition)), columns, window)
        async with self._transactions.begin() as session:
            return page_of([user_of(row) for row in await session.execute(query)], window)

    async def count(self, condition: Condition) -> int:
        """How many users there are."""
        query = select(func.count()).select_from(User).where(_sql(condition))
        async with self._transactions.begin() as session:
            return (await session.execute(query)).scalar_one()

    async def find(self, user_id: UUID) -> UserEntity | None:
        """The user, or None."""
        async with self._transactions.begin() as session:
            row = (await session.execute(select_users().where(User.id == user_id))).one_or_none()
        return user_of(row) if row else None


def _sql(condition: Condition) -> ColumnElement[bool]:
    match condition:
        case Comparison(field, comparator, value):
            return _OPERATORS[comparator](_COLUMNS[field], value)
        case Negation(part):
            return not_(_sql(part))
        case AllOf(parts):
            return and_(true(), *(_sql(part) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(_sql(part) for part in parts))
        case _:
            assert_never(condition)
