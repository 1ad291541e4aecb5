"""Buckets as clients see them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from domain.storage.authority import owns
from domain.storage.bucket_ports import Contents
from domain.storage.finding_buckets import BY_NAME
from graph.paging import PageInfo
from graph.scalars import BigInt
from graph.storage.types import id_of
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.paging import Page
    from domain.storage import buckets

_OWNED = "Null for those whose bucket it is not."


@strawberry.type(description="A named place for files, with its limits.")
class Bucket:
    """A named place for files, with its limits."""

    loader: strawberry.Private[DataLoader[UUID, Contents]]
    entity_id: strawberry.Private[UUID]
    id: strawberry.ID = strawberry.field(description="UUIDv7.")
    name: str = strawberry.field(description="Its name; part of the addresses of its files.")
    description: str | None = strawberry.field(description="What it is for.")
    public: bool = strawberry.field(
        description="Whether anybody may read its files by their addresses; listing them takes a rule all the same."
    )
    owner_id: strawberry.ID | None = strawberry.field(
        description=f"The user who may do everything with it; null: administrators only. {_OWNED}"
    )
    max_file_size: BigInt | None = strawberry.field(description="The most bytes of a file; null: 5 TiB.")
    allowed_types: list[str] | None = strawberry.field(
        description="The MIME types that it takes, such as image/png or image/*; null: any."
    )
    quota: BigInt | None = strawberry.field(
        description=f"The most bytes of all its files together; null: unlimited. {_OWNED}"
    )
    used_bytes: BigInt | None = strawberry.field(
        description=f"Bytes that count for the quota, uploads under way too. {_OWNED}"
    )
    created_at: datetime = strawberry.field(description="When it was made, UTC (ISO 8601).")
    updated_at: datetime = strawberry.field(description="When it last changed, UTC (ISO 8601).")

    @strawberry.field(description="How many files of it the caller may list; counted only where it is asked for.")
    async def file_count(self) -> BigInt:
        return BigInt((await self.loader.load(self.entity_id)).files)

    @strawberry.field(description="How many bytes these have together; counted with them.")
    async def total_size(self) -> BigInt:
        return BigInt((await self.loader.load(self.entity_id)).size)

    @classmethod
    def of(cls, info: Info, bucket: buckets.Bucket, loader: DataLoader[UUID, Contents] | None = None) -> Self:
        """A bucket of the domain as the caller sees it; those of one page share a loader."""
        owned = owns(info.context.actor, bucket)
        return cls(
            loader=loader or contents_loader(info),
            entity_id=bucket.id,
            id=strawberry.ID(str(bucket.id)),
            name=bucket.name,
            description=bucket.description,
            public=bucket.public,
            owner_id=id_of(bucket.owner_id) if owned else None,
            max_file_size=_number(bucket.max_file_size),
            allowed_types=None if bucket.allowed_types is None else list(bucket.allowed_types),
            quota=_number(bucket.quota) if owned else None,
            used_bytes=BigInt(bucket.used_bytes) if owned else None,
            created_at=bucket.created_at,
            updated_at=bucket.updated_at,
        )


@strawberry.type(description="A bucket in a page.")
class BucketEdge:
    """A bucket in a page."""

    cursor: str = strawberry.field(description="The place in the list; opaque.")
    node: Bucket = strawberry.field(description="The bucket.")


@strawberry.type(description="A page of the buckets.")
class BucketConnection:
    """A page of the buckets."""

    edges: list[BucketEdge] = strawberry.field(description="The buckets with their cursors.")
    nodes: list[Bucket] = strawberry.field(description="The buckets.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @strawberry.field(description="How many buckets there are for the caller; counted only where it is asked for.")
    async def total_count(self, info: Info) -> int:
        return await info.root_value.storage.count_buckets(info.context.actor)

    @classmethod
    def of(cls, info: Info, page: Page[buckets.Bucket]) -> Self:
        """A page of the buckets, whose files are counted together."""
        loader = contents_loader(info)
        nodes = [Bucket.of(info, bucket, loader) for bucket in page.rows]
        cursors = [BY_NAME.cursor(bucket) for bucket in page.rows]
        edges = [BucketEdge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)]
        return cls(edges=edges, nodes=nodes, page_info=PageInfo.of(page, BY_NAME))


def contents_loader(info: Info) -> DataLoader[UUID, Contents]:
    """Counts the files of all buckets that are asked about at once, by one statement."""
    actor, measure = info.context.actor, info.root_value.storage.measure_buckets

    async def load(bucket_ids: list[UUID]) -> list[Contents]:
        return await measure(actor, bucket_ids)

    return DataLoader(load_fn=load)


def _number(value: int | None) -> BigInt | None:
    return None if value is None else BigInt(value)
