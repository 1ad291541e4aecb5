"""Reads the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from domain.administration.trail import KeptEvent
from domain.paging import page_of
from persistence.keyset import windowed
from persistence.models import AuditEvent

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from domain.administration.trail import EventFilter
    from domain.paging import Order, Page, Window
    from persistence.transactions import Transactions

_SORTED_BY: Final[dict[str, ColumnElement[Any]]] = {
    "at": AuditEvent.at.expression,
    "id": AuditEvent.id.expression,
}
_COLUMNS: Final = (
    AuditEvent.id,
    AuditEvent.at,
    AuditEvent.action,
    AuditEvent.actor_id,
    AuditEvent.key_id,
    AuditEvent.target,
    AuditEvent.details,
    AuditEvent.address,
)


class PostgresKeptTrail:
    """The port `KeptTrail` on PostgreSQL; each call is a transaction of its own."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def page(self, only: EventFilter, order: Order, window: Window) -> Page[KeptEvent]:
        """The events of a window, by one statement."""
        columns = [(key, _SORTED_BY[key.attribute]) for key in order.keys]
        query = windowed(select(*_COLUMNS).where(*_conditions(only)), columns, window)
        async with self._transactions.begin() as session:
            rows = (await session.execute(query)).all()
        return page_of([KeptEvent(*row) for row in rows], window)

    async def count(self, only: EventFilter) -> int:
        """How many events there are."""
        query = select(func.count()).select_from(AuditEvent).where(*_conditions(only))
        async with self._transactions.begin() as session:
            return (await session.execute(query)).scalar_one()


def _conditions(only: EventFilter) -> list[ColumnElement[bool]]:
    given: list[tuple[ColumnElement[Any], object]] = [
        (AuditEvent.action.expression, only.action),
        (AuditEvent.actor_id.expression, only.actor_id),
        (AuditEvent.target.expression, only.target),
    ]
    return [column == value for column, value in given if value is not None]
