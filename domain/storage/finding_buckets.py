"""Finding buckets, and what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.errors import NotFoundError
from domain.paging import Kind, Order, SortKey, window
from domain.storage.bucket_ports import Contents, Viewer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.actor import Actor
    from domain.paging import Page
    from domain.storage.authority import Authority
    from domain.storage.bucket_ports import OpenBuckets
    from domain.storage.buckets import Bucket

BY_NAME: Final = Order((SortKey("name", Kind.TEXT),))
"""The order of buckets."""


class FindBucket:
    """Reads one bucket."""

    def __init__(self, open_buckets: OpenBuckets, authority: Authority) -> None:
        self._open = open_buckets
        self._authority = authority

    async def __call__(self, actor: Actor, bucket: UUID | str) -> Bucket | None:
        """The bucket with an id or a name; None if there is none that the caller has anything to do with."""
        async with self._open() as work:
            try:
                found, _ = await self._authority.enter(work, actor, bucket)
            except NotFoundError:
                return None
            return found


class ListBuckets:
    """Reads a page of the buckets that the caller has anything to do with."""

    def __init__(self, open_buckets: OpenBuckets) -> None:
        self._open = open_buckets

    async def __call__(
        self,
        actor: Actor,
        *,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Page[Bucket]:
        """The page that these arguments of a connection ask for, in the order `BY_NAME`.

        Raises:
            InvalidInputError: they make no page.
        """
        found = window(BY_NAME, first, after, last, before)
        async with self._open() as work:
            return await work.bucket_directory.page(_viewer(actor), BY_NAME, found)


class CountBuckets:
    """Counts the buckets that the caller has anything to do with."""

    def __init__(self, open_buckets: OpenBuckets) -> None:
        self._open = open_buckets

    async def __call__(self, actor: Actor) -> int:
        """How many there are."""
        async with self._open() as work:
            return await work.bucket_directory.count(_viewer(actor))


class MeasureBuckets:
    """Tells what is in buckets."""

    def __init__(self, open_buckets: OpenBuckets, authority: Authority) -> None:
        self._open = open_buckets
        self._authority = authority

    async def __call__(self, actor: Actor, bucket_ids: Sequence[UUID]) -> list[Contents]:
        """The files of each bucket that the caller may list; all by one statement, and one for the rules.

        Raises:
            ForbiddenError: a rule needs a session variable that the caller does not have.
        """
        async with self._open() as work:
            reach = await self._authority.listed(work, actor, bucket_ids)
            found = await work.bucket_directory.contents(bucket_ids, reach)
        return [found.get(bucket_id, Contents(0, 0)) for bucket_id in bucket_ids]


def _viewer(actor: Actor) -> Viewer | None:
    return None if actor.is_administrator else Viewer(actor.user_id, actor.role)
