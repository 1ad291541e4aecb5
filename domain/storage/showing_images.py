"""Images that are made of files when they are first asked for, and kept."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from domain.errors import NotFoundError, PayloadTooLargeError, SelfgraphError
from domain.limits import IMAGES, address_subject
from domain.storage.files import etag_of
from domain.storage.objects import Expected, new_object_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from domain.limits import RateLimiter
    from domain.storage.downloading import Readable
    from domain.storage.images import ImageFormat, Transform
    from domain.storage.objects import ObjectStore

MOST_KEPT: Final = 200
"""Images of one file; of more than these the ones that were asked for last are kept."""


@dataclass(frozen=True, slots=True)
class DerivedImage:
    """An image that was made of a file; `etag` in its quotes."""

    object_key: str
    size: int
    content_type: str
    etag: str


class DerivedImages(Protocol):
    """The images that are kept: of each version of a file, one for each key of a transform."""

    async def find(self, file_id: UUID, version: int, transform: str) -> DerivedImage | None:
        """The image, which is noted to be in use; None: it has not been made."""
        ...

    async def add(self, file_id: UUID, version: int, transform: str, image: DerivedImage) -> bool:
        """Keep an image, and forget others of the file soon if there are more than `MOST_KEPT`.

        False: another one is there already, or the file is of another version by now.
        """
        ...


class ImageMaker(Protocol):
    """Makes images, a few at a time."""

    async def make(self, source: str, transform: Transform, made: ImageFormat) -> bytes:
        """An image of the object with the key `source`.

        Raises:
            InvalidInputError: it is no image, a damaged one, or one of another kind than is made anything of.
            PayloadTooLargeError: it has too many pixels.
            UnavailableError: too many others wait already.
            TimedOutError: it took too long.
            ObjectMissingError: there is no such object.
        """
        ...


class ShowImage:
    """Finds the image that is asked for, or has it made: once, however many ask for it.

    Args:
        images: those that are kept.
        store: where their bytes are.
        maker: makes them.
        limiter: counts those that are made, by the address of who asks.
        most: bytes that a file may have of which images are made.
    """

    def __init__(
        self, images: DerivedImages, store: ObjectStore, maker: ImageMaker, limiter: RateLimiter, *, most: int
    ) -> None:
        self._limiter = limiter
        self._images = images
        self._store = store
        self._maker = maker
        self._most = most
        self._making: dict[tuple[UUID, int, str], asyncio.Task[DerivedImage]] = {}

    async def __call__(self, file: Readable, transform: Transform, address: str) -> DerivedImage:
        """The image, for a client at this address.

        Raises:
            RateLimitedError: too many were made for the address just now.
            InvalidInputError: no image can be made of the file.
            PayloadTooLargeError: the file is too large for that.
            NotFoundError: the file has gone meanwhile, or has other bytes.
            SelfgraphError: as `ImageMaker.make` and the store.
        """
        made = transform.of(file.content_type)
        if file.size > self._most:
            raise PayloadTooLargeError(f"Images are made of files of {self._most} bytes at most.")
        key = transform.key(made)
        found = await self._images.find(file.id, file.version, key)
        if found is not None:
            return found
        place = (file.id, file.version, key)
        making = self._making.get(place)
        if making is None:
            await self._limiter.hit(IMAGES, address_subject(address))
            making = self._making.get(place)
        if making is None:
            making = self._making[place] = asyncio.ensure_future(self._make(file, transform, made))
            making.add_done_callback(lambda _: self._making.pop(place))
        # It is made for all who wait, and for those who come later: who leaves does not stop it.
        return await asyncio.shield(making)

    async def _make(self, file: Readable, transform: Transform, made: ImageFormat) -> DerivedImage:
        body = await self._maker.make(file.object_key, transform, made)
        digest = hashlib.sha256(body).digest()
        image = DerivedImage(new_object_key(), len(body), f"image/{made.value}", etag_of(digest))
        await self._store.write(image.object_key, _whole(body), Expected(len(body), digest))
        key = transform.key(made)
        kept = False
        try:
            kept = await self._images.add(file.id, file.version, key, image)
        finally:
            if not kept:
                with suppress(SelfgraphError):  # what cannot be removed now is found by the check of the storage
                    await self._store.remove(image.object_key)
        if kept:
            return image
        found = await self._images.find(file.id, file.version, key)
        if found is None:
            raise NotFoundError("The file has changed; ask again.")
        return found


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body
