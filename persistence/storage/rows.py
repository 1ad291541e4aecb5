"""Rows of buckets and files as what they are in the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from domain.storage import buckets, files
from persistence.models import Bucket, File

if TYPE_CHECKING:
    from sqlalchemy import Row, Select

_BUCKET: Final = (
    Bucket.id,
    Bucket.name,
    Bucket.description,
    Bucket.public,
    Bucket.owner_id,
    Bucket.max_file_size,
    Bucket.allowed_types,
    Bucket.quota,
    Bucket.used_bytes,
    Bucket.created_at,
    Bucket.updated_at,
)
_FILE: Final = (
    File.id,
    File.bucket_id,
    Bucket.name.label("bucket"),
    Bucket.public,
    File.path,
    File.object_key,
    File.size,
    File.content_type,
    File.sha256,
    File.etag,
    File.file_metadata.label("file_metadata"),
    File.version,
    File.owner_id,
    File.status,
    File.created_at,
    File.updated_at,
    File.deleted_at,
)
LIVING: Final = (File.status == files.FileStatus.READY) & File.deleted_at.is_(None)
"""The files that are ready and not deleted."""


def select_buckets() -> Select[*tuple[Any, ...]]:
    """The buckets that are not deleted."""
    return select(*_BUCKET).where(Bucket.deleted_at.is_(None))


def select_files() -> Select[*tuple[Any, ...]]:
    """Files of any state, in buckets that are not deleted."""
    joined = select(*_FILE).join(Bucket, Bucket.id == File.bucket_id)
    return joined.where(Bucket.deleted_at.is_(None))


def bucket_of(row: Row[*tuple[Any, ...]]) -> buckets.Bucket:
    """A row of `select_buckets`."""
    return buckets.Bucket(
        id=row.id,
        name=row.name,
        description=row.description,
        public=row.public,
        owner_id=row.owner_id,
        max_file_size=row.max_file_size,
        allowed_types=None if row.allowed_types is None else tuple(row.allowed_types),
        quota=row.quota,
        used_bytes=row.used_bytes,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def file_of(row: Row[*tuple[Any, ...]]) -> files.File:
    """A row of `select_files`."""
    return files.File(
        id=row.id,
        bucket_id=row.bucket_id,
        bucket=row.bucket,
        public=row.public,
        path=row.path,
        object_key=row.object_key,
        size=row.size,
        content_type=row.content_type,
        sha256=row.sha256,
        etag=row.etag,
        metadata=row.file_metadata,
        version=row.version,
        owner_id=row.owner_id,
        status=files.FileStatus(row.status),
        created_at=row.created_at,
        updated_at=row.updated_at,
        deleted_at=row.deleted_at,
    )
