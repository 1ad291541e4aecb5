"""Keeps the installation's own row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.instance import Instance
from persistence.errors import domain_errors
from persistence.models import Instance as InstanceModel

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


class PostgresInstanceRepository:
    """The port `InstanceRepository` on PostgreSQL."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def find(self) -> Instance | None:
        """The installation, or None before the first migration."""
        query = select(InstanceModel.id, InstanceModel.initialized_at)
        with domain_errors():
            async with self._engine.connect() as connection:
                row = (await connection.execute(query)).one_or_none()
        return Instance(id=row.id, initialized_at=row.initialized_at) if row else None
