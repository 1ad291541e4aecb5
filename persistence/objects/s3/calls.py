"""One call of the service: with a time limit, and told in domain's words where it fails."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from loguru import logger

from domain.storage.errors import StorageFullError, StorageUnavailableError

if TYPE_CHECKING:
    from collections.abc import Generator

    from persistence.objects.s3.library import Library
    from persistence.objects.s3.options import S3Options
    from persistence.objects.threads import Threads

# Who sends or copies more slowly than this is given up.
_SLOWEST_BYTES_PER_SECOND: Final = 128 << 10
_NOT_THERE: Final = frozenset({"NoSuchKey", "NoSuchUpload", "NotFound", "404"})
_NO_ROOM: Final = frozenset(
    {"QuotaExceeded", "InsufficientStorage", "StorageFull", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"}
)
_INSUFFICIENT_STORAGE: Final = 507


class NotThereError(Exception):
    """There is no such object or upload."""


class BeyondEndError(Exception):
    """The range begins after the end of the object."""


class ChangedError(Exception):
    """The object is not any more what the request asks for."""


@dataclass(frozen=True, slots=True)
class S3:
    """A connected client of one bucket, the one that signs addresses, and threads for what takes long beside it."""

    client: Any
    signer: Any
    library: Library
    options: S3Options
    threads: Threads

    def name(self, key: str) -> str:
        """The name of an object in the bucket."""
        return f"{self.options.prefix}{key}"

    async def call(self, operation: str, *, moved: int = 0, **parameters: object) -> dict[str, Any]:
        """Do one operation of the S3 API on the bucket.

        Args:
            operation: as the library names it, such as `head_object`.
            moved: how many bytes it sends or copies, for which it is given more time.
            parameters: of the operation.

        Raises:
            NotThereError, BeyondEndError, ChangedError: as they say.
            StorageFullError: there is no room.
            StorageUnavailableError: anything else.
        """
        with self.told(operation):
            async with asyncio.timeout(self.options.seconds + moved / _SLOWEST_BYTES_PER_SECOND):
                answer: dict[str, Any] = await getattr(self.client, operation)(Bucket=self.options.bucket, **parameters)
                return answer

    @contextmanager
    def told(self, operation: str) -> Generator[None]:
        """Turn what the library raises into what `call` raises; the log has the reason, and never the request."""
        try:
            yield
        except self.library.answered as error:
            raise self._meaning(operation, error) from None
        except self.library.failed as error:
            raise self._unavailable(operation, type(error).__name__) from None

    def _meaning(self, operation: str, error: Exception) -> Exception:
        answer: dict[str, Any] = getattr(error, "response", {})
        code = str(answer.get("Error", {}).get("Code", ""))
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if code in _NOT_THERE:
            return NotThereError(code)
        if code in {"InvalidRange", "416"}:
            return BeyondEndError(code)
        if code in {"PreconditionFailed", "412"}:
            return ChangedError(code)
        if code in _NO_ROOM or status == _INSUFFICIENT_STORAGE:
            logger.error("No room in the bucket {}: {} ({})", self.options.bucket, code, operation)
            return StorageFullError()
        return self._unavailable(operation, f"{code}, status {status}")

    def _unavailable(self, operation: str, reason: str) -> StorageUnavailableError:
        where = self.options.endpoint_url or "AWS"
        logger.error("The bucket {} at {} cannot be used: {} ({})", self.options.bucket, where, reason, operation)
        return StorageUnavailableError()
