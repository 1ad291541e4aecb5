"""What clients send to the service and get from it themselves, by signed URLs.

Up to 5 GiB come by one PUT, to a name of their own: the URL would be good for another PUT after the object was looked
at, so only a copy of what was looked at becomes an object, under a new key. What is larger comes in parts, whose URLs
end with the upload.
"""

from __future__ import annotations

import contextlib
import json
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from domain.errors import SelfgraphError
from domain.storage.errors import ObjectMissingError, StorageUnavailableError
from domain.storage.objects import DirectPart, DirectUpload, StoredObject, new_object_key
from persistence.objects.s3.calls import ChangedError, NotThereError
from persistence.objects.s3.copying import copy_small
from persistence.objects.s3.parts import equal_parts
from persistence.objects.s3.reading import measure
from persistence.objects.s3.removing import abort, remove
from persistence.objects.s3.writing import complete
from persistence.objects.taking import verify, verify_size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.storage.objects import Expected
    from persistence.objects.s3.calls import S3

ARRIVALS: Final = "arrivals/"
_LARGEST_PUT: Final = 5 << 30
_PART: Final = 64 << 20
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class State:
    """The service's name for an upload in parts and their number; None: it is one PUT."""

    upload: str | None = None
    parts: int = 1


async def begin_direct(s3: S3, key: str, *, size: int, kind: str, sha256: bytes | None, seconds: int) -> DirectUpload:
    """The signed requests, as the port says."""
    if size <= _LARGEST_PUT:
        return await _one_put(s3, key, size=size, kind=kind, sha256=sha256, seconds=seconds)
    name = s3.name(key)
    answer = await s3.call("create_multipart_upload", Key=name, ContentType=kind)
    upload = str(answer["UploadId"])
    step = equal_parts(size, _PART)
    parts: list[DirectPart] = []
    for number, offset in enumerate(range(0, size, step), 1):
        length = min(step, size - offset)
        url = await _signed(
            s3, "upload_part", seconds, Key=name, UploadId=upload, PartNumber=number, ContentLength=length
        )
        parts.append(DirectPart(number, url, offset, length))
    return DirectUpload("PUT", {}, tuple(parts), json.dumps(asdict(State(upload, len(parts)))))


async def finish_direct(s3: S3, key: str, token: str, etags: Sequence[str], expected: Expected) -> StoredObject:
    """Make the object of what has come, as the port says. Etags that are not given are asked of the service."""
    state = State(**json.loads(token))
    if state.upload is None:
        return await _finish_put(s3, key, expected)
    name = s3.name(key)
    with contextlib.suppress(NotThereError):  # an earlier call has made the object, or the upload is gone
        await complete(s3, name, state.upload, etags or await _etags(s3, name, state.upload))
    return await _verified(s3, key, name, expected)


async def abandon_direct(s3: S3, key: str, token: str) -> None:
    """Remove what has come, as the port says."""
    state = State(**json.loads(token))
    if state.upload is not None:
        await abort(s3, s3.name(key), state.upload)
    await remove(s3, s3.name(f"{ARRIVALS}{key}"))
    await remove(s3, s3.name(key))


async def signed_download(
    s3: S3, key: str, *, seconds: int, content_type: str, disposition: str, cache_control: str
) -> str:
    """The URL of a download, as the port says."""
    return await _signed(
        s3, "get_object", seconds,
        Key=s3.name(key), ResponseContentType=content_type, ResponseContentDisposition=disposition,
        ResponseCacheControl=cache_control,
    )  # fmt: skip


async def _one_put(s3: S3, key: str, *, size: int, kind: str, sha256: bytes | None, seconds: int) -> DirectUpload:
    headers = {"Content-Type": kind, "Content-Length": str(size)}
    parameters: dict[str, object] = {"ContentType": kind, "ContentLength": size}
    if sha256 is not None and s3.options.attests_sha256:
        headers["x-amz-checksum-sha256"] = parameters["ChecksumSHA256"] = b64encode(sha256).decode()
    url = await _signed(s3, "put_object", seconds, Key=s3.name(f"{ARRIVALS}{key}"), **parameters)
    return DirectUpload("PUT", headers, (DirectPart(1, url, 0, size),), json.dumps(asdict(State())))


async def _signed(s3: S3, operation: str, seconds: int, **parameters: object) -> str:
    with s3.told(operation):
        url: str = await s3.signer.generate_presigned_url(
            operation, Params={"Bucket": s3.options.bucket, **parameters}, ExpiresIn=seconds
        )
        return url


async def _finish_put(s3: S3, key: str, expected: Expected) -> StoredObject:
    # Another call may be about to copy something else that was sent meanwhile: not to the same key.
    arrived, made = s3.name(f"{ARRIVALS}{key}"), new_object_key()
    try:
        found = await s3.call("head_object", Key=arrived, **_attesting(s3))
    except NotThereError:
        raise ObjectMissingError(key) from None
    stored = _attested(s3, made, found) or await _verified(s3, made, arrived, expected)
    await _verify_or_remove(s3, arrived, stored, expected)
    try:
        await copy_small(s3, arrived, s3.name(made), stored.size, str(found["ETag"]))
    except (ChangedError, NotThereError):  # it was sent again, while this went on
        raise StorageUnavailableError from None
    return stored


async def _verified(s3: S3, key: str, name: str, expected: Expected) -> StoredObject:
    """Look at an object, which is read for its digest only if it has the right size."""
    try:
        found = await s3.call("head_object", Key=name)
    except NotThereError:
        raise ObjectMissingError(key) from None
    try:
        verify_size(int(found["ContentLength"]), expected)
    except SelfgraphError:
        await remove(s3, name)
        raise
    stored = await measure(s3, key, name)
    await _verify_or_remove(s3, name, stored, expected)
    return stored


async def _verify_or_remove(s3: S3, name: str, stored: StoredObject, expected: Expected) -> None:
    try:
        verify(stored, expected)
    except SelfgraphError:
        await remove(s3, name)
        raise


def _attesting(s3: S3) -> dict[str, Any]:
    return {"ChecksumMode": "ENABLED"} if s3.options.attests_sha256 else {}


def _attested(s3: S3, key: str, found: Mapping[str, Any]) -> StoredObject | None:
    """What the service tells of an object, if it has looked at its digest."""
    digest = found.get("ChecksumSHA256")
    if not s3.options.attests_sha256 or not digest:
        return None
    return StoredObject(key, int(found["ContentLength"]), b64decode(digest))


async def _etags(s3: S3, name: str, upload: str) -> list[str]:
    etags: list[str] = []
    while True:
        answer = await s3.call("list_parts", Key=name, UploadId=upload, MaxParts=_PAGE, PartNumberMarker=len(etags))
        etags += [str(part["ETag"]) for part in answer.get("Parts", [])]
        if not answer.get("IsTruncated"):
            return etags
