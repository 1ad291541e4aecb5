"""Another object of the same bytes, made by the service itself, or through this process where it cannot do that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.storage.errors import ObjectMissingError
from domain.storage.objects import Expected
from persistence.objects.s3.calls import NotThereError
from persistence.objects.s3.parts import equal_parts
from persistence.objects.s3.reading import read_object
from persistence.objects.s3.removing import abort, remove, surely
from persistence.objects.s3.writing import complete, write_object

if TYPE_CHECKING:
    from persistence.objects.s3.calls import S3

# The service copies no more in one request.
_LARGEST: Final = 5 << 30
_PART: Final = 1 << 30


class NoPartCopyError(Exception):
    """The service knows no copies of parts, and took the request for another one."""


async def copy_object(s3: S3, source: str, target: str) -> None:
    """Make the object, as the port says."""
    try:
        found = await s3.call("head_object", Key=s3.name(source))
        size = int(found["ContentLength"])
        if size <= _LARGEST:
            await copy_small(s3, s3.name(source), s3.name(target), size)
            return
        try:
            await _copy_parts(s3, s3.name(source), s3.name(target), size)
        except NoPartCopyError:
            await _copy_through(s3, source, target, size)
    except NotThereError:
        raise ObjectMissingError(source) from None


async def copy_small(s3: S3, source: str, target: str, size: int, etag: str | None = None) -> None:
    """Copy one object by its name in the bucket, in one request; ChangedError if it has not the ETag any more."""
    condition: dict[str, Any] = {} if etag is None else {"CopySourceIfMatch": etag}
    try:
        await s3.call("copy_object", moved=size, Key=target, CopySource=_source(s3, source), **condition)
    except NotThereError:
        raise
    except BaseException:
        await surely(remove(s3, target))
        raise


async def _copy_parts(s3: S3, source: str, target: str, size: int) -> None:
    answer = await s3.call("create_multipart_upload", Key=target)
    upload = str(answer["UploadId"])
    try:
        etags: list[str] = []
        step = equal_parts(size, _PART)
        for start in range(0, size, step):
            answer = await s3.call(
                "upload_part_copy",
                moved=step,
                Key=target,
                UploadId=upload,
                PartNumber=len(etags) + 1,
                CopySource=_source(s3, source),
                CopySourceRange=f"bytes={start}-{min(start + step, size) - 1}",
            )
            etags.append(_etag(answer))
        await complete(s3, target, upload, etags)
    except BaseException:
        await surely(abort(s3, target, upload))
        await surely(remove(s3, target))
        raise


def _etag(answer: dict[str, Any]) -> str:
    etag = answer.get("CopyPartResult", {}).get("ETag")
    if not etag:
        raise NoPartCopyError
    return str(etag)


async def _copy_through(s3: S3, source: str, target: str, size: int) -> None:
    async with read_object(s3, source, 0, None) as body:
        await write_object(s3, target, body, Expected(size))


def _source(s3: S3, name: str) -> dict[str, str]:
    return {"Bucket": s3.options.bucket, "Key": name}
