"""Keeps the trail of what was done to accounts, roles, keys and metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from domain.identifiers import new_id
from persistence.models import AuditEvent

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.audit import AuditEvent as Event


class PostgresAuditTrail:
    """The port `AuditTrail` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, event: Event) -> None:
        """Keep an event, with the time of the transaction."""
        values = {
            "id": new_id(),
            "action": event.action,
            "actor_id": event.actor_id,
            "key_id": event.key_id,
            "target": event.target,
            "details": dict(event.details),
            "address": event.address,
        }
        await self._session.execute(insert(AuditEvent).values(values))
