"""Reading a file by its address: in public, as oneself, or with an address that somebody has signed."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from domain.errors import ForbiddenError, InvalidInputError, NotFoundError
from domain.storage.paths import file_path

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from uuid import UUID

    from domain.actor import Actor
    from domain.storage.authority import Authority
    from domain.storage.ports import OpenStorage
    from domain.storage.signing import AddressSigner, Right

SCOPE = "storage:read"
"""What a restricted API key has to hold."""

MAX_NAME = 255
"""Bytes of the name under which a file is kept, as most file systems have them."""


class Access(Enum):
    """Why somebody may read a file, and so who else may keep it."""

    PUBLIC = "public"
    """Everybody may."""
    SIGNED = "signed"
    """Whoever has the address may, until it expires."""
    PERSONAL = "personal"
    """This caller may."""


class Readable(NamedTuple):
    """What has to be known of a file to send it.

    Attributes:
        public: whether its bucket is.
        size: in bytes.
        etag: of its bytes, in quotes.
        version: of its bytes.
        updated_at: when something of it changed last.
    """

    id: UUID
    public: bool
    path: str
    object_key: str
    size: int
    content_type: str
    etag: str
    version: int
    updated_at: datetime


class FileLocator(Protocol):
    """Finds files by their addresses, as the database has them at this moment."""

    def locate(self, bucket: str, path: str) -> Awaitable[Readable | None]:
        """The file that is ready and not deleted at a path of the bucket with the name; None: there is none."""
        ...


class ReadFile:
    """Finds the file that a request may have."""

    def __init__(
        self, locator: FileLocator, open_storage: OpenStorage, authority: Authority, signer: AddressSigner
    ) -> None:
        self._locator = locator
        self._open_storage = open_storage
        self._authority = authority
        self._signer = signer

    async def by_signature(self, bucket: str, path: str, right: Right, signature: str, now: float) -> Readable:
        """The file that a signed address names; `now` is in seconds since 1970.

        Raises:
            AddressInvalidError, AddressExpiredError: the address carries no right.
            NotFoundError: the file is not there any more.
        """
        self._signer.check(right, signature, now)
        found = await self._locator.locate(bucket, path)
        # Another file may have taken the place of the one that the address was made for.
        if found is None or found.id != right.subject:
            raise _no_file()
        return found

    async def by_name(self, bucket: str, path: str, caller: Callable[[], Awaitable[Actor]]) -> tuple[Readable, Access]:
        """The file at an address without a signature; who calls is asked only where not everybody may read it.

        Raises:
            NotFoundError: there is none, or none that the caller may read.
            ForbiddenError: the caller's key does not hold the scope.
            SelfgraphError: what asking for the caller raises.
        """
        found = await self._locator.locate(bucket, path)
        if found is not None and found.public:
            return found, Access.PUBLIC
        actor = await caller()
        if not actor.may(SCOPE):
            raise ForbiddenError(f"The API key lacks the scope {SCOPE}.")
        if not actor.is_administrator:
            async with self._open_storage() as work:
                file = await self._authority.find_at(work, actor, bucket, path)
            if found is not None and file.id != found.id:
                raise _no_file()
        if found is None:
            raise _no_file()
        return found, Access.PERSONAL


def download_name(text: str) -> str:
    """A name under which a client keeps a file.

    Raises:
        InvalidInputError: it is no name.
    """
    name = file_path(text, "as")
    if "/" in name or len(name.encode()) > MAX_NAME:
        raise InvalidInputError(f"A name has {MAX_NAME} bytes at most and no slash.", ("as",))
    return name


def _no_file() -> NotFoundError:
    return NotFoundError("There is no such file.")
