"""Finds and locks single files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from persistence.models import Bucket, File
from persistence.storage.reach import within
from persistence.storage.rows import LIVING, file_of, select_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.storage import files
    from domain.storage.reach import Reach


class PostgresFiles:
    """The port `FileRepository` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, file_id: UUID, reach: Reach) -> files.File | None:
        """The file, or None if there is none within reach."""
        query = select_files().where(File.id == file_id, LIVING, within(reach))
        row = (await self._session.execute(query)).one_or_none()
        return file_of(row) if row else None

    async def find_at(self, bucket: str, path: str, reach: Reach) -> files.File | None:
        """The file at a path of the bucket with the name, or None if there is none within reach."""
        query = select_files().where(Bucket.name == bucket, File.path == path, LIVING, within(reach))
        row = (await self._session.execute(query)).one_or_none()
        return file_of(row) if row else None

    async def lock(self, file_id: UUID) -> files.File | None:
        """The file, which nobody else changes until the transaction ends; None if there is none."""
        query = select_files().where(File.id == file_id, LIVING).with_for_update(of=File)
        row = (await self._session.execute(query)).one_or_none()
        return file_of(row) if row else None

    async def among(self, file_ids: Sequence[UUID], reach: Reach) -> frozenset[UUID]:
        """Those of the files that are within reach."""
        query = select(File.id).join(Bucket, Bucket.id == File.bucket_id)
        found = await self._session.scalars(query.where(File.id.in_(file_ids), LIVING, within(reach)))
        return frozenset(found)

    async def within(self, file_id: UUID, reach: Reach) -> bool:
        """Whether a file of any state, as the transaction sees it now, is within reach."""
        file = select(File.id).join(Bucket, Bucket.id == File.bucket_id).where(File.id == file_id, within(reach))
        return bool((await self._session.execute(select(exists(file)))).scalar_one())
