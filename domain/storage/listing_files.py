"""Finding files: one, a page of a bucket's, and the folders that they are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from domain.conditions import Field, refuse_large
from domain.errors import ForbiddenError, NotFoundError
from domain.paging import Kind, Order, SortKey, window
from domain.storage.paths import folder_path, prefix
from domain.storage.ports import StorageWork
from domain.storage.reach import Action

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from uuid import UUID

    from domain.actor import Actor
    from domain.conditions import Condition
    from domain.paging import Page, Window
    from domain.storage.authority import Authority
    from domain.storage.buckets import Bucket
    from domain.storage.files import File
    from domain.storage.reach import Reach


class FileField:
    """What files are found and ordered by."""

    ID: Final = Field("id", Kind.ID)
    PATH: Final = Field("path", Kind.TEXT)
    SIZE: Final = Field("size", Kind.NUMBER)
    CONTENT_TYPE: Final = Field("content_type", Kind.TEXT)
    METADATA: Final = Field("metadata", Kind.JSON)
    VERSION: Final = Field("version", Kind.NUMBER)
    OWNER_ID: Final = Field("owner_id", Kind.ID, nullable=True)
    CREATED_AT: Final = Field("created_at", Kind.TIME)
    UPDATED_AT: Final = Field("updated_at", Kind.TIME)


FILE_FIELDS: Final = {each.attribute: each for each in vars(FileField).values() if isinstance(each, Field)}
"""The same by the attributes of `File`."""
FOLDERS_BY_NAME: Final = Order((SortKey("name", Kind.TEXT),))
"""The order of the folders of a folder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder: there is one wherever paths of files have a slash.

    Attributes:
        path: without a slash at its end.
        name: the last part of it.
    """

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Which files: those of one bucket whose paths begin so, that fulfil the condition and are within reach.

    Attributes:
        folder: only those right in it, with a slash at its end; empty: those in no folder; None: wherever they are.
    """

    bucket_id: UUID
    prefix: str
    folder: str | None
    condition: Condition
    reach: Reach


class FileDirectory(Protocol):
    """The files that are ready and not deleted, many at a time."""

    async def page(self, listed: Listed, order: Order, window: Window) -> Page[File]:
        """The files of a window, by one statement that reads no more of an index than the page."""
        ...

    async def count(self, listed: Listed) -> int:
        """How many files there are."""
        ...

    async def folders(self, bucket_id: UUID, parent: str, reach: Reach, window: Window) -> Page[Folder]:
        """The folders of a folder that hold files within reach, by one statement that goes from folder to folder."""
        ...


class ListingWork(StorageWork, Protocol):
    """One transaction on files, many at a time."""

    @property
    def file_directory(self) -> FileDirectory:
        """The files, many at a time."""
        ...


class OpenListing(Protocol):
    """Begins a transaction."""

    def __call__(self) -> AbstractAsyncContextManager[ListingWork]:
        """Begin."""
        ...


class FindFile:
    """Reads one file."""

    def __init__(self, open_listing: OpenListing, authority: Authority) -> None:
        self._open = open_listing
        self._authority = authority

    async def __call__(self, actor: Actor, file_id: UUID) -> File | None:
        """The file with an id; None if there is none that the caller may read."""
        async with self._open() as work:
            try:
                return await self._authority.find(work, actor, file_id)
            except NotFoundError:
                return None

    async def at(self, actor: Actor, bucket: str, path: str) -> File | None:
        """The same for the name of a bucket and a path."""
        async with self._open() as work:
            try:
                return await self._authority.find_at(work, actor, bucket, path)
            except NotFoundError:
                return None


@dataclass(frozen=True, slots=True)
class FileQuery:
    """Which files of a bucket; `prefix` may end in the middle of a name.

    Attributes:
        folder: only those right in it; empty: the bucket itself; None: wherever they are.
    """

    bucket: str
    prefix: str
    condition: Condition
    folder: str | None = None


class ListFiles:
    """Reads pages of the files of a bucket that the caller may list, and counts them."""

    def __init__(self, open_listing: OpenListing, authority: Authority) -> None:
        self._open = open_listing
        self._authority = authority

    async def __call__(
        self,
        actor: Actor,
        query: FileQuery,
        order: Order,
        *,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Page[File]:
        """The page that these arguments of a connection ask for.

        Raises:
            NotFoundError: there is no such bucket for the caller.
            ForbiddenError: no rule lets the caller list files of it, or one needs a session variable that the caller
                does not have.
            InvalidInputError: the filter is too large, or the arguments make no page.
        """
        found = window(order, first, after, last, before)
        start, folder = _places(query)
        async with self._open() as work:
            bucket, reach = await _enter_to_list(work, self._authority, actor, query.bucket)
            listed = Listed(bucket.id, start, folder, query.condition, reach)
            return await work.file_directory.page(listed, order, found)

    async def count(self, actor: Actor, query: FileQuery) -> int:
        """How many files there are; raises as the other one does."""
        start, folder = _places(query)
        async with self._open() as work:
            bucket, reach = await _enter_to_list(work, self._authority, actor, query.bucket)
            return await work.file_directory.count(Listed(bucket.id, start, folder, query.condition, reach))


def _places(query: FileQuery) -> tuple[str, str | None]:
    """What the paths begin with, and the folder with a slash at its end; raises InvalidInputError."""
    refuse_large(query.condition)
    folder = None if query.folder is None else folder_path(query.folder, "folder")
    return prefix(query.prefix), f"{folder}/" if folder else folder


class ListFolders:
    """Reads pages of the folders of a folder that hold files which the caller may list."""

    def __init__(self, open_listing: OpenListing, authority: Authority) -> None:
        self._open = open_listing
        self._authority = authority

    async def __call__(
        self, actor: Actor, bucket: str, parent: str, *, first: int | None = None, after: str | None = None
    ) -> Page[Folder]:
        """The page that these arguments of a connection ask for, in the order `FOLDERS_BY_NAME`.

        Raises:
            NotFoundError: there is no such bucket for the caller.
            ForbiddenError: no rule lets the caller list files of it, or one needs a session variable that the caller
                does not have.
            InvalidInputError: the arguments make no page.
        """
        found = window(FOLDERS_BY_NAME, first, after)
        folder = folder_path(parent, "prefix")
        async with self._open() as work:
            entered, reach = await _enter_to_list(work, self._authority, actor, bucket)
            return await work.file_directory.folders(entered.id, folder, reach, found)


def order_of(key: SortKey | None) -> Order:
    """An order of the files of a bucket: by this field, by the path without one; by the id in the end."""
    if key is None or key.attribute == FileField.PATH.attribute:
        return Order((key or FileField.PATH.key(),))
    # In the direction of the key before it, so that an index on both is read from one end to the other.
    return Order((key, FileField.ID.key(descending=key.descending)))


async def _enter_to_list(work: ListingWork, authority: Authority, actor: Actor, name: str) -> tuple[Bucket, Reach]:
    bucket, rights = await authority.enter(work, actor, name)
    if not rights.may(Action.SELECT, bucket):
        raise ForbiddenError("You may not list the files of this bucket.")
    return bucket, rights.listed(bucket)
