"""Uploads that come in pieces and go on after a break."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from domain.errors import NotFoundError
from domain.storage.bodies import Portions, until
from domain.storage.errors import (
    AppendInterruptedError,
    ObjectMissingError,
    OffsetError,
)
from domain.storage.files import Pending, UploadKind
from domain.storage.objects import Expected, Resumable
from domain.storage.uploads import no_upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterable
    from datetime import datetime
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client
    from domain.storage.alone import Alone
    from domain.storage.completed import FindCompleted
    from domain.storage.completing import MakeReady, Types
    from domain.storage.files import File
    from domain.storage.giving_up import GiveUp
    from domain.storage.objects import ObjectStore
    from domain.storage.ports import OpenStorage
    from domain.storage.uploads import BeginUpload, FindUpload, NewUpload

PORTION_BYTES: Final = 64 << 20
"""After so many it is written down how far an upload has come: what may be lost when the process is killed."""
MOST_PORTIONS: Final = 5000
"""Of one file; those of large files are larger. S3 has at most 10,000 parts."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload has come.

    Attributes:
        file: what it is to be; once it is there, what it is.
        offset: how many bytes are kept.
        size: how many there will be.
        expires_at: when its time is over; None once the file is there.
    """

    file_id: UUID
    file: File
    offset: int
    size: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A body that goes on with an upload.

    Attributes:
        offset: where it begins.
        body: its bytes.
        whole: whether it counts as a whole or not at all, as one with a checksum does.
    """

    offset: int
    body: AsyncIterable[bytes]
    whole: bool = False


class BeginResumable:
    """Begins an upload that comes in pieces."""

    def __init__(self, open_storage: OpenStorage, store: ObjectStore, begin: BeginUpload, give_up: GiveUp) -> None:
        self._open = open_storage
        self._store = store
        self._begin = begin
        self._give_up = give_up

    async def __call__(self, actor: Actor, client: Client, new: NewUpload) -> Progress:
        """Begin it; raises as BeginUpload does, and as the store."""
        pending = await self._begin(actor, client, UploadKind.RESUMABLE, new)
        async with self._give_up.if_failed(pending):
            begun = await self._store.begin(pending.file.object_key, pending.file.content_type)
            async with self._open() as work:
                if not await work.uploads.save(replace(pending.upload, token=begun.token), pending.upload):
                    raise no_upload()
        return _progress(pending)


class FinishResumable:
    """Makes a file of an upload all of whose bytes have come."""

    def __init__(
        self,
        store: ObjectStore,
        types: Types,
        make_ready: MakeReady,
        give_up: GiveUp,
        completed: FindCompleted,
    ) -> None:
        self._store = store
        self._types = types
        self._make_ready = make_ready
        self._give_up = give_up
        self._completed = completed

    async def __call__(self, actor: Actor, pending: Pending) -> File:
        """Make it; raises as MakeReady does, and ChecksumMismatchError. What cannot be mended ends the upload."""
        expected = Expected(pending.file.size, pending.upload.sha256)
        try:
            async with self._give_up.if_refused(pending):
                try:
                    stored = await self._store.finish(resumable(pending), expected)
                except ObjectMissingError:
                    raise no_upload() from None
                return await self._make_ready(actor, pending, stored, await self._types.of_stored(pending, stored))
        except NotFoundError:  # another process may have made it meanwhile, and its answer is ours
            return await self._completed(actor, pending.file.id, UploadKind.RESUMABLE)


class Resume:
    """Goes on with an upload, and ends it when all has come."""

    def __init__(
        self,
        *,
        open_storage: OpenStorage,
        store: ObjectStore,
        find: FindUpload,
        finish: FinishResumable,
        give_up: GiveUp,
        alone: Alone,
    ) -> None:
        self._open = open_storage
        self._store = store
        self._find = find
        self._finish = finish
        self._give_up = give_up
        self._alone = alone

    async def __call__(self, actor: Actor, file_id: UUID, piece: Piece) -> Progress:
        """Keep a piece, as much of it as comes.

        Raises:
            NotFoundError: the caller has begun no such upload.
            UploadExpiredError: its time is over, or is before the piece is.
            OffsetError: the piece is not what follows.
            UploadBusyError: another request sends to it.
            SizeMismatchError: there is more than was said.
            SelfgraphError: as FinishResumable does, and the store; and whatever broke the body off.
        """
        async with self._alone.with_upload(file_id):
            pending = await self._find(actor, file_id, UploadKind.RESUMABLE)
            # In another process somebody may have sent to it, and have it until its row says how far it has come.
            async with self._store.hold(pending.file.object_key):
                pending = await self._find(actor, file_id, UploadKind.RESUMABLE)
                if pending.upload.received != piece.offset:
                    raise OffsetError(pending.upload.received)
                pending = await self._take(pending, piece)
                if pending.upload.received < pending.file.size:
                    return _progress(pending)
                return _ended(file_id, await self._finish(actor, pending))

    async def _take(self, pending: Pending, piece: Piece) -> Pending:
        size = pending.file.size
        portions = Portions(until(piece.body, pending.upload.expires_at))
        portion = size + 1 if piece.whole else max(PORTION_BYTES, size // MOST_PORTIONS)
        while not portions.ended:
            try:
                kept = await self._store.append(resumable(pending), portions.next(portion), size)
            except AppendInterruptedError as interruption:
                if not piece.whole:
                    await self._save(pending, interruption.upload)
                raise interruption.__cause__ or interruption from None
            except ObjectMissingError:
                # A store that cannot hold it may have gone on, and have nothing more of what is asked for.
                await self._save(pending, resumable(pending))
                await self._give_up.surely(pending)
                raise no_upload() from None
            pending = await self._save(pending, kept)
        return pending

    async def _save(self, pending: Pending, kept: Resumable) -> Pending:
        upload = replace(pending.upload, received=kept.offset, token=kept.token)
        async with self._open() as work:
            if not await work.uploads.save(upload, pending.upload):
                raise OffsetError(None)
        return Pending(pending.file, upload)


class FindProgress:
    """Tells how far an upload has come; one that has all its bytes and could not be ended is ended now."""

    def __init__(self, find: FindUpload, completed: FindCompleted, finish: FinishResumable, alone: Alone) -> None:
        self._find = find
        self._completed = completed
        self._finish = finish
        self._alone = alone

    async def __call__(self, actor: Actor, file_id: UUID) -> Progress:
        """Tell it.

        Raises:
            NotFoundError: the caller has begun no such upload.
            UploadExpiredError: its time is over.
            UploadBusyError: a request sends to it.
            SelfgraphError: as FinishResumable does.
        """
        async with self._alone.with_upload(file_id):
            try:
                pending = await self._find(actor, file_id, UploadKind.RESUMABLE)
            except NotFoundError:
                return _ended(file_id, await self._completed(actor, file_id, UploadKind.RESUMABLE))
            if pending.upload.received < pending.file.size:
                return _progress(pending)
            return _ended(file_id, await self._finish(actor, pending))


def resumable(pending: Pending) -> Resumable:
    """The upload as the store knows it.

    Raises:
        NotFoundError: the store has never begun it.
    """
    if pending.upload.token is None:
        raise no_upload()
    return Resumable(pending.file.object_key, pending.upload.received, pending.upload.token)


def _progress(pending: Pending) -> Progress:
    upload = pending.upload
    return Progress(pending.file.id, pending.file, upload.received, pending.file.size, upload.expires_at)


def _ended(file_id: UUID, file: File) -> Progress:
    return Progress(file_id, file, file.size, file.size, None)
