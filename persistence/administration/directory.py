"""Finds users: a page of them by one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ARRAY, ColumnElement, Integer, Text, func, literal, select

from domain.administration.directory import USER_FIELDS, UserField
from domain.paging import page_of
from domain.roles import LADDER
from persistence.accounts.rows import select_users, user_of
from persistence.conditions import condition_sql
from persistence.keyset import windowed
from persistence.models import User

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.users import User as UserEntity
    from domain.conditions import Condition
    from domain.paging import Order, Page, Window
    from persistence.transactions import Transactions

_RUNG: Final[ColumnElement[int]] = func.array_position(literal(list(LADDER), ARRAY(Text)), User.role, type_=Integer)
_COLUMNS: Final[dict[str, ColumnElement[Any]]] = {name: getattr(User, name).expression for name in USER_FIELDS}
_SORTED_BY: Final = _COLUMNS | {UserField.ROLE.attribute: _RUNG}


class PostgresUserDirectory:
    """The port `UserDirectory` on PostgreSQL; each call is a transaction of its own."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def page(self, condition: Condition, order: Order, window: Window) -> Page[UserEntity]:
        """The users of a window, by one statement."""
        columns = [(key, _SORTED_BY[key.attribute]) for key in order.keys]
        query = windowed(select_users().where(condition_sql(condition, _COLUMNS)), columns, window)
        async with self._transactions.begin() as session:
            return page_of([user_of(row) for row in await session.execute(query)], window)

    async def count(self, condition: Condition) -> int:
        """How many users there are."""
        query = select(func.count()).select_from(User).where(condition_sql(condition, _COLUMNS))
        async with self._transactions.begin() as session:
            return (await session.execute(query)).scalar_one()

    async def find(self, user_id: UUID) -> UserEntity | None:
        """The user, or None."""
        async with self._transactions.begin() as session:
            row = (await session.execute(select_users().where(User.id == user_id))).one_or_none()
        return user_of(row) if row else None
