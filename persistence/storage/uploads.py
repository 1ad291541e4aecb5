"""Keeps files on their way, and makes them ready."""

from __future__ import annotations

from dataclasses import asdict
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, exists, func, insert, select, update

from domain.storage import files
from domain.storage.errors import TooManyUploadsError
from persistence.errors import domain_errors
from persistence.models import DerivedObject, File, Upload
from persistence.storage.removals import PostgresRemovals
from persistence.storage.rows import LIVING, file_of, select_files

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row, Select
    from sqlalchemy.ext.asyncio import AsyncSession

LOCKS: Final = 1_296_385_017
"""What the advisory locks (of a random number) of those who begin uploads have in common; the rest is the subject."""
_UPLOAD: Final = (
    Upload.kind,
    Upload.sha256.label("said_sha256"),
    Upload.overwrite,
    Upload.received,
    Upload.token,
    Upload.content_type.label("said_type"),
    Upload.key_id,
    Upload.subject,
    Upload.expires_at,
)


class PostgresUploads:
    """The port `UploadRepository` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._removals = PostgresRemovals(session)

    async def admit(self, subject: str, most: int) -> None:
        """See that a subject may begin one more, as the port says.

        Raises:
            TooManyUploadsError: it has so many.
        """
        # The count is a statement of its own: it has to see what those have written who had the lock before.
        await self._session.execute(select(func.pg_advisory_xact_lock(LOCKS, func.hashtext(subject))))
        running = select(Upload.expires_at).where(
            Upload.subject == subject, Upload.expires_at > func.now(), Upload.completed_at.is_(None)
        )
        last = running.order_by(Upload.expires_at.desc()).limit(most).subquery()
        left = func.extract("epoch", func.min(last.columns.expires_at) - func.now())
        count, seconds = (await self._session.execute(select(func.count(), left).select_from(last))).one()
        if count >= most:
            raise TooManyUploadsError(most, ceil(seconds))

    async def add(self, file: files.NewFile, upload: files.Upload) -> None:
        """Begin one; its size counts for the quota from now on.

        Raises:
            QuotaExceededError: there is no room for it.
        """
        values = asdict(file)
        values["file_metadata"] = values.pop("metadata")
        with domain_errors():
            await self._session.execute(insert(File).values(**values, status=files.FileStatus.PENDING))
            await self._session.execute(insert(Upload).values(asdict(upload)))

    async def find(self, file_id: UUID) -> files.Pending | None:
        """A file on its way, or None."""
        return await self._pending(_select_pending(file_id))

    async def lock(self, file_id: UUID) -> files.Pending | None:
        """The same; nobody else changes it until the transaction ends."""
        return await self._pending(_select_pending(file_id).with_for_update(of=(File, Upload)))

    async def lock_at(self, bucket_id: UUID, path: str) -> files.File | None:
        """The living file at the path; nobody else changes it until the transaction ends."""
        query = select_files().where(File.bucket_id == bucket_id, File.path == path, LIVING)
        row = (await self._session.execute(query.with_for_update(of=File))).one_or_none()
        return file_of(row) if row else None

    async def save(self, upload: files.Upload, before: files.Upload) -> bool:
        """Keep how far it has come, its token, digest and type; False if it is not any more as it was before."""
        changed = (
            update(Upload)
            .where(
                Upload.file_id == upload.file_id,
                Upload.completed_at.is_(None),
                Upload.received == before.received,
                Upload.token.is_not_distinct_from(before.token),
            )
            .values(
                received=upload.received,
                token=upload.token,
                sha256=upload.sha256,
                content_type=upload.content_type,
            )
            .returning(Upload.file_id)
        )
        return (await self._session.execute(changed)).one_or_none() is not None

    async def find_completed(self, file_id: UUID) -> files.Pending | None:
        """A file that is ready, with the upload that it came by; None once it has changed or that is forgotten."""
        unchanged = Upload.completed_at == File.updated_at  # the time of one transaction
        return await self._pending(_select_with_upload(file_id).where(LIVING, unchanged))

    async def make_ready(self, file_id: UUID, ready: files.ReadyBytes, *, remember: bool = False) -> None:
        """Let the file be seen.

        Raises:
            PathTakenError: another file has its path.
        """
        # What is remembered has nothing left in the object store that would have to be abandoned.
        done = update(Upload).values(token=None, completed_at=func.now()) if remember else delete(Upload)
        await self._session.execute(done.where(Upload.file_id == file_id))
        values = {**_values_of(ready), "status": files.FileStatus.READY}
        with domain_errors():
            await self._session.execute(update(File).where(File.id == file_id).values(values))

    async def replace(self, living: UUID, pending: files.Pending, ready: files.ReadyBytes) -> None:
        """Let the bytes take the place of those of a living file; they and all made of them are removed by a job."""
        before = (await self._session.execute(select_files().where(File.id == living))).one()
        await self._session.execute(delete(File).where(File.id == pending.file.id))
        values = {
            **_values_of(ready),
            "file_metadata": dict(pending.file.metadata),
            "version": File.version + 1,
        }
        with domain_errors():
            await self._session.execute(update(File).where(File.id == living).values(values))
        gone = delete(DerivedObject).where(DerivedObject.file_id == living).returning(DerivedObject.object_key)
        derived = (await self._session.execute(gone)).scalars().all()
        await self._removals.enqueue([before.object_key, *derived])

    async def remove(self, file_id: UUID) -> bool:
        """Give up a file on its way, and its quota back; whether it was."""
        pending = (File.id == file_id) & (File.status == files.FileStatus.PENDING)
        removed = delete(File).where(pending).returning(File.id)
        return (await self._session.execute(removed)).one_or_none() is not None

    async def discard(self, key: str) -> bool:
        """Have a job remove an object, unless a file has it; whether none has."""
        kept = select(exists(select(File.id).where(File.object_key == key)))
        if (await self._session.execute(kept)).scalar_one():
            return False
        await self._removals.enqueue([key])
        return True

    async def _pending(self, query: Select[*tuple[Any, ...]]) -> files.Pending | None:
        row = (await self._session.execute(query)).one_or_none()
        return files.Pending(file_of(row), _upload_of(row)) if row else None


def _select_pending(file_id: UUID) -> Select[*tuple[Any, ...]]:
    return _select_with_upload(file_id).where(File.status == files.FileStatus.PENDING)


def _select_with_upload(file_id: UUID) -> Select[*tuple[Any, ...]]:
    joined = select_files().add_columns(*_UPLOAD).join(Upload, Upload.file_id == File.id)
    return joined.where(File.id == file_id)


def _upload_of(row: Row[*tuple[Any, ...]]) -> files.Upload:
    return files.Upload(
        file_id=row.id,
        kind=files.UploadKind(row.kind),
        sha256=row.said_sha256,
        overwrite=row.overwrite,
        received=row.received,
        token=row.token,
        expires_at=row.expires_at,
        content_type=row.said_type,
        key_id=row.key_id,
        subject=row.subject,
    )


def _values_of(ready: files.ReadyBytes) -> dict[str, Any]:
    return {
        "object_key": ready.object_key,
        "size": ready.size,
        "sha256": ready.sha256,
        "etag": ready.etag,
        "content_type": ready.content_type,
        "updated_at": func.now(),
    }
