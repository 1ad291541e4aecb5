"""Giving out the addresses of files: plain ones of what is public, signed ones of all else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import ForbiddenError, NotFoundError
from domain.storage.addresses import plain_address, signed_address
from domain.storage.downloading import SCOPE, download_name
from domain.storage.files import FileStatus
from domain.storage.images import read_transform
from domain.storage.signing import Right, expiry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from domain.actor import Actor
    from domain.storage.authority import Authority
    from domain.storage.files import File
    from domain.storage.ports import OpenStorage
    from domain.storage.signing import AddressSigner


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address is to be for.

    Attributes:
        seconds: how long it is to be good for; None: as long as is usual.
        name: under which the client keeps the file.
        parameters: of the image that is to be made of it.
    """

    seconds: int | None = None
    name: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])


class GiveAddress:
    """Gives the address of a file to a caller who may read it.

    What callers ask for at once is looked up together: a list of files costs as much as one.

    Args:
        open_storage: begins a transaction.
        authority: says what callers may read.
        signer: signs addresses.
        origin: what addresses begin with, such as `https://api.example`; empty: they are paths.
        seconds: how long an address is good for, unless told.
        sizes: widths and heights of images, in pixels.
    """

    def __init__(
        self,
        open_storage: OpenStorage,
        authority: Authority,
        signer: AddressSigner,
        *,
        origin: str,
        seconds: int,
        sizes: Sequence[int],
    ) -> None:
        self._open_storage = open_storage
        self._authority = authority
        self._signer = signer
        self._origin = origin.rstrip("/")
        self._seconds = seconds
        self._sizes = sizes
        self._asked: dict[int, _Asked] = {}

    async def __call__(self, actor: Actor, file: File, wanted: Wanted, now: float) -> str | None:
        """The address; None while the file's bytes are not there. `now` is in seconds since 1970.

        A file of a public bucket has a plain address, unless it is to be good for a certain time.

        Raises:
            ForbiddenError: the caller's key does not hold the scope.
            NotFoundError: the caller may not read the file.
            InvalidInputError: the time or the name is not one, or there is no such image of the file.
        """
        if not actor.may(SCOPE):
            raise ForbiddenError(f"The API key lacks the scope {SCOPE}.")
        conditions = dict(wanted.parameters)
        if wanted.name is not None:
            conditions["as"] = download_name(wanted.name)
        if transform := read_transform(wanted.parameters, self._sizes):
            transform.of(file.content_type)
        expires_at = expiry(self._seconds if wanted.seconds is None else wanted.seconds, now)
        if file.status is not FileStatus.READY or file.deleted_at is not None:
            return None
        if file.public and wanted.seconds is None:
            return self._origin + plain_address(file.bucket, file.path, conditions)
        if not (file.public or actor.is_administrator or await self._may_read(actor, file)):
            raise NotFoundError("There is no such file.")
        right = Right("GET", file.id, expires_at, conditions, f"{file.bucket}/{file.path}")
        return self._origin + signed_address(file.bucket, file.path, right, self._signer)

    async def _may_read(self, actor: Actor, file: File) -> bool:
        asked = self._asked.get(id(actor))
        if asked is None:
            asked = self._asked[id(actor)] = _Asked(actor)
            asked.answer = asyncio.ensure_future(self._look(asked))
        asked.files[file.id] = file.bucket_id
        # Others wait for it too: who is cancelled does not take it from them.
        return file.id in await asyncio.shield(asked.answer)

    async def _look(self, asked: _Asked) -> frozenset[UUID]:
        await asyncio.sleep(0)  # whatever else is asked for in this turn of the loop comes along
        del self._asked[id(asked.actor)]
        async with self._open_storage() as work:
            reach = await self._authority.listed(work, asked.actor, set(asked.files.values()))
            return await work.files.among(list(asked.files), reach)


@dataclass(slots=True)
class _Asked:
    """The files that a caller asks for in one turn of the loop, with their buckets."""

    actor: Actor
    files: dict[UUID, UUID] = field(default_factory=dict["UUID", "UUID"])
    answer: asyncio.Future[frozenset[UUID]] = field(init=False)
