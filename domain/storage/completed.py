"""Answering once more what an upload has become: the answer before may have been lost on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import NotFoundError
from domain.storage.uploads import is_of, no_upload

if TYPE_CHECKING:
    from uuid import UUID

    from domain.actor import Actor
    from domain.storage.authority import Authority
    from domain.storage.files import File, Pending, UploadKind
    from domain.storage.ports import OpenStorage


class FindCompleted:
    """Finds the file that the caller has completed."""

    def __init__(self, open_storage: OpenStorage, authority: Authority) -> None:
        self._open = open_storage
        self._authority = authority

    async def __call__(self, actor: Actor, file_id: UUID, kind: UploadKind) -> File:
        """The file.

        As long as it is what it was when the caller completed it, and the time of the upload is not over, no right to
        read it is asked for: the caller has been told all of it. Later it is.

        Raises:
            NotFoundError: the caller has completed no such upload, or may not read what has become of it.
        """
        async with self._open() as work:
            completed = await work.uploads.find_completed(file_id)
            if completed is not None and completed.upload.kind is kind and _completed_by(actor, completed):
                return completed.file
            try:
                file = await self._authority.find(work, actor, file_id)
            except NotFoundError:
                raise no_upload() from None
        if file.owner_id != actor.user_id:
            raise no_upload()
        return file


def _completed_by(actor: Actor, completed: Pending) -> bool:
    # Others may have seen the id of a file by now: for a caller who is nobody it shows nothing any more.
    return (actor.user_id, actor.key_id) != (None, None) and is_of(completed, actor)
