"""Taking the bytes of a file in one go: within a GraphQL request, or by a signed address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import ConflictError
from domain.storage.bodies import beginning_of, until
from domain.storage.content_types import HEAD_BYTES
from domain.storage.errors import ChecksumMismatchError, SizeMismatchError
from domain.storage.files import Pending, UploadKind
from domain.storage.giving_up import RECEIVED, RECEIVING
from domain.storage.objects import Expected
from domain.storage.uploads import in_time, no_upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterable
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client
    from domain.storage.completing import MakeReady, Types
    from domain.storage.files import File, Upload
    from domain.storage.giving_up import GiveUp
    from domain.storage.objects import ObjectStore, StoredObject
    from domain.storage.ports import OpenStorage
    from domain.storage.uploads import BeginUpload, NewUpload


class TakeBytes:
    """Has the store keep a body, unless it is not what was said."""

    def __init__(self, store: ObjectStore, types: Types) -> None:
        self._store = store
        self._types = types

    async def __call__(self, pending: Pending, body: AsyncIterable[bytes]) -> tuple[StoredObject, str]:
        """The object, and its type, which is known before much is read.

        Raises:
            TypeNotAllowedError, SizeMismatchError, ChecksumMismatchError: the body is something else.
            StorageUnavailableError, StorageFullError: the store cannot keep it.
        """
        head, whole = await beginning_of(body, HEAD_BYTES)
        content_type = self._types.of(pending, head)
        expected = Expected(pending.file.size, pending.upload.sha256)
        return await self._store.write(pending.file.object_key, whole, expected), content_type


class UploadForm:
    """Adds a file whose bytes are here already, in a form."""

    def __init__(self, begin: BeginUpload, take: TakeBytes, make_ready: MakeReady, give_up: GiveUp) -> None:
        self._begin = begin
        self._take = take
        self._make_ready = make_ready
        self._give_up = give_up

    async def __call__(self, actor: Actor, client: Client, new: NewUpload, body: AsyncIterable[bytes]) -> File:
        """Add it; raises as BeginUpload, TakeBytes and MakeReady do, and leaves nothing then."""
        pending = await self._begin(actor, client, UploadKind.FORM, new)
        async with self._give_up.if_failed(pending):
            stored, content_type = await self._take(pending, body)
            return await self._make_ready(actor, pending, stored, content_type)


class ReceiveDirect:
    """Takes the bytes of an upload from whoever has its signed address, once."""

    def __init__(self, open_storage: OpenStorage, take: TakeBytes, give_up: GiveUp) -> None:
        self._open = open_storage
        self._take = take
        self._give_up = give_up

    async def __call__(
        self, file_id: UUID, length: int | None, body: AsyncIterable[bytes], digest: bytes | None = None
    ) -> StoredObject:
        """Keep them until the upload is completed; if that fails the upload is over.

        Args:
            file_id: of the upload.
            length: how many bytes the body says to have; None: it does not say.
            body: the bytes.
            digest: the SHA-256 that comes with them, if one does.

        Raises:
            NotFoundError: there is no such upload.
            UploadExpiredError: its time is over, or is before the body is.
            ConflictError: its bytes are here, or on their way, already.
            TypeNotAllowedError, SizeMismatchError, ChecksumMismatchError: the body is something else.
            StorageUnavailableError, StorageFullError: the store cannot keep it.
        """
        pending = await self._claim(file_id)
        async with self._give_up.if_failed(pending):
            if length is not None and length != pending.file.size:
                raise SizeMismatchError(pending.file.size, length)
            stored, content_type = await self._take(
                _with_digest(pending, digest), until(body, pending.upload.expires_at)
            )
            done = replace(
                pending.upload,
                received=stored.size,
                sha256=stored.sha256,
                token=RECEIVED,
                content_type=content_type,
            )
            if not await self._save(done, pending.upload):
                raise no_upload()
            return stored

    async def _claim(self, file_id: UUID) -> Pending:
        async with self._open() as work:
            pending = await work.uploads.lock(file_id)
            if pending is None or pending.upload.kind is not UploadKind.DIRECT:
                raise no_upload()
            if in_time(pending).upload.token is not None:
                raise ConflictError("The bytes of this upload are here, or on their way, already.")
            claimed = replace(pending.upload, token=RECEIVING)
            await work.uploads.save(claimed, pending.upload)
            return Pending(pending.file, claimed)

    async def _save(self, upload: Upload, before: Upload) -> bool:
        async with self._open() as work:
            return await work.uploads.save(upload, before)


def _with_digest(pending: Pending, digest: bytes | None) -> Pending:
    if digest is None:
        return pending
    if pending.upload.sha256 not in {None, digest}:
        raise ChecksumMismatchError
    return Pending(pending.file, replace(pending.upload, sha256=digest))
