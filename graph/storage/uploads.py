"""Uploading files: within the request, or to an address."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self, TypeAlias, cast

import strawberry

from domain.errors import InvalidInputError
from domain.storage.checksums import sha256_of
from domain.storage.objects import DirectPart
from domain.storage.upload_addresses import METHOD, UploadAddresses
from domain.storage.uploads import NewUpload
from graph.accounts.types import read_id
from graph.permissions import anybody
from graph.scalars import BigInt, Json, Upload
from graph.storage.types import BucketName, File
from graph.use_cases import Info

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.datastructures import UploadFile

    from domain.storage.direct_uploads import CreatedUpload

_CHUNK = 1 << 20
_PATH = "Where it is to be: names divided by /, at most 1024 bytes in UTF-8."
_TYPE = "Its MIME type, which the bytes must not contradict; null: what they look like."
_ASKED = "A bucket that takes some types only asks for it, unless the extension of the path says one of them."
_CHECKSUM = "The SHA-256 of the bytes, in hexadecimal or base64; other bytes are refused."
_METADATA = "The client's own: a JSON object, at most 8192 bytes."
_OVERWRITE = "Whether it takes the place of a file that has the path, whose id stays."

Path: TypeAlias = Annotated[str, strawberry.argument(description=_PATH)]
ContentType: TypeAlias = Annotated[str | None, strawberry.argument(description=_TYPE)]
Checksum: TypeAlias = Annotated[str | None, strawberry.argument(description=_CHECKSUM)]
Metadata: TypeAlias = Annotated[Json | None, strawberry.argument(description=_METADATA)]
Overwrite: TypeAlias = Annotated[bool, strawberry.argument(description=_OVERWRITE)]
FileArgument: TypeAlias = Annotated[Upload, strawberry.argument(description="Its bytes.")]
Id: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="The upload.")]
Etags: TypeAlias = Annotated[
    list[str] | None,
    strawberry.argument(description="The `ETag` that the storage has answered to each part, in their order."),
]


@strawberry.input(description="What a file is to be.")
class CreateUploadInput:
    """What a file is to be."""

    bucket: str = strawberry.field(description="The bucket, by its name.")
    path: str = strawberry.field(description=_PATH)
    size: BigInt = strawberry.field(description="In bytes, exactly.")
    content_type: str | None = strawberry.field(default=None, description=f"{_TYPE} {_ASKED}")
    checksum: str | None = strawberry.field(default=None, description=_CHECKSUM)
    metadata: Json | None = strawberry.field(default=None, description=_METADATA)
    overwrite: bool = strawberry.field(default=False, description=_OVERWRITE)


CreateArgument = Annotated[CreateUploadInput, strawberry.argument(description="What it is to be.")]


@strawberry.type(description="A header of a request.")
class UploadHeader:
    """A header of a request."""

    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(description="A part of a file that one request sends.")
class UploadPart:
    """A part of a file that one request sends."""

    number: int = strawberry.field(description="1 for the first.")
    url: str = strawberry.field(description="Where it is sent.")
    offset: BigInt = strawberry.field(description="Where in the file it begins.")
    size: BigInt = strawberry.field(description="In bytes.")

    @classmethod
    def of(cls, part: DirectPart) -> Self:
        """A part as the store wants it."""
        return cls(number=part.number, url=part.url, offset=BigInt(part.offset), size=BigInt(part.size))


@strawberry.type(description="Where and how the bytes of a file are sent.")
class UploadTarget:
    """Where and how the bytes of a file are sent."""

    id: strawberry.ID = strawberry.field(description="The upload, for completeUpload and cancelUpload.")
    file: File = strawberry.field(description="The file, pending.")
    method: str = strawberry.field(description="Of every request.")
    url: str | None = strawberry.field(
        description="Where the bytes go; without a host where PUBLIC_URL is not set. Null if they go in several parts."
    )
    headers: list[UploadHeader] = strawberry.field(description="What every request has to carry.")
    parts: list[UploadPart] = strawberry.field(description="All requests, also if it is one.")
    expires_at: datetime = strawberry.field(description="When the time for it is over, UTC (ISO 8601).")

    @classmethod
    def of(cls, created: CreatedUpload, addresses: UploadAddresses) -> Self:
        """An upload that was begun."""
        file, upload, direct = created.pending.file, created.pending.upload, created.direct
        if direct is None:
            method, headers = METHOD, {"Content-Type": file.content_type}
            parts: tuple[DirectPart, ...] = (DirectPart(1, addresses.of(file.id, upload.expires_at), 0, file.size),)
        else:
            method, headers, parts = direct.method, dict(direct.headers), direct.parts
        return cls(
            id=strawberry.ID(str(file.id)),
            file=File.of(file),
            method=method,
            url=parts[0].url if len(parts) == 1 else None,
            headers=[UploadHeader(name=name, value=value) for name, value in headers.items()],
            parts=[UploadPart.of(part) for part in parts],
            expires_at=upload.expires_at,
        )


@strawberry.type
class UploadsMutation:
    """The slice's part of the mutation root that is about bytes that come in."""

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Add a file whose bytes come with the request, by the GraphQL multipart request specification."
            " NOT_FOUND; FORBIDDEN; CONFLICT for a taken path; PAYLOAD_TOO_LARGE for the limit of the bucket and its"
            " quota; VALIDATION for a type or bytes that do not fit; RATE_LIMITED for too many uploads, lately or under"
            " way; STORAGE_FULL, UNAVAILABLE."
        ),
    )
    async def upload_file(
        self,
        info: Info,
        bucket: BucketName,
        path: Path,
        file: FileArgument,
        *,
        content_type: ContentType = None,
        metadata: Metadata = None,
        checksum: Checksum = None,
        overwrite: Overwrite = False,
    ) -> File:
        # What the form says of the type is a guess of the browser's by the name, which is looked at anyway.
        new = NewUpload(
            bucket, path, _size_of(file), content_type, _digest(checksum), _object(metadata), overwrite=overwrite
        )
        form, context = info.root_value.storage.uploads.form, info.context
        return File.of(await form(context.actor, context.client, new, _chunks(file)))

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Begin an upload of any size: send the bytes to the address that is answered, once, then complete it. What"
            " is said of the size counts for the quota at once. Fails as uploadFile does."
        ),
    )
    async def create_upload(self, info: Info, input: CreateArgument) -> UploadTarget:  # noqa: A002 - its name in GraphQL
        new = NewUpload(
            input.bucket,
            input.path,
            int(input.size),
            input.content_type,
            _digest(input.checksum),
            _object(input.metadata),
            overwrite=input.overwrite,
        )
        uploads, context = info.root_value.storage.uploads, info.context
        return UploadTarget.of(await uploads.create(context.actor, context.client, new), uploads.addresses)

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description=(
            "Make a file of the bytes that were sent. To ask once more answers the same until the upload expires, also"
            " without the right to read the file, as long as it is what it was; unless it has overwritten another one."
            " NOT_FOUND for an upload of somebody else; CONFLICT if they have not come yet, for a taken path, and if"
            " the time is over; VALIDATION if they are not what was said, which ends the upload; FORBIDDEN."
        ),
    )
    async def complete_upload(self, info: Info, id: Id, etags: Etags = None) -> File:  # noqa: A002 - its name in GraphQL
        complete = info.root_value.storage.uploads.complete
        return File.of(await complete(info.context.actor, read_id(id), tuple(etags or ())))

    @strawberry.mutation(
        permission_classes=[anybody("storage:write")],
        description="Give up an upload of the caller's, and its quota back; true. NOT_FOUND.",
    )
    async def cancel_upload(self, info: Info, id: Id) -> bool:  # noqa: A002 - its name in GraphQL
        await info.root_value.storage.uploads.cancel(info.context.actor, read_id(id))
        return True


def _digest(checksum: str | None) -> bytes | None:
    return None if checksum is None else sha256_of(checksum)


def _object(text: Json | None) -> dict[str, object]:
    try:
        value: object = {} if text is None else json.loads(str(text))
    except (ValueError, RecursionError):
        raise InvalidInputError("This is no JSON that can be kept.", ("metadata",)) from None
    if not isinstance(value, dict):
        raise InvalidInputError("Metadata are a JSON object.", ("metadata",))
    return cast("dict[str, object]", value)


def _size_of(file: UploadFile) -> int:
    if file.size is None:
        raise InvalidInputError("A file is sent as a part of a multipart request.", ("file",))
    return file.size


async def _chunks(file: UploadFile) -> AsyncGenerator[bytes]:
    """The bytes from the disk, where all but small files of a form are."""
    while chunk := await file.read(_CHUNK):
        yield chunk
