"""Changes and deletes files that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, update

from domain.paging import page_of
from domain.storage.files import FileStatus
from persistence.keyset import windowed
from persistence.models import Bucket, File
from persistence.storage.reach import within
from persistence.storage.rows import LIVING, file_of, select_files

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.paging import Order, Page, Window
    from domain.storage import files
    from domain.storage.lifecycle_ports import Deleted, Place
    from domain.storage.reach import Reach

_COLUMNS: Final = {"metadata": "file_metadata"}
_READY: Final = File.status == FileStatus.READY


class PostgresFileChanges:
    """The port `FileChanges` in the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self, file_ids: Collection[UUID], at: Place | None = None) -> Mapping[UUID, files.File]:
        """The living ones of the files and the one at the place, locked in the order of their ids."""
        there = false() if at is None else and_(File.bucket_id == at.bucket_id, File.path == at.path)
        query = select_files().where(LIVING, or_(File.id.in_(file_ids), there))
        return {file.id: file for file in await self._locked(query)}

    async def lock_deleted(self, file_id: UUID, since: datetime) -> files.File | None:
        """The file if it was deleted since then and can be restored, locked."""
        query = select_files().where(File.id == file_id, _READY, File.deleted_at > since)
        found = await self._locked(query)
        return found[0] if found else None

    async def update(self, file_id: UUID, values: Mapping[str, object]) -> files.File:
        """Write what is given of a locked file, as the port says."""
        columns = {_COLUMNS.get(name, name): value for name, value in values.items()}
        statement = update(File).where(File.id == file_id)
        await self._execute(statement.values(**columns, deleted_at=None, updated_at=func.now()))
        return file_of((await self._session.execute(select_files().where(File.id == file_id))).one())

    async def any_beyond(self, file_ids: Collection[UUID], reach: Reach) -> bool:
        """Whether one of the files is not within reach; an unknown rule is none."""
        return await self._exists(File.id.in_(file_ids), _beyond(reach))

    async def delete(self, file_ids: Collection[UUID], *, restorable: bool) -> datetime:
        """Delete locked files; the time of the transaction."""
        statement = update(File).where(File.id.in_(file_ids)).values(**deleted_values(restorable=restorable))
        await self._execute(statement)
        at: datetime = (await self._session.execute(select(func.now()))).scalar_one()
        return at

    async def delete_folder(self, folder: Place, reach: Reach, *, restorable: bool) -> int:
        """Delete the living files within reach in a folder, as the port says."""
        condition = and_(Bucket.id == File.bucket_id, LIVING, _in_folder(folder), within(reach))
        statement = update(File).where(condition).values(**deleted_values(restorable=restorable))
        return int((await self._execute(statement)).rowcount)

    async def has_more(self, folder: Place, reach: Reach) -> bool:
        """Whether there are living files within reach in the folder."""
        return await self._exists(LIVING, _in_folder(folder), within(reach))

    async def page_deleted(self, deleted: Deleted, order: Order, window: Window) -> Page[files.File]:
        """The deleted files of a window, by one statement that reads no more of an index than the page."""
        columns = [(key, getattr(File, key.attribute).expression) for key in order.keys]
        query = select_files().where(File.bucket_id == deleted.bucket_id, _READY, File.deleted_at > deleted.since)
        query = windowed(query.where(*map(within, deleted.reaches)), columns, window)
        return page_of([file_of(row) for row in await self._session.execute(query)], window)

    async def _exists(self, *conditions: ColumnElement[bool]) -> bool:
        file = select(File.id).join(Bucket, Bucket.id == File.bucket_id).where(*conditions)
        return bool((await self._session.execute(select(exists(file)))).scalar_one())

    async def _locked(self, query: Select[*tuple[Any, ...]]) -> list[files.File]:
        rows = await self._session.execute(query.order_by(File.id).with_for_update(of=File))
        return [file_of(row) for row in rows]

    async def _execute(self, statement: Any) -> Any:  # noqa: ANN401 - an UPDATE; SQLAlchemy types none of its results
        # No object of a session's is to be kept in step with the rows.
        return await self._session.execute(statement, execution_options={"synchronize_session": False})


def _beyond(reach: Reach) -> ColumnElement[bool]:
    return not_(func.coalesce(within(reach), false()))


def deleted_values(*, restorable: bool) -> dict[str, object]:
    """What a file becomes that is deleted now."""
    if restorable:
        return {"deleted_at": func.now()}
    return {"deleted_at": func.now(), "updated_at": func.now(), "status": FileStatus.DELETING}


def _in_folder(folder: Place) -> ColumnElement[bool]:
    # "0" is what follows "/", byte by byte: a range of the index.
    return and_(File.bucket_id == folder.bucket_id, File.path > f"{folder.path}/", File.path < f"{folder.path}0")
