"""Finding deleted files that can be restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import strawberry

from domain.storage.restoring import LAST_DELETED
from graph.paging import After, Before, First, Last, PageInfo
from graph.permissions import anybody
from graph.storage.files import FileEdge
from graph.storage.types import BucketName, File
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.paging import Page
    from domain.storage import files


@strawberry.type(description="A page of the deleted files of a bucket.")
class DeletedFileConnection:
    """A page of the deleted files of a bucket."""

    edges: list[FileEdge] = strawberry.field(description="The files with their cursors.")
    nodes: list[File] = strawberry.field(description="The files.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @classmethod
    def of(cls, page: Page[files.File]) -> Self:
        """A page of the deleted files."""
        nodes = [File.of(file) for file in page.rows]
        cursors = [LAST_DELETED.cursor(file) for file in page.rows]
        edges = [FileEdge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)]
        return cls(edges=edges, nodes=nodes, page_info=PageInfo.of(page, LAST_DELETED))


@strawberry.type
class DeletedFilesQuery:
    """The slice's part of the query root that is about deleted files."""

    @strawberry.field(
        permission_classes=[anybody("storage:read")],
        description=(
            "A page of the deleted files of a bucket that the caller may restore, the last one first."
            " NOT_FOUND for a bucket that the caller has nothing to do with."
        ),
    )
    async def deleted_files(  # noqa: PLR0917 - its arguments in GraphQL
        self,
        info: Info,
        bucket: BucketName,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> DeletedFileConnection:
        list_deleted = info.root_value.storage.list_deleted
        page = await list_deleted(info.context.actor, bucket, first=first, after=after, last=last, before=before)
        return DeletedFileConnection.of(page)
