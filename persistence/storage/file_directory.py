"""Finds files of a bucket, many at a time, and the folders that they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, func, select, true

from domain.paging import page_of
from domain.storage.listing_files import FILE_FIELDS
from persistence.conditions import condition_sql
from persistence.keyset import windowed
from persistence.models import Bucket, File
from persistence.storage.folders import list_folders, right_in
from persistence.storage.prefixes import begins_with
from persistence.storage.reach import within
from persistence.storage.rows import LIVING, file_of, select_files

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.paging import Order, Page, Window
    from domain.storage import files
    from domain.storage.listing_files import Folder, Listed
    from domain.storage.reach import Reach

_COLUMNS: Final[dict[str, ColumnElement[Any]]] = {
    name: (File.file_metadata if name == "metadata" else getattr(File, name)).expression for name in FILE_FIELDS
}


class PostgresFileDirectory:
    """The port `FileDirectory` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, listed: Listed, order: Order, window: Window) -> Page[files.File]:
        """The files of a window, by one statement that reads no more of an index than the page."""
        columns = [(key, _COLUMNS[key.attribute]) for key in order.keys]
        query = windowed(select_files().where(*_listed(listed)), columns, window)
        return page_of([file_of(row) for row in await self._session.execute(query)], window)

    async def count(self, listed: Listed) -> int:
        """How many files there are."""
        query = select(func.count()).select_from(File).join(Bucket, Bucket.id == File.bucket_id)
        return (await self._session.execute(query.where(*_listed(listed)))).scalar_one()

    async def folders(self, bucket_id: UUID, parent: str, reach: Reach, window: Window) -> Page[Folder]:
        """The folders of a folder that hold files within reach, by one statement that goes from folder to folder."""
        return page_of(await list_folders(self._session, bucket_id, parent, reach, window), window)


def _listed(listed: Listed) -> list[ColumnElement[bool]]:
    return [
        File.bucket_id == listed.bucket_id,
        LIVING,
        begins_with(File.path.expression, listed.prefix),
        true() if listed.folder is None else right_in(listed.folder),
        condition_sql(listed.condition, _COLUMNS),
        within(listed.reach),
    ]
