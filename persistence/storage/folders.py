"""Finds the folders of a folder without looking at all that is in them, and the files right in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Integer, Text, cast, func, literal, literal_column, select

from domain.storage.listing_files import Folder
from persistence.models import Bucket, File
from persistence.storage.prefixes import begins_with
from persistence.storage.reach import within
from persistence.storage.rows import LIVING

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ScalarSelect
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.paging import Window
    from domain.storage.reach import Reach

_FOLDER: Final[ColumnElement[str]] = literal_column("substring(files.path, '^.*/')", Text)
"""The folder that a file is in, with a slash at its end, as the index `ix_files_folder` has it."""
_AFTER_SLASH: Final = "0"
"""The character behind the slash: what begins like a folder is less than its path with this in place of the slash."""


def right_in(folder: str) -> ColumnElement[bool]:
    """The condition that a file is right in the folder, which has a slash at its end; empty: that it is in none."""
    return literal(folder, Text) == _FOLDER if folder else _FOLDER.is_(None)


async def list_folders(
    session: AsyncSession, bucket_id: UUID, parent: str, reach: Reach, window: Window
) -> list[Folder]:
    """The folders in `parent` that hold files within reach, and one more than the window has, by one statement.

    It goes from the first file of a folder to the first one behind the folder, by the index on folders. They come in
    the order of their paths with a slash at the end, so that this is the order of the index.
    """
    start = f"{parent}/" if parent else ""
    reached = within(reach)

    def first(*behind: ColumnElement[bool]) -> ScalarSelect[Any]:
        name = func.split_part(func.substr(_FOLDER, len(start) + 1), "/", 1)
        found = select(name).select_from(File).join(Bucket, Bucket.id == File.bucket_id)
        found = found.where(File.bucket_id == bucket_id, LIVING, begins_with(_FOLDER, start), *behind, reached)
        return found.order_by(_FOLDER).limit(1).scalar_subquery()

    after = start if window.after is None else f"{start}{window.after[0]}{_AFTER_SLASH}"
    found = select(first(literal(after, Text) < _FOLDER).label("name"), literal(1).label("place"))
    folders = found.cte("folders", recursive=True)
    behind = literal(start, Text) + folders.columns.name + literal(_AFTER_SLASH, Text)
    further = select(first(behind < _FOLDER), cast(folders.columns.place + 1, Integer))
    further = further.where(folders.columns.name.is_not(None), folders.columns.place <= window.size)
    folders = folders.union_all(further)
    names = select(folders.columns.name).where(folders.columns.name.is_not(None)).order_by(folders.columns.place)
    return [Folder(f"{start}{name}", name) for (name,) in await session.execute(names)]
