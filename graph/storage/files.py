"""Finding files and folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from domain.errors import InvalidInputError
from domain.storage.listing_files import FOLDERS_BY_NAME, FileQuery
from graph.accounts.types import read_id
from graph.paging import After, Before, First, Last, PageInfo
from graph.permissions import anybody
from graph.storage.file_filters import FileFilter, FileOrder, read_condition, read_order
from graph.storage.types import BucketName, File
from graph.use_cases import Info

if TYPE_CHECKING:
    from domain.paging import Order, Page
    from domain.storage import files, listing_files

Prefix = Annotated[
    str,
    strawberry.argument(
        description="What the paths begin with, such as `photos/2026/`; it may end in the middle of a name."
    ),
]
InFolder = Annotated[
    str | None,
    strawberry.argument(
        description="Those right in this folder and not in one below it; an empty text is the bucket itself."
    ),
]
Where = Annotated[FileFilter | None, strawberry.argument(description="Which files; all of them unless told.")]
OrderBy = Annotated[FileOrder | None, strawberry.argument(description="In what order; by the path unless told.")]


@strawberry.type(description="A file in a page.")
class FileEdge:
    """A file in a page."""

    cursor: str = strawberry.field(description="The place in the list; opaque.")
    node: File = strawberry.field(description="The file.")


@strawberry.type(description="A page of the files of a bucket.")
class FileConnection:
    """A page of the files of a bucket."""

    query: strawberry.Private[FileQuery]
    edges: list[FileEdge] = strawberry.field(description="The files with their cursors.")
    nodes: list[File] = strawberry.field(description="The files.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @strawberry.field(description="How many files there are; counted only where it is asked for.")
    async def total_count(self, info: Info) -> int:
        return await info.root_value.storage.list_files.count(info.context.actor, self.query)

    @classmethod
    def of(cls, page: Page[files.File], order: Order, query: FileQuery) -> Self:
        """A page of this order."""
        nodes = [File.of(file) for file in page.rows]
        edges = [FileEdge(cursor=order.cursor(file), node=node) for file, node in zip(page.rows, nodes, strict=True)]
        return cls(query=query, edges=edges, nodes=nodes, page_info=PageInfo.of(page, order))


@strawberry.type(description="A folder: there is one wherever paths of files have a slash.")
class Folder:
    """A folder: there is one wherever paths of files have a slash."""

    path: str = strawberry.field(description="Its place in the bucket, without a slash at the end.")
    name: str = strawberry.field(description="The last part of the path.")


@strawberry.type(description="A page of the folders of a folder.")
class FolderConnection:
    """A page of the folders of a folder."""

    nodes: list[Folder] = strawberry.field(description="The folders.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @classmethod
    def of(cls, page: Page[listing_files.Folder]) -> Self:
        """A page of the folders."""
        nodes = [Folder(path=folder.path, name=folder.name) for folder in page.rows]
        return cls(nodes=nodes, page_info=PageInfo.of(page, FOLDERS_BY_NAME))


@strawberry.type
class FilesQuery:
    """The slice's part of the query root."""

    @strawberry.field(
        permission_classes=[anybody("storage:read")],
        description=(
            "A page of the files of a bucket that the caller may list: its owner and admins all, others by the rules "
            "of their role. NOT_FOUND for a bucket that is not there for the caller; FORBIDDEN without any such rule."
        ),
    )
    async def files(
        self,
        info: Info,
        *,
        bucket: BucketName,
        prefix: Prefix = "",
        folder: InFolder = None,
        where: Where = None,
        order_by: OrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> FileConnection:
        query, order = FileQuery(bucket, prefix, read_condition(where), folder), read_order(order_by)
        list_files = info.root_value.storage.list_files
        page = await list_files(info.context.actor, query, order, first=first, after=after, last=last, before=before)
        return FileConnection.of(page, order, query)

    @strawberry.field(
        permission_classes=[anybody("storage:read")],
        description="One file by its id, or by its bucket and path, or null. VALIDATION unless it is one of these.",
    )
    async def file(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")] = None,  # noqa: A002 - its name in GraphQL
        bucket: Annotated[str | None, strawberry.argument(description="Its bucket, by the name.")] = None,
        path: Annotated[str | None, strawberry.argument(description="Its path.")] = None,
    ) -> File | None:
        find = info.root_value.storage.find_file
        if id is not None and bucket is None and path is None:
            found = await find(info.context.actor, read_id(id))
        elif id is None and bucket is not None and path is not None:
            found = await find.at(info.context.actor, bucket, path)
        else:
            raise InvalidInputError("Give id, or bucket and path.", ("id",))
        return File.of(found) if found else None

    @strawberry.field(
        permission_classes=[anybody("storage:read")],
        description=(
            "A page of the folders right below a folder that hold files which the caller may list. NOT_FOUND and "
            "FORBIDDEN as for files."
        ),
    )
    async def folders(
        self,
        info: Info,
        bucket: BucketName,
        prefix: Annotated[str, strawberry.argument(description="The folder; the bucket itself unless told.")] = "",
        first: First = None,
        after: After = None,
    ) -> FolderConnection:
        list_folders = info.root_value.storage.list_folders
        return FolderConnection.of(await list_folders(info.context.actor, bucket, prefix, first=first, after=after))
