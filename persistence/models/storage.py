"""Storage: buckets, files, uploads under way, rules. Triggers keep count of the bytes of a bucket."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations of a model when it runs
from typing import Any
from uuid import UUID  # noqa: TC003 - same

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Base

_TIME = DateTime(timezone=True)
_USER = "selfgraph.users.id"
_ROLE = "selfgraph.roles.name"
_BUCKET = "selfgraph.buckets.id"
_FILE = "selfgraph.files.id"
# Byte by byte: prefixes are ranges of the index, and folders come in the same order everywhere.
_PATH = Text(collation="C")
_TOP_FOLDER = "CASE WHEN strpos(path, '/') > 0 THEN split_part(path, '/', 1) ELSE '' END"
_FOLDER = text("substring(path, '^.*/')")
_LIVING = text("status = 'ready' AND deleted_at IS NULL")
_RESTORABLE = text("status = 'ready' AND deleted_at IS NOT NULL")


class Bucket(Base):
    """A named place for files."""

    __tablename__ = "buckets"
    __table_args__ = (
        CheckConstraint("used_bytes <= quota", name="quota"),
        CheckConstraint("max_file_size > 0", name="max_file_size"),
        Index("uq_buckets_name", "name", unique=True, postgresql_where=text("deleted_at IS NULL")),
        Index(None, "owner_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(_PATH)
    description: Mapped[str | None] = mapped_column(Text)
    public: Mapped[bool] = mapped_column(server_default=false())
    """Whether anybody may read its files, and only read."""
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey(_USER, ondelete="SET NULL"))
    max_file_size: Mapped[int | None] = mapped_column(BigInteger)
    allowed_types: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """MIME types, such as `image/png` or `image/*`; None: any."""
    quota: Mapped[int | None] = mapped_column(BigInteger)
    used_bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """Of its files that are not deleted, those that are being uploaded too; kept by triggers."""
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    deleted_at: Mapped[datetime | None] = mapped_column(_TIME)
    """Deleted by force: its files go, then the row does."""


class File(Base):
    """A file: where it is for clients, and the key of its bytes, which no client sees."""

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("object_key"),
        CheckConstraint("status IN ('pending', 'ready', 'deleting')", name="status"),
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("octet_length(path) BETWEEN 1 AND 1024", name="path"),
        CheckConstraint("jsonb_typeof(metadata) = 'object'", name="metadata"),
        CheckConstraint("status <> 'ready' OR etag IS NOT NULL", name="etag"),
        Index("uq_files_living", "bucket_id", "path", unique=True, postgresql_where=_LIVING),
        Index("ix_files_created", "bucket_id", "created_at", "id", postgresql_where=_LIVING),
        Index("ix_files_updated", "bucket_id", "updated_at", "id", postgresql_where=_LIVING),
        Index("ix_files_size", "bucket_id", "size", "id", postgresql_where=_LIVING),
        Index("ix_files_folder", "bucket_id", _FOLDER, "path", postgresql_where=_LIVING),
        Index("ix_files_deleted", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        Index("ix_files_restorable", "bucket_id", "deleted_at", "id", postgresql_where=_RESTORABLE),
        Index("ix_files_unready", "status", "id", postgresql_where=text("status <> 'ready'")),
        Index("ix_files_bucket_id", "bucket_id"),
        Index(None, "owner_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bucket_id: Mapped[UUID] = mapped_column(ForeignKey(_BUCKET))
    path: Mapped[str] = mapped_column(_PATH)
    top_folder: Mapped[str] = mapped_column(_PATH, Computed(_TOP_FOLDER, persisted=True))
    """The first folder of the path, which rules can compare with the caller's id; empty for a file in none."""
    object_key: Mapped[str] = mapped_column(_PATH)
    size: Mapped[int] = mapped_column(BigInteger)
    content_type: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    etag: Mapped[str | None] = mapped_column(Text)
    file_metadata: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB, server_default=text("'{}'"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    """One more whenever other bytes take the place of those it has."""
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey(_USER, ondelete="SET NULL"))
    status: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    deleted_at: Mapped[datetime | None] = mapped_column(_TIME)
    """Since when it can only be restored; its path is free."""


class Upload(Base):
    """What is known of an upload beside its file, until it is complete."""

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint("kind IN ('form', 'direct', 'resumable')", name="kind"),
        Index(None, "expires_at"),
        Index(None, "subject", "expires_at"),
    )

    file_id: Mapped[UUID] = mapped_column(ForeignKey(_FILE, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the client says that the digest will be."""
    overwrite: Mapped[bool] = mapped_column(server_default=false())
    received: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """How many bytes are kept."""
    token: Mapped[str | None] = mapped_column(Text)
    """What the object store has to know to go on."""
    content_type: Mapped[str | None] = mapped_column(Text)
    """What the client says that it is; None: nothing."""
    key_id: Mapped[UUID | None]
    """The API key that began it."""
    subject: Mapped[str | None] = mapped_column(Text)
    """Whose uploads it is counted with: an account, an API key or an address; None: it is not counted."""
    expires_at: Mapped[datetime] = mapped_column(_TIME)
    completed_at: Mapped[datetime | None] = mapped_column(_TIME)
    """Since when the file is ready, if it is: the row stays until the upload expires, so that whoever completes it once
    more is answered as before."""


class DerivedObject(Base):
    """An image made of a file, kept so that it is made once."""

    __tablename__ = "derived_objects"
    __table_args__ = (UniqueConstraint("object_key"), Index(None, "used_at"))

    file_id: Mapped[UUID] = mapped_column(ForeignKey(_FILE), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    """Of the file."""
    transform: Mapped[str] = mapped_column(_PATH, primary_key=True)
    object_key: Mapped[str] = mapped_column(_PATH)
    size: Mapped[int] = mapped_column(BigInteger)
    content_type: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    """To the hour; what is not asked for goes."""


class FileRule(Base):
    """Which files a role may read, add, change or delete, in one bucket or in all."""

    __tablename__ = "file_rules"
    __table_args__ = (
        CheckConstraint("action IN ('select', 'insert', 'update', 'delete')", name="action"),
        Index(
            "uq_file_rules_bucket",
            "bucket_id",
            "role",
            "action",
            unique=True,
            postgresql_where=text("bucket_id IS NOT NULL"),
        ),
        Index(
            "uq_file_rules_everywhere",
            "role",
            "action",
            unique=True,
            postgresql_where=text("bucket_id IS NULL"),
        ),
        Index(None, "role"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bucket_id: Mapped[UUID | None] = mapped_column(ForeignKey(_BUCKET, ondelete="CASCADE"))
    """None: in every bucket."""
    role: Mapped[str] = mapped_column(ForeignKey(_ROLE, ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(Text)
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """A boolean expression over a file, as permissions on tables have them; `{}` is every file."""
