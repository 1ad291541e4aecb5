"""The object store that the settings name."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from graph.settings import shown
from graph.storage_settings import StorageBackend
from persistence.objects.disk import open_disk_store
from persistence.objects.s3 import S3Options, open_s3_store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.storage.objects import ObjectStore
    from graph.settings import Settings


@asynccontextmanager
async def open_objects(settings: Settings) -> AsyncGenerator[ObjectStore]:
    """Open the store; it is closed when the block is left.

    Raises:
        StorageUnavailableError: its folder cannot be made.
    """
    if settings.storage_backend is StorageBackend.S3:
        async with open_s3_store(s3_options(settings)) as store:
            yield store
    else:
        async with open_disk_store(settings.data_dir / "objects", seconds=settings.storage_timeout) as folder:
            yield folder


def s3_options(settings: Settings) -> S3Options:
    """Where the settings say that the bucket is; without keys the library finds those of AWS's tools."""
    return S3Options(
        bucket=settings.s3_bucket or "",
        access_key=shown(settings.s3_access_key_id) or "",
        secret_key=shown(settings.s3_secret_access_key) or "",
        endpoint_url=settings.s3_endpoint_url,
        public_url=settings.s3_public_url,
        region=settings.s3_region,
        prefix=settings.s3_prefix,
        authorities=settings.s3_root_cert,
        addressing=settings.s3_addressing.value,
        read_seconds=settings.storage_timeout,
        seconds=max(60.0, 2 * settings.storage_timeout),
        attests_sha256=settings.s3_checksums,
    )
