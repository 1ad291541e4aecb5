"""Keeps buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persistence.models import Bucket
from persistence.storage.rows import bucket_of, select_buckets

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.storage import buckets


class PostgresBuckets:
    """The port `BucketRepository` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, bucket_id: UUID) -> buckets.Bucket | None:
        """The bucket, or None."""
        row = (await self._session.execute(select_buckets().where(Bucket.id == bucket_id))).one_or_none()
        return bucket_of(row) if row else None

    async def find_named(self, name: str) -> buckets.Bucket | None:
        """The bucket with the name, or None."""
        row = (await self._session.execute(select_buckets().where(Bucket.name == name))).one_or_none()
        return bucket_of(row) if row else None
