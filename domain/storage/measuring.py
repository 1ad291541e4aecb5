"""What is stored: files and bytes by bucket, and all together; for administrators, which whoever calls this sees to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.paging import Page, window
from domain.storage.bucket_ports import BucketStats, Contents
from domain.storage.finding_buckets import BY_NAME

if TYPE_CHECKING:
    from domain.storage.bucket_ports import OpenBuckets

NOTHING: Final = BucketStats(Contents(0, 0), Contents(0, 0), Contents(0, 0))
"""The stats of a bucket without files."""


@dataclass(frozen=True, slots=True)
class NamedStats:
    """What the bucket with a name holds."""

    name: str
    stats: BucketStats


class MeasureStorage:
    """Tells what is stored."""

    def __init__(self, open_buckets: OpenBuckets) -> None:
        self._open = open_buckets

    async def totals(self) -> BucketStats:
        """The files of all buckets; those of deleted ones, whose bytes are yet to be removed, count as deleted."""
        async with self._open() as work:
            return await work.bucket_directory.totals()

    async def by_bucket(self, *, first: int | None = None, after: str | None = None) -> Page[NamedStats]:
        """The page of the buckets that these arguments of a connection ask for, in the order `BY_NAME`.

        Raises:
            InvalidInputError: they make no page.
        """
        found = window(BY_NAME, first, after)
        async with self._open() as work:
            page = await work.bucket_directory.page(None, BY_NAME, found)
            stats = await work.bucket_directory.stats([bucket.id for bucket in page.rows])
        rows = tuple(NamedStats(bucket.name, stats.get(bucket.id, NOTHING)) for bucket in page.rows)
        return Page(rows, page.has_next, page.has_previous)
