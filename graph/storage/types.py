"""Files as clients see them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self, TypeAlias

import strawberry

from domain.storage import files
from domain.storage.paths import name_of
from graph.scalars import BigInt, Json
from graph.storage.downloads import Downloadable

if TYPE_CHECKING:
    from uuid import UUID

BucketName: TypeAlias = Annotated[str, strawberry.argument(description="The bucket, by its name.")]


strawberry.enum(files.FileStatus, description="The states of a file.")


@strawberry.type(description="A file.")
class File(Downloadable):
    """A file."""

    id: strawberry.ID = strawberry.field(description="UUIDv7; it stays when the file is moved or its bytes replaced.")
    bucket: str = strawberry.field(description="The name of its bucket.")
    path: str = strawberry.field(description="Its place in the bucket.")
    name: str = strawberry.field(description="The last part of the path.")
    size: BigInt = strawberry.field(description="In bytes.")
    content_type: str = strawberry.field(description="Its MIME type.")
    sha256: str | None = strawberry.field(
        name="sha256", description="Of its bytes, in hexadecimal; null while they are on their way."
    )
    etag: str | None = strawberry.field(description="As HTTP sends it, in its quotes; null as long.")
    metadata: Json = strawberry.field(description="The client's own: a JSON object.")
    version: int = strawberry.field(description="One more whenever other bytes have taken the place of those before.")
    owner_id: strawberry.ID | None = strawberry.field(description="The user who made it.")
    status: files.FileStatus = strawberry.field(description="Its state.")
    created_at: datetime = strawberry.field(description="When it was made, UTC (ISO 8601).")
    updated_at: datetime = strawberry.field(description="When it last changed, UTC (ISO 8601).")
    deleted_at: datetime | None = strawberry.field(description="Since when it can only be restored, UTC (ISO 8601).")

    @classmethod
    def of(cls, file: files.File) -> Self:
        """A file of the domain."""
        return cls(
            entity=file,
            id=strawberry.ID(str(file.id)),
            bucket=file.bucket,
            path=file.path,
            name=name_of(file.path),
            size=BigInt(file.size),
            content_type=file.content_type,
            sha256=None if file.sha256 is None else file.sha256.hex(),
            etag=file.etag,
            metadata=Json(dict(file.metadata)),
            version=file.version,
            owner_id=id_of(file.owner_id),
            status=file.status,
            created_at=file.created_at,
            updated_at=file.updated_at,
            deleted_at=file.deleted_at,
        )


def id_of(value: UUID | None) -> strawberry.ID | None:
    """An id as clients see it."""
    return None if value is None else strawberry.ID(str(value))
