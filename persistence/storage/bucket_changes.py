"""Makes, changes and deletes buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, insert, select, update

from domain.storage.files import FileStatus
from persistence.errors import domain_errors
from persistence.jobs.deferring import defer
from persistence.models import Bucket, File
from persistence.storage.changes import deleted_values
from persistence.storage.rows import LIVING, bucket_of, select_buckets

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.storage import buckets

REMOVE_BUCKET: Final = "remove_bucket"
"""The job that removes the bucket of its argument `bucket_id` with everything in it."""

EMPTY_BUCKET: Final = "empty_bucket"
"""The job that deletes what was in the bucket of its argument `bucket_id` at the time of its argument `until`."""
_STATE: Final = (File.id, File.bucket_id, File.status, File.deleted_at, File.updated_at)


class PostgresBucketChanges:
    """The port `BucketChanges` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self, named: UUID | str) -> buckets.Bucket | None:
        """The bucket with an id or a name, to which nobody adds a file until the transaction ends; None: none."""
        is_it = Bucket.name == named if isinstance(named, str) else Bucket.id == named
        query = select_buckets().where(is_it).with_for_update()
        row = (await self._session.execute(query)).one_or_none()
        return bucket_of(row) if row else None

    async def add(self, bucket: buckets.Bucket) -> None:
        """Keep a new bucket.

        Raises:
            BucketNameTakenError: there is one with this name.
            InvalidInputError: there is no such owner.
        """
        values = {**_said(bucket), "id": bucket.id, "created_at": bucket.created_at, "updated_at": bucket.updated_at}
        with domain_errors():
            await self._session.execute(insert(Bucket).values(values))

    async def update(self, bucket: buckets.Bucket) -> buckets.Bucket:
        """Keep what is said about it now, and the time.

        Raises:
            BucketNameTakenError: another one has the name.
            QuotaExceededError: it has more bytes than the quota.
            InvalidInputError: there is no such owner.
        """
        with domain_errors():
            await self._execute(
                update(Bucket).where(Bucket.id == bucket.id).values({**_said(bucket), "updated_at": func.now()})
            )
        row = (await self._session.execute(select_buckets().where(Bucket.id == bucket.id))).one()
        return bucket_of(row)

    async def count_files(self, bucket_id: UUID) -> int:
        """How many files it has that are not deleted, those that are on their way too."""
        there = File.deleted_at.is_(None) & (File.status != FileStatus.DELETING)
        query = select(func.count()).where(File.bucket_id == bucket_id, there)
        return (await self._session.execute(query)).scalar_one()

    async def remove(self, bucket_id: UUID) -> None:
        """Delete it for everybody, and enqueue the removal of what is in it."""
        await self._execute(update(Bucket).where(Bucket.id == bucket_id).values(deleted_at=func.now()))
        await defer(self._session, REMOVE_BUCKET, {"bucket_id": str(bucket_id)})

    async def now(self) -> datetime:
        """When the transaction began, by the clock that tells when files were changed."""
        now: datetime = (await self._session.execute(select(func.now()))).scalar_one()
        return now

    async def count_ready(self, bucket_id: UUID, until: datetime) -> int:
        """How many files are ready that have not been changed since then."""
        query = select(func.count()).select_from(File).where(_unchanged(bucket_id, until))
        return (await self._session.execute(query)).scalar_one()

    async def empty(self, bucket_id: UUID, until: datetime, most: int, *, restorable: bool) -> int:
        """Delete so many of these files at most, those first that were changed first; how many."""
        # By an index, of which each call takes the beginning away.
        found = select(File.id).where(_unchanged(bucket_id, until)).order_by(File.updated_at, File.id).limit(most)
        some = (await self._session.scalars(found)).all()
        # In the order of the ids, as everybody who locks several, and before the trigger takes the bucket. By the ids
        # alone: while there are no statistics of many new files, any other condition reads all of them for each.
        locked = select(*_STATE).where(File.id.in_(some)).order_by(File.id).with_for_update()
        rows = await self._session.execute(locked)
        ids = [row.id for row in rows if row.bucket_id == bucket_id and _is_unchanged(row, until)]
        deleted = update(File).where(File.id.in_(ids)).values(**deleted_values(restorable=restorable))
        await self._execute(deleted)
        return len(ids)

    async def enqueue_emptying(self, bucket_id: UUID, until: datetime) -> None:
        """Enqueue the deletion of these files."""
        await defer(self._session, EMPTY_BUCKET, {"bucket_id": str(bucket_id), "until": until.isoformat()})

    async def _execute(self, statement: Any) -> Any:  # noqa: ANN401 - a change with whatever it returns
        # No object of a session's is to be kept in step with the rows.
        return await self._session.execute(statement, execution_options={"synchronize_session": False})


def _unchanged(bucket_id: UUID, until: datetime) -> ColumnElement[bool]:
    return and_(File.bucket_id == bucket_id, LIVING, File.updated_at <= until)


def _is_unchanged(row: Row[*tuple[Any, ...]], until: datetime) -> bool:
    return row.status == FileStatus.READY and row.deleted_at is None and row.updated_at <= until


def _said(bucket: buckets.Bucket) -> dict[str, object]:
    return {
        "name": bucket.name,
        "description": bucket.description,
        "public": bucket.public,
        "owner_id": bucket.owner_id,
        "max_file_size": bucket.max_file_size,
        "allowed_types": None if bucket.allowed_types is None else list(bucket.allowed_types),
        "quota": bucket.quota,
    }
