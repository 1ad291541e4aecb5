"""A whole body that comes in: one request where it is small, parts where it is large."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from persistence.objects.s3.parts import equal_parts, growing_parts
from persistence.objects.s3.removing import remove, surely
from persistence.objects.s3.sending import Sending
from persistence.objects.taking import Taking, blocks

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Sequence

    from domain.storage.objects import Expected, StoredObject
    from persistence.objects.s3.calls import S3
    from persistence.objects.s3.parts import Part, PartSizes


async def write_object(s3: S3, key: str, body: AsyncIterable[bytes], expected: Expected) -> StoredObject:
    """Keep a whole body as an object, as the port says."""
    name = s3.name(key)
    taking = Taking(expected)
    async with Sending(s3, name, _sizes(s3, expected)) as sending:
        async with contextlib.aclosing(blocks(body)) as received:
            async for pieces in received:
                taking.count(sum(map(len, pieces)))
                await s3.threads.run(partial(taking.hash, pieces))
                await sending.take(pieces)
        stored = taking.conclude(key)
        try:
            await conclude(s3, name, sending)
        except BaseException:  # it is not known whether the object was made
            await surely(remove(s3, name))
            raise
    return stored


async def conclude(s3: S3, name: str, sending: Sending, sent_before: Sequence[str] = ()) -> None:
    """Make the object of what was sent, before and now, and what is left."""
    if sending.upload is None:
        await put(s3, name, sending.part, sending.kind)
        return
    if sending.part.size:
        await sending.send()
    await sending.settle()
    await complete(s3, name, sending.upload, [*sent_before, *sending.etags])


async def put(s3: S3, name: str, part: Part, kind: str) -> None:
    """Make an object of one part, in one request."""
    await s3.call(
        "put_object",
        moved=part.size,
        Key=name,
        Body=part.body(),
        ContentLength=part.size,
        ContentMD5=part.content_md5,
        ContentType=kind,
    )


async def complete(s3: S3, name: str, upload: str, etags: Sequence[str]) -> None:
    """Make an object of parts that are there; NotThereError where the upload is not, or has become an object."""
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
    await s3.call("complete_multipart_upload", Key=name, UploadId=upload, MultipartUpload={"Parts": parts})


def _sizes(s3: S3, expected: Expected) -> PartSizes:
    if expected.size is None:
        return growing_parts(s3.options.part_bytes)
    size = equal_parts(expected.size, s3.options.part_bytes)
    return lambda _: size
