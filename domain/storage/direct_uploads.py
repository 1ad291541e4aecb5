"""Uploads by addresses: begun here, sent to the store itself or to a signed address of ours, then completed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from domain.errors import ConflictError, InvalidInputError, NotFoundError, SelfgraphError
from domain.storage.errors import ObjectMissingError
from domain.storage.files import Pending, UploadKind
from domain.storage.giving_up import RECEIVED, is_own
from domain.storage.objects import Expected, StoredObject
from domain.storage.uploads import no_upload

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.actor import Actor
    from domain.client import Client
    from domain.storage.completed import FindCompleted
    from domain.storage.completing import MakeReady, Types
    from domain.storage.files import File
    from domain.storage.giving_up import GiveUp
    from domain.storage.joining import Joined
    from domain.storage.objects import DirectUpload, ObjectStore
    from domain.storage.ports import OpenStorage
    from domain.storage.uploads import BeginUpload, FindUpload, NewUpload

_MOST_PARTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class CreatedUpload:
    """An upload that was begun; `direct` is how the store takes it, None where this server does."""

    pending: Pending
    direct: DirectUpload | None


class CreateUpload:
    """Begins an upload whose bytes come by an address."""

    def __init__(self, open_storage: OpenStorage, store: ObjectStore, begin: BeginUpload, give_up: GiveUp) -> None:
        self._open = open_storage
        self._store = store
        self._begin = begin
        self._give_up = give_up

    async def __call__(self, actor: Actor, client: Client, new: NewUpload) -> CreatedUpload:
        """Begin it; raises as BeginUpload does, and as the store."""
        pending = await self._begin(actor, client, UploadKind.DIRECT, new)
        async with self._give_up.if_failed(pending):
            direct = await self._store.direct_upload(
                pending.file.object_key,
                size=pending.file.size,
                content_type=pending.file.content_type,
                sha256=pending.upload.sha256,
                seconds=math.floor((pending.upload.expires_at - datetime.now(UTC)).total_seconds()),
            )
            if direct is None:
                return CreatedUpload(pending, None)
            with_token = replace(pending.upload, token=direct.token)
            async with self._open() as work:
                if not await work.uploads.save(with_token, pending.upload):
                    raise no_upload()
            return CreatedUpload(Pending(pending.file, with_token), direct)


class CompleteUpload:
    """Makes a file of what has come by an address.

    A store may have to read all of it again, which can take longer than a call: that goes on, and the next call waits
    for it too or finds the file.
    """

    def __init__(
        self,
        *,
        store: ObjectStore,
        find: FindUpload,
        completed: FindCompleted,
        types: Types,
        make_ready: MakeReady,
        give_up: GiveUp,
        joined: Joined[File],
    ) -> None:
        self._joined = joined
        self._store = store
        self._find = find
        self._completed = completed
        self._types = types
        self._make_ready = make_ready
        self._give_up = give_up

    async def __call__(self, actor: Actor, file_id: UUID, etags: Sequence[str] = ()) -> File:
        """Make it; once more answers the same, unless it has overwritten another file.

        Args:
            actor: who began it.
            file_id: of the upload.
            etags: what the store has answered to each part, in their order.

        Raises:
            NotFoundError: the caller has begun no such upload.
            ConflictError: the bytes have not come yet, the time is over, or there is a file at the path.
            SizeMismatchError, ChecksumMismatchError, TypeNotAllowedError: they are something else.
            ForbiddenError: the caller may not add the file any more.
        """
        if len(etags) > _MOST_PARTS:
            raise InvalidInputError(f"There are {_MOST_PARTS} parts at most.", ("etags",))
        try:
            pending = await self._find(actor, file_id, UploadKind.DIRECT)
        except NotFoundError:
            return await self._completed(actor, file_id, UploadKind.DIRECT)
        token = pending.upload.token
        if token is None or (is_own(token) and token != RECEIVED):
            raise ConflictError("The bytes of this upload have not come yet.")
        return await self._joined(file_id, partial(self._complete, actor, pending, token, etags))

    async def _complete(self, actor: Actor, pending: Pending, token: str, etags: Sequence[str]) -> File:
        missing: SelfgraphError
        try:
            async with self._give_up.if_refused(pending):
                if is_own(token):
                    content_type = pending.upload.content_type or pending.file.content_type
                    return await self._make_ready(actor, pending, _received(pending), content_type)
                return await self._of_store(actor, pending, token, etags)
        except ObjectMissingError:
            missing = ConflictError("The bytes of this upload have not come yet.")
        except NotFoundError:
            missing = no_upload()
        # Another process may have completed it meanwhile, and its answer is ours.
        try:
            return await self._completed(actor, pending.file.id, UploadKind.DIRECT)
        except NotFoundError:
            raise missing from None

    async def _of_store(self, actor: Actor, pending: Pending, token: str, etags: Sequence[str]) -> File:
        """A file of what a client has sent to the store itself."""
        key = pending.file.object_key
        stored = await self._store.finish_direct(key, token, etags, Expected(pending.file.size, pending.upload.sha256))
        if stored.key == key:
            return await self._make_ready(actor, pending, stored, await self._types.of_stored(pending, stored))
        try:
            content_type = await self._types.of_stored(pending, stored)
            file = await self._make_ready(actor, pending, stored, content_type)
        except BaseException:  # another call makes another object
            await self._give_up.discard(stored.key)
            raise
        await self._give_up.abandon(pending)
        return file


class CancelUpload:
    """Gives up an upload of whatever kind that the caller began."""

    def __init__(self, find: FindUpload, give_up: GiveUp) -> None:
        self._find = find
        self._give_up = give_up

    async def __call__(self, actor: Actor, file_id: UUID) -> None:
        """Give it up.

        Raises:
            NotFoundError: the caller has begun no such upload, or it is complete.
        """
        if not await self._give_up(await self._find.of_any_kind(actor, file_id)):
            raise no_upload()


def _received(pending: Pending) -> StoredObject:
    digest = pending.upload.sha256
    if digest is None:
        raise no_upload()
    return StoredObject(pending.file.object_key, pending.upload.received, digest)
