"""Finds buckets, and counts what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, ColumnElement, cast, exists, func, or_, select, true

from domain.paging import page_of
from domain.storage.bucket_ports import BucketStats, Contents
from domain.storage.files import FileStatus
from persistence.keyset import windowed
from persistence.models import Bucket, File, FileRule
from persistence.storage.reach import within
from persistence.storage.rows import LIVING, bucket_of, select_buckets
from persistence.storage.rules import of_lineage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.paging import Order, Page, Window
    from domain.storage import buckets
    from domain.storage.bucket_ports import Viewer
    from domain.storage.reach import Reach

_SIZE: Final = cast(func.coalesce(func.sum(File.size), 0), BigInteger)
_PENDING: Final = (File.status == FileStatus.PENDING) & File.deleted_at.is_(None)
_DELETED: Final = (File.status == FileStatus.DELETING) | File.deleted_at.is_not(None)
_KINDS: Final = {"ready": LIVING, "pending": _PENDING, "deleted": _DELETED}
_THERE: Final = Bucket.deleted_at.is_(None)
_KINDS_OF_ALL: Final = {"ready": LIVING & _THERE, "pending": _PENDING & _THERE, "deleted": _DELETED | ~_THERE}


class PostgresBucketDirectory:
    """The port `BucketDirectory` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, viewer: Viewer | None, order: Order, window: Window) -> Page[buckets.Bucket]:
        """The buckets of a window, by one statement; None sees all."""
        columns = [(key, getattr(Bucket, key.attribute).expression) for key in order.keys]
        query = windowed(select_buckets().where(_seen(viewer)), columns, window)
        return page_of([bucket_of(row) for row in await self._session.execute(query)], window)

    async def count(self, viewer: Viewer | None) -> int:
        """How many there are."""
        query = select(func.count()).select_from(Bucket).where(Bucket.deleted_at.is_(None), _seen(viewer))
        return (await self._session.execute(query)).scalar_one()

    async def contents(self, bucket_ids: Collection[UUID], reach: Reach) -> Mapping[UUID, Contents]:
        """The files of each bucket that are within reach, by one statement; no entry for none."""
        query = select(File.bucket_id, func.count().label("files"), _SIZE.label("size"))
        query = query.join(Bucket, Bucket.id == File.bucket_id)
        query = query.where(File.bucket_id.in_(bucket_ids), LIVING, within(reach)).group_by(File.bucket_id)
        return {row.bucket_id: Contents(row.files, row.size) for row in await self._session.execute(query)}

    async def stats(self, bucket_ids: Collection[UUID]) -> Mapping[UUID, BucketStats]:
        """The files of each bucket, by one statement; no entry for none."""
        query = select(File.bucket_id, *_figures(_KINDS)).where(File.bucket_id.in_(bucket_ids)).group_by(File.bucket_id)
        return {row.bucket_id: _stats(row) for row in await self._session.execute(query)}

    async def totals(self) -> BucketStats:
        """The files of all buckets; those of deleted ones, whose bytes are yet to be removed, count as deleted."""
        query = select(*_figures(_KINDS_OF_ALL)).select_from(File).join(Bucket, Bucket.id == File.bucket_id)
        return _stats((await self._session.execute(query)).one())


def _seen(viewer: Viewer | None) -> ColumnElement[bool]:
    if viewer is None:
        return true()
    about = or_(FileRule.bucket_id == Bucket.id, FileRule.bucket_id.is_(None))
    ruled = exists(select(FileRule.id).where(about, of_lineage(viewer.role)).correlate(Bucket))
    owned = [] if viewer.user_id is None else [Bucket.owner_id == viewer.user_id]
    return or_(*owned, Bucket.public, ruled)


def _figures(kinds: Mapping[str, ColumnElement[bool]]) -> list[ColumnElement[Any]]:
    return [
        figure.filter(condition).label(f"{kind}_{name}")
        for kind, condition in kinds.items()
        for name, figure in (("files", func.count()), ("size", func.sum(File.size)))
    ]


def _stats(row: Row[*tuple[Any, ...]]) -> BucketStats:
    return BucketStats(**{kind: Contents(*_pair(row, kind)) for kind in _KINDS})


def _pair(row: Row[*tuple[Any, ...]], kind: str) -> tuple[int, int]:
    return getattr(row, f"{kind}_files"), int(getattr(row, f"{kind}_size") or 0)
