"""A process that does one thing with files, and kills itself after the n-th of the calls that this takes."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import signal
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.actor import Actor
from domain.client import Client
from domain.roles import USER
from domain.storage.authority import Authority
from domain.storage.changing import MoveFile, Target
from domain.storage.completing import MakeReady
from domain.storage.content_types import ExtensionTypes
from domain.storage.copying import CopyFile
from domain.storage.deleting import DeleteFiles, DeleteFolder
from domain.storage.errors import SizeMismatchError
from domain.storage.removing import PurgeFiles, RemoveBucket, RemoveObjects
from domain.storage.restoring import RestoreFile
from domain.storage.resuming import Piece
from domain.storage.signing import AddressSigner
from domain.storage.sweeping import SweepFiles
from domain.storage.upload_addresses import UploadAddresses
from domain.storage.upload_use_cases import upload_use_cases
from domain.storage.uploads import BeginUpload, NewUpload
from domain.tables.catalog import Catalog
from domain.tables.model import build_model
from persistence.content_types import recognise
from persistence.database import Database, DatabaseOptions
from persistence.objects.disk import open_disk_store
from persistence.storage.work import PostgresStorage
from persistence.transactions import Transactions
from tests.persistence.storage.limits import upload_limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from domain.tables.model import Model

CLIENT = Client("127.0.0.1", "")
WEEK = timedelta(days=7)
PIECES = (b"the first piece, ", b"the second one, ", b"and the last.")
SIZE = sum(map(len, PIECES))


@dataclass(frozen=True)
class Act:
    """What the process is to do.

    Attributes:
        name: one of the functions of `_Acting`.
        burns_at: the number of the call after which it kills itself; the pieces of a body count as well.
        bucket: the name of the bucket, which belongs to `owner_id`.
        file_id: of the file that it is about.
    """

    name: str
    burns_at: int
    url: str
    folder: str
    bucket: str
    bucket_id: UUID
    owner_id: UUID
    file_id: UUID
    keys: tuple[str, ...] = ()


@dataclass
class Fuse:
    """Kills the process when it has burnt so often."""

    left: int

    def burn(self) -> None:
        """Burn once."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def pieces(self) -> AsyncIterator[bytes]:
        """A body that comes in pieces."""
        for piece in PIECES:
            self.burn()
            yield piece


@dataclass
class Fused:
    """A port, or a block that gives one, behind whose every call a fuse burns.

    Before the next call nothing else happens to the database and the folder, so that this is before every call too.
    """

    _port: Any
    _fuse: Fuse

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._port, name)
        return self._wrapped(value) if callable(value) else Fused(value, self._fuse)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._wrapped(self._port)(*arguments, **named)

    async def __aenter__(self) -> Any:
        entered = await self._port.__aenter__()
        # What a block over bytes gives is an iterator of them; what a transaction gives has ports.
        return entered if hasattr(entered, "__anext__") else Fused(entered, self._fuse)

    async def __aexit__(self, *raised: object) -> Any:
        left = await self._port.__aexit__(*raised)
        self._fuse.burn()
        return left

    def _wrapped(self, method: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            given = method(*arguments, **named)
            if inspect.isawaitable(given):
                return self._awaited(given)
            return Fused(given, self._fuse) if hasattr(given, "__aenter__") else given

        return call

    async def _awaited(self, given: Any) -> Any:
        result = await given
        self._fuse.burn()
        return result


class _Acting:
    """The acts, by the real use cases over ports that are fused."""

    def __init__(self, act: Act, open_storage: Any, objects: Any, fuse: Fuse) -> None:
        self._act = act
        self._actor = Actor(role=USER, user_id=act.owner_id)
        self._open = open_storage
        self._objects = objects
        self._fuse = fuse
        self._authority = Authority(_no_tables)
        self._begin = BeginUpload(open_storage, self._authority, ExtensionTypes(), upload_limits(seconds=60))
        self._make_ready = MakeReady(open_storage, self._authority)
        self._uploads = upload_use_cases(
            open_storage=open_storage,
            store=objects,
            authority=self._authority,
            recognise=recognise,
            addresses=UploadAddresses(AddressSigner(b""), ""),
            limits=upload_limits(seconds=60),
        )
        self._purge = PurgeFiles(open_storage, objects)

    async def upload(self) -> None:
        await self._upload("new.txt", overwrite=False)

    async def overwrite(self) -> None:
        await self._upload("a/file.txt", overwrite=True)

    async def refused_upload(self) -> None:
        """One whose body is not what was said, which is given up."""
        with contextlib.suppress(SizeMismatchError):
            await self._uploads.form(
                self._actor, CLIENT, NewUpload(self._act.bucket, "new.txt", 3), self._fuse.pieces()
            )

    async def direct_upload(self) -> None:
        created = await self._uploads.create(self._actor, CLIENT, NewUpload(self._act.bucket, "new.txt", SIZE))
        file_id = created.pending.file.id
        await self._uploads.receive(file_id, SIZE, self._fuse.pieces())
        await self._uploads.complete(self._actor, file_id)

    async def resumable_upload(self) -> None:
        """In two requests."""
        new = NewUpload(self._act.bucket, "a/file.txt", 2 * SIZE, overwrite=True)
        progress = await self._uploads.begin_resumable(self._actor, CLIENT, new)
        while progress.offset < progress.size:
            piece = Piece(progress.offset, self._fuse.pieces())
            progress = await self._uploads.resume(self._actor, progress.file_id, piece)

    async def cancelled_upload(self) -> None:
        progress = await self._uploads.begin_resumable(
            self._actor, CLIENT, NewUpload(self._act.bucket, "new.txt", 2 * SIZE)
        )
        await self._uploads.resume(self._actor, progress.file_id, Piece(0, self._fuse.pieces()))
        await self._uploads.cancel(self._actor, progress.file_id)

    async def copy(self) -> None:
        await self._copy("copy.txt", overwrite=False)

    async def copy_over(self) -> None:
        await self._copy("a/other.txt", overwrite=True)

    async def move(self) -> None:
        await self._move("moved.txt", overwrite=False)

    async def move_over(self) -> None:
        await self._move("a/other.txt", overwrite=True)

    async def delete(self) -> None:
        await DeleteFiles(self._open, self._authority, restorable=True).one(self._actor, self._act.file_id)

    async def delete_for_good(self) -> None:
        await DeleteFiles(self._open, self._authority, restorable=False).one(self._actor, self._act.file_id)
        await self._purge()

    async def delete_folder(self) -> None:
        await DeleteFolder(self._open, self._authority, restorable=False)(self._actor, CLIENT, self._act.bucket, "a")
        await self._purge()

    async def delete_and_restore(self) -> None:
        await self.delete()
        await RestoreFile(self._open, self._authority, retention=WEEK)(self._actor, self._act.file_id, "back.txt")

    async def sweep(self) -> None:
        """Of a file whose time is over."""
        remove = RemoveBucket(self._open, self._purge)
        sweep = SweepFiles(
            self._open, self._objects, self._purge, remove, retention=timedelta(0), upload_expiry=timedelta(0)
        )
        await self.delete()
        await sweep()

    async def remove_bucket(self) -> None:
        await RemoveBucket(self._open, self._purge)(self._act.bucket_id)

    async def remove_objects(self) -> None:
        await RemoveObjects(self._objects)(self._act.keys)

    async def _upload(self, path: str, *, overwrite: bool) -> None:
        new = NewUpload(self._act.bucket, path, SIZE, overwrite=overwrite)
        await self._uploads.form(self._actor, CLIENT, new, self._fuse.pieces())

    async def _copy(self, path: str, *, overwrite: bool) -> None:
        copy = CopyFile(
            self._open,
            self._authority,
            self._objects,
            begin=self._begin,
            make_ready=self._make_ready,
            give_up=self._uploads.give_up,
        )
        await copy(self._actor, CLIENT, self._act.file_id, Target(path, overwrite=overwrite))

    async def _move(self, path: str, *, overwrite: bool) -> None:
        move = MoveFile(self._open, self._authority, restorable=True)
        await move(self._actor, self._act.file_id, Target(path, overwrite=overwrite))


def perform(act: Act) -> None:
    """Do it, in a process of its own."""
    asyncio.run(_perform(act))


async def _perform(act: Act) -> None:
    fuse = Fuse(act.burns_at)
    database = await Database.connect(DatabaseOptions(act.url))
    try:
        async with open_disk_store(Path(act.folder)) as objects:
            open_storage = PostgresStorage(Transactions(database))
            await getattr(_Acting(act, Fused(open_storage, fuse), Fused(objects, fuse), fuse), act.name)()
    finally:
        await database.close()


def _no_tables() -> Model:
    return build_model(Catalog("", ()))
