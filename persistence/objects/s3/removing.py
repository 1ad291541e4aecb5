"""What has to be taken away again."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from domain.errors import SelfgraphError
from persistence.objects.s3.calls import NotThereError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from persistence.objects.s3.calls import S3

_PAGE: Final = 1000


async def surely(work: Coroutine[Any, Any, object]) -> None:
    """Take something away even if the caller is cancelled meanwhile; the sweep does what fails here."""
    with contextlib.suppress(SelfgraphError):
        await asyncio.shield(asyncio.ensure_future(work))


async def abort(s3: S3, name: str, upload: str) -> None:
    """End an upload without an object; once more does nothing."""
    with contextlib.suppress(NotThereError):
        await s3.call("abort_multipart_upload", Key=name, UploadId=upload)


async def remove(s3: S3, name: str) -> None:
    """Remove an object; once more does nothing."""
    with contextlib.suppress(NotThereError):
        await s3.call("delete_object", Key=name)


async def remove_all(s3: S3, prefix: str, before: datetime | None = None) -> int:
    """Remove the objects whose names begin so, all or those that are older; how many. For the few of an upload."""
    removed, after = 0, ""
    while True:
        answer = await s3.call("list_objects_v2", Prefix=prefix, MaxKeys=_PAGE, StartAfter=after)
        found: list[dict[str, Any]] = answer.get("Contents", [])
        for entry in found:
            if before is None or entry["LastModified"] < before:
                await remove(s3, entry["Key"])
                removed += 1
        if not answer.get("IsTruncated") or not found:
            return removed
        after = found[-1]["Key"]


async def abort_all(s3: S3, prefix: str, before: datetime | None = None) -> int:
    """End the uploads of names that begin so, all or those that were begun earlier; how many."""
    aborted = 0
    page: dict[str, Any] = {"Prefix": prefix, "MaxUploads": _PAGE}
    while True:
        try:
            answer = await s3.call("list_multipart_uploads", **page)
        except NotThereError:  # what some services say where there are none
            return aborted
        for upload in answer.get("Uploads", []):
            # Some services take no notice of a prefix.
            if upload["Key"].startswith(prefix) and (before is None or upload["Initiated"] < before):
                await abort(s3, upload["Key"], upload["UploadId"])
                aborted += 1
        if not answer.get("IsTruncated"):
            return aborted
        page = {
            "Prefix": prefix, "MaxUploads": _PAGE,
            "KeyMarker": answer["NextKeyMarker"], "UploadIdMarker": answer["NextUploadIdMarker"],
        }  # fmt: skip
