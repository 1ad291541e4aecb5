"""Parts on their way: cut from what comes, a few sent at a time while the next one is filled."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final, Self

from persistence.objects.s3.parts import Part
from persistence.objects.s3.removing import abort, surely

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from persistence.objects.s3.calls import S3
    from persistence.objects.s3.parts import Bytes, PartSizes

_IN_FLIGHT: Final = 2
ANY_TYPE: Final = "application/octet-stream"


class Sending:
    """Cuts what it takes into parts and sends the full ones, when it is clear that they are not the last.

    The upload is begun with the first part that is sent; what is left in `part` at the end is for whoever uses this.
    A block that it is used as ends what is on its way, and aborts an upload that was begun here where it is left by
    an exception.
    """

    def __init__(
        self, s3: S3, name: str, sizes: PartSizes, *, kind: str = ANY_TYPE, upload: str | None = None, sent: int = 0
    ) -> None:
        """Send parts of an object by its name in the bucket.

        Args:
            s3: the bucket.
            name: of the object.
            sizes: of its parts.
            kind: its content type.
            upload: one that was begun before, of which `sent` parts are there.
            sent: how many.
        """
        self.kind = kind
        self._s3 = s3
        self._name = name
        self._sizes = sizes
        self._begun_here = False
        self._flying: deque[asyncio.Task[str]] = deque()
        self.part = Part()
        self.upload = upload
        self.sent = sent
        self.etags: list[str] = []

    async def take(self, pieces: Sequence[Bytes]) -> None:
        """Take what comes; waits while too many parts are on their way."""
        while pieces:
            limit = self._sizes(self.sent + 1)
            if self.part.size >= limit:
                await self.send()
            else:
                pieces = await self._s3.threads.run(partial(self.part.fill, pieces, limit))

    async def send(self) -> None:
        """Send the part as it is, and go on with an empty one."""
        upload = self.upload or await self._begin()
        while len(self._flying) >= _IN_FLIGHT:
            await self._land()
        self.sent += 1
        part, self.part = self.part, Part()
        self._flying.append(asyncio.ensure_future(self._send(upload, self.sent, part)))

    async def settle(self) -> None:
        """Wait until what is on its way has arrived."""
        while self._flying:
            await self._land()

    async def _begin(self) -> str:
        answer = await self._s3.call("create_multipart_upload", Key=self._name, ContentType=self.kind)
        self.upload = str(answer["UploadId"])
        self._begun_here = True
        return self.upload

    async def _send(self, upload: str, number: int, part: Part) -> str:
        try:
            answer = await self._s3.call(
                "upload_part",
                moved=part.size,
                Key=self._name,
                UploadId=upload,
                PartNumber=number,
                Body=part.body(),
                ContentLength=part.size,
                ContentMD5=part.content_md5,
            )
        finally:
            part.close()
        return str(answer["ETag"])

    async def _land(self) -> None:
        self.etags.append(await self._flying[0])
        self._flying.popleft()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for task in self._flying:
            task.cancel()
        await asyncio.gather(*self._flying, return_exceptions=True)
        self.part.close()
        if kind is not None and self._begun_here and self.upload is not None:
            await surely(abort(self._s3, self._name, self.upload))
