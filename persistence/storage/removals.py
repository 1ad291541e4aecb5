"""What has to be removed from the object store, and the rows that wait for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, exists, func, or_, select, update

from domain.storage.files import FileStatus, UploadKind
from domain.storage.files import Upload as UploadEntity
from domain.storage.lifecycle_ports import Doomed, Place
from persistence.jobs.deferring import defer
from persistence.models import Bucket, DerivedObject, File, Upload

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncSession

REMOVE_OBJECTS: Final = "remove_objects"
"""The job that removes the objects of its argument `keys`."""
PURGE_FILES: Final = "purge_files"
"""The job that removes what is `deleting`; it has no arguments."""
_BUCKETS: Final = 100


class PostgresRemovals:
    """The port `Removals` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def enqueue(self, keys: Sequence[str]) -> None:
        """Enqueue the removal of objects."""
        await defer(self._session, REMOVE_OBJECTS, {"keys": list(keys)})

    async def enqueue_purge(self) -> None:
        """Enqueue the removal of what is `deleting`."""
        await defer(self._session, PURGE_FILES, {})

    async def expire_deleted(self, before: datetime, most: int) -> int:
        """Make files `deleting` that were deleted before then."""
        return await self._condemn(most, File.status == FileStatus.READY, File.deleted_at <= before)

    async def expire_uploads(self, now: datetime, most: int) -> int:
        """Make files `deleting` whose uploads have expired."""
        expired = select(Upload.file_id).where(Upload.expires_at <= now, Upload.completed_at.is_(None))
        return await self._condemn(most, File.status == FileStatus.PENDING, File.id.in_(expired))

    async def forget_completed(self, now: datetime, most: int) -> int:
        """Drop what is known of uploads that were completed, and whose time is over."""
        over = select(Upload.file_id).where(Upload.expires_at <= now, Upload.completed_at.is_not(None))
        some = over.limit(most).with_for_update(skip_locked=True)
        return int((await self._execute(delete(Upload).where(Upload.file_id.in_(some)))).rowcount)

    async def condemn(self, bucket_id: UUID, most: int) -> int:
        """Make files of a bucket that was deleted by force `deleting`."""
        dropped = select(Bucket.id).where(Bucket.id == bucket_id, Bucket.deleted_at.is_not(None))
        return await self._condemn(most, File.bucket_id.in_(dropped), File.status != FileStatus.DELETING)

    async def list_doomed(self, after: UUID | None, most: int, bucket_id: UUID | None = None) -> list[Doomed]:
        """Files that are `deleting`, those with ids behind `after`, in the order of their ids."""
        derived = (
            select(func.array_agg(DerivedObject.object_key))
            .where(DerivedObject.file_id == File.id)
            .correlate(File)
            .scalar_subquery()
        )
        its = (File.id, File.object_key, File.bucket_id, File.path, File.version, File.etag)
        query = select(*its, derived.label("derived"), Upload).outerjoin(Upload, Upload.file_id == File.id)
        query = query.where(File.status == FileStatus.DELETING).order_by(File.id).limit(most)
        if after is not None:
            query = query.where(File.id > after)
        if bucket_id is not None:
            query = query.where(File.bucket_id == bucket_id)
        return [_doomed(row) for row in await self._session.execute(query)]

    async def forget(self, removed: Sequence[Doomed]) -> frozenset[UUID]:
        """Drop the rows of files; their ids. One of which something was made meanwhile is left for the next time."""
        derived = [key for each in removed for key in each.derived]
        await self._execute(delete(DerivedObject).where(DerivedObject.object_key.in_(derived)))
        ids = [each.file_id for each in removed]
        more = exists(select(DerivedObject.file_id).where(DerivedObject.file_id == File.id))
        gone = delete(File).where(File.id.in_(ids), File.status == FileStatus.DELETING, ~more).returning(File.id)
        return frozenset((await self._execute(gone)).scalars())

    async def drop_derived(self, unused_since: datetime, most: int) -> int:
        """Drop what was made of files and is not needed, and enqueue its removal."""
        outdated = exists(
            select(File.id).where(File.id == DerivedObject.file_id, File.version != DerivedObject.version)
        )
        stale = (
            select(DerivedObject.object_key)
            .where(or_(DerivedObject.used_at <= unused_since, outdated))
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        statement = delete(DerivedObject).where(DerivedObject.object_key.in_(stale))
        keys = list((await self._execute(statement.returning(DerivedObject.object_key))).scalars())
        if keys:
            await self.enqueue(keys)
        return len(keys)

    async def remove_bucket(self, bucket_id: UUID) -> bool:
        """Drop the row of a bucket that was deleted by force, unless there are files of it yet."""
        files = exists(select(File.id).where(File.bucket_id == bucket_id))
        dropped = (Bucket.id == bucket_id) & Bucket.deleted_at.is_not(None)
        await self._execute(delete(Bucket).where(dropped, ~files))
        return not (await self._session.execute(select(exists(select(Bucket.id).where(dropped))))).scalar_one()

    async def list_deleted_buckets(self) -> list[UUID]:
        """Some buckets that were deleted by force and are still there."""
        query = select(Bucket.id).where(Bucket.deleted_at.is_not(None)).order_by(Bucket.deleted_at).limit(_BUCKETS)
        return list((await self._session.execute(query)).scalars())

    async def _condemn(self, most: int, *conditions: ColumnElement[bool]) -> int:
        # Whoever restores or completes one just now has it locked, and keeps it.
        some = select(File.id).where(*conditions).limit(most).with_for_update(skip_locked=True)
        statement = update(File).where(File.id.in_(some), *conditions)
        return int((await self._execute(statement.values(status=FileStatus.DELETING, updated_at=func.now()))).rowcount)

    async def _execute(self, statement: Any) -> Any:  # noqa: ANN401 - a change with whatever it returns
        # No object of a session's is to be kept in step with the rows.
        return await self._session.execute(statement, execution_options={"synchronize_session": False})


def _doomed(row: Row[*tuple[Any, ...]]) -> Doomed:
    return Doomed(
        file_id=row.id,
        key=row.object_key,
        derived=tuple(row.derived or ()),
        upload=_upload(row.Upload) if row.Upload and row.Upload.completed_at is None else None,
        place=Place(row.bucket_id, row.path),
        version=row.version,
        was_ready=row.etag is not None,
    )


def _upload(row: Upload) -> UploadEntity:
    return UploadEntity(
        file_id=row.file_id,
        kind=UploadKind(row.kind),
        sha256=row.sha256,
        overwrite=row.overwrite,
        received=row.received,
        token=row.token,
        expires_at=row.expires_at,
        content_type=row.content_type,
        key_id=row.key_id,
        subject=row.subject,
    )
