"""What is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import strawberry

from domain.storage.finding_buckets import BY_NAME
from graph.paging import After, First, PageInfo
from graph.permissions import administrators
from graph.scalars import BigInt
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.paging import Page
    from domain.storage import bucket_ports
    from domain.storage.measuring import NamedStats


@strawberry.type(description="How many files, and how many bytes they have together.")
class Contents:
    """How many files, and how many bytes they have together."""

    files: BigInt = strawberry.field(description="How many files.")
    size: BigInt = strawberry.field(description="Their bytes.")

    @classmethod
    def of(cls, contents: bucket_ports.Contents) -> Self:
        """Contents of the domain."""
        return cls(files=BigInt(contents.files), size=BigInt(contents.size))


@strawberry.type(description="What a bucket holds.")
class BucketStats:
    """What a bucket holds."""

    bucket: str = strawberry.field(description="Its name.")
    ready: Contents = strawberry.field(description="Files that are there.")
    pending: Contents = strawberry.field(description="Files that are on their way, with their declared sizes.")
    deleted: Contents = strawberry.field(description="Files that can be restored, or whose bytes are being removed.")

    @classmethod
    def of(cls, named: NamedStats) -> Self:
        """Stats of the domain."""
        stats = named.stats
        return cls(
            bucket=named.name,
            ready=Contents.of(stats.ready),
            pending=Contents.of(stats.pending),
            deleted=Contents.of(stats.deleted),
        )


@strawberry.type(description="A page of what the buckets hold, by name.")
class BucketStatsConnection:
    """A page of what the buckets hold."""

    nodes: list[BucketStats] = strawberry.field(description="The buckets.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @classmethod
    def of(cls, page: Page[NamedStats]) -> Self:
        """A page of the buckets."""
        return cls(nodes=[BucketStats.of(named) for named in page.rows], page_info=PageInfo.of(page, BY_NAME))


@strawberry.type(description="What is stored: all together, and by bucket.")
class StorageStats:
    """What is stored: all together, and by bucket."""

    ready: Contents = strawberry.field(description="Files that are there.")
    pending: Contents = strawberry.field(description="Files that are on their way, with their declared sizes.")
    deleted: Contents = strawberry.field(
        description="Files that can be restored, or whose bytes are being removed; those of deleted buckets too."
    )

    @strawberry.field(description="A page of the buckets by name.")
    async def buckets(self, info: Info, first: First = None, after: After = None) -> BucketStatsConnection:
        return BucketStatsConnection.of(
            await info.root_value.storage.measure_storage.by_bucket(first=first, after=after)
        )


@strawberry.type
class StorageStatsQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[administrators("storage:read")],
        description="How many files and bytes are stored, all together and by bucket; it looks at every file.",
    )
    async def storage_stats(self, info: Info) -> StorageStats:
        totals = await info.root_value.storage.measure_storage.totals()
        return StorageStats(
            ready=Contents.of(totals.ready), pending=Contents.of(totals.pending), deleted=Contents.of(totals.deleted)
        )
